/** An Internet message (RFC 5322): its header's own values, its text, its files by name and hash. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AddressObject, type AttachmentStream, type Headers, MailParser } from 'mailparser';
import type { Piece, Pieces } from './piece.ts';

const OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  ignoreEmbedded: true,
  checksumAlgo: false as const,
  maxHeadSize: 1024 * 1024,
  maxChildNodes: 2000,
};
const MOST_DEPTH = 8;

export async function emlPieces(bytes: Uint8Array, depth = 0): Promise<Pieces> {
  const pieces: Piece[] = [];
  const notes: string[] = [];
  const parser = new MailParser(OPTIONS);
  const work: Promise<void>[] = [];
  parser.on('headers', (headers) => pieces.push(...headerPieces(headers)));
  parser.on('data', (data) => {
    if (data.type === 'text') pieces.push(...bodyPieces(data.text, data.html));
    else work.push(attachment(data, depth, pieces, notes));
  });
  try {
    Readable.from(slices(bytes)).pipe(parser);
    await new Promise<void>((resolve, reject) => {
      parser.once('end', resolve);
      parser.once('error', reject);
    });
    await Promise.all(work);
  } catch (error) {
    notes.push(`The message could not be read to its end: ${error instanceof Error ? error.message : error}`);
  }
  return { kind: 'eml', pieces, notes };
}

function* slices(bytes: Uint8Array): Generator<Buffer> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; at += 65_536) yield all.subarray(at, at + 65_536);
}

/** Fields whose addresses are of people who sent it; recipients are not what an investigation begins with. */
const SENDERS = ['from', 'sender', 'reply-to', 'return-path'] as const;
/** Hosts and addresses on the way. */
const TRACES = ['received', 'x-originating-ip', 'x-sender-ip', 'received-spf'] as const;

function headerPieces(headers: Headers): Piece[] {
  const known = (type: 'email_subject' | 'email_messageid' | 'email', value: string): Piece => ({
    part: 'header',
    known: { type, value },
  });
  const pieces: Piece[] = [];
  const subject = headers.get('subject');
  if (typeof subject === 'string' && subject !== '') pieces.push(known('email_subject', subject));
  const id = headers.get('message-id');
  if (typeof id === 'string') pieces.push(known('email_messageid', id.replace(/^<|>$/g, '')));
  for (const field of SENDERS)
    for (const address of addressesOf(headers.get(field))) pieces.push(known('email', address));
  for (const field of TRACES)
    for (const line of linesOf(headers.get(field))) pieces.push(...publicHops(line));
  return pieces;
}

const addressesOf = (field: unknown): string[] =>
  (field as AddressObject | undefined)?.value?.flatMap((one) =>
    one.group ? one.group.flatMap((in_) => in_.address ?? []) : (one.address ?? []),
  ) ?? [];

const linesOf = (field: unknown): string[] =>
  (Array.isArray(field) ? field : [field]).filter((line) => typeof line === 'string');

/** The addresses of a trace line, without the names of our own hosts and times. */
const publicHops = (line: string): Piece[] =>
  [...line.matchAll(/[[(\s](?:IPv6:)?([0-9a-f:.]{7,45})[\])\s;]/gi)].map(
    (match): Piece => ({ part: 'header', text: match[1] ?? '' }),
  );

function bodyPieces(text: string | false | undefined, html: string | false | undefined): Piece[] {
  const pieces: Piece[] = [];
  if (text) pieces.push({ part: 'body', text });
  if (html) pieces.push({ part: 'body', text: linksOf(html) }, { part: 'body', text: visibleText(html) });
  return pieces;
}

/** Where a page leads: values of href, src and action, one a line. */
export function linksOf(html: string): string {
  const found = html.matchAll(
    /\b(?:href|src|action)\s*=\s*(?:"([^"]{1,4096})"|'([^']{1,4096})'|([^\s>"']{1,4096}))/gi,
  );
  return [...found]
    .map((m) => decoded(m[1] ?? m[2] ?? m[3] ?? ''))
    .filter((link) => /^(?:https?|ftp|hxxps?):/i.test(link))
    .join('\n');
}

/** What a reader sees of a page; style, script and markup would read as names of hosts. */
export const visibleText = (html: string): string =>
  decoded(
    html
      .replace(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, ' ')
      .replace(/<!--[\s\S]*?-->/g, ' ')
      .replace(/<[^>]{0,4096}>/g, ' '),
  );

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, dec, hex, name) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = dec ? Number(dec) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });

async function attachment(
  part: AttachmentStream,
  depth: number,
  pieces: Piece[],
  notes: string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of part.content) chunks.push(chunk as Buffer);
  part.release?.();
  const bytes = Buffer.concat(chunks);
  pieces.push(...filePieces(part.filename ?? '', bytes));
  if (part.contentType !== 'message/rfc822') return;
  if (depth >= MOST_DEPTH) notes.push(`Messages are nested more than ${MOST_DEPTH} deep.`);
  else {
    const inner = await emlPieces(bytes, depth + 1);
    pieces.push(...inner.pieces);
    notes.push(...inner.notes);
  }
}

/** A file by name and hash. Of an empty one only the name: every empty file has the same hash. */
export function filePieces(name: string, bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = name ? [{ part: 'attachment', known: { type: 'file_name', value: name } }] : [];
  if (bytes.length === 0) return pieces;
  const value = createHash('sha256').update(bytes).digest('hex');
  return [...pieces, { part: 'attachment', known: { type: 'sha256', value } }];
}
