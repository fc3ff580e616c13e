/**
 * Reads one message and tells what is in it, part by part. Runs in a worker: hostile mail may make it slow or
 * kill it. File hashes are of the exact decoded bytes.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { type Attachment, Engines } from '@sightline/api';
import { unwrap } from '@sightline/ctim';
import type {
  AddressObject,
  AttachmentStream,
  EmailAddress,
  Headers,
  MailParser,
  StructuredHeader,
} from 'mailparser';
import { holds, keyOf } from '../policy/text.ts';
import { anomalies, type Field } from './anomaly.ts';
import { contentsOf, fileOf, isContainer, MOST_OPENED, SNIFFED } from './contents.ts';
import { decoded } from './header.ts';
import { all, type Node, headersOf as plainHeaders, readPlain, textsOf } from './plain.ts';
import { Reader } from './reader.ts';
import { MOST_ATTACHMENTS, type Part, type Scanned, type Wanted } from './scanned.ts';
import { textOfHtml, urlsOfHtml, urlsOfText } from './urls.ts';
import { uuFiles } from './uuencode.ts';

const MOST_TEXT = 4096;
const MOST_ADDRESSES = 100;
const MOST_HEADERS = 1000;
const MOST_INFLATED = 16 * 1024 * 1024;
/** Archives in archives. */
const MOST_ARCHIVES = 5;

export const DEFAULT: Wanted = { limits: Engines.parse({}).limits, tests: [] };

/** @returns whether all of it could be read; `tell` may already have had a part of it */
export async function parse(
  message: Readable,
  tell: Tell,
  wanted: Wanted = DEFAULT,
): Promise<Scanned['parse']> {
  const state: State = { attachments: 0, bytes: 0, complete: true, headers: false, wanted, tell };
  await walk(message, undefined, 0, state);
  if (!state.headers) return 'failed';
  return state.complete ? 'complete' : 'partial';
}

/** As `parse`, at once, of an ordinary message in memory; undefined where it is not one, and then nothing was told. */
export function parsePlain(
  message: Buffer,
  tell: Tell,
  wanted: Wanted = DEFAULT,
): Scanned['parse'] | undefined {
  const root = readPlain(message, wanted.limits);
  return root && tellAll(root, tell, wanted);
}

/** As `parsePlain`, of a message that is read in no time: this may be done where others wait for it. */
export function parseLight(
  message: Buffer,
  tell: Tell,
  wanted: Wanted = DEFAULT,
): Scanned['parse'] | undefined {
  if (message.length > LIGHT || wanted.tests.length > 0) return undefined;
  const root = readPlain(message, { ...wanted.limits, parts: LIGHT_PARTS }, LIGHT_HEAD);
  return root && [...all(root)].every(isLight) ? tellAll(root, tell, wanted) : undefined;
}

const LIGHT = 64 * 1024;
const LIGHT_HEAD = 8 * 1024;
const LIGHT_PARTS = 20;
const LIGHT_WORDS = 20;

/** Nothing to open in it, and nothing to decode that takes more than one look. */
const isLight = ({ bytes, text, fields }: Node): boolean =>
  !(bytes && isContainer(bytes)) &&
  !text.includes('\nbegin') &&
  !text.startsWith('begin') &&
  fields.every(({ line }) => line.split('=?', LIGHT_WORDS).length < LIGHT_WORDS);

function tellAll(root: Node, tell: Tell, wanted: Wanted): Scanned['parse'] {
  const state: State = { attachments: 0, bytes: 0, complete: true, headers: true, wanted, tell };
  tell(headersOf(plainHeaders(root.fields), root.fields));
  for (const node of all(root)) {
    const { fields, number, type, name, bytes } = node;
    odd(anomalies(fields, node === root), state);
    if (!bytes) continue;
    const place = { part: number };
    file(fileOf(clip(name, 1024), bytes, '', clip(type, 255)), place, state);
    within(opened(bytes), name, place, state);
  }
  const { text, html } = textsOf(root);
  texts(text, html, { part: '1' }, state);
  return state.complete ? 'complete' : 'partial';
}

/** Bytes that can be opened: see `keeper`. */
const opened = (bytes: Buffer): Buffer | undefined =>
  bytes.length > MOST_OPENED || (bytes.length >= SNIFFED && !isContainer(bytes)) ? undefined : bytes;

type Tell = (part: Part) => void;

interface State {
  attachments: number;
  /** Decoded, of all files. */
  bytes: number;
  complete: boolean;
  headers: boolean;
  wanted: Wanted;
  tell: Tell;
}

const options = ({ limits }: Wanted) => ({
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  ignoreEmbedded: true,
  checksumAlgo: false as const,
  maxHeadSize: limits.headerBytes,
  // Above what fits into one 64 KiB piece of the parser, so that what came before the limit is always told.
  maxChildNodes: limits.parts * 2,
});

/** Where in the outermost message something is. */
interface Place {
  /** Number of the part of the outermost message. */
  part: string;
  /** Name of the file that it is in. */
  parent?: string;
}

/** @param place of the attached message; undefined for the outermost one */
async function walk(message: Readable, place: Place | undefined, depth: number, state: State): Promise<void> {
  const parser = new Reader(options(state.wanted), (fields, root) => odd(anomalies(fields, root), state));
  const work: Promise<void>[] = [];
  parser.on('headerLines', (lines) => {
    if (depth === 0 && parser.headers) state.tell(headersOf(parser.headers, lines as Field[]));
    state.headers = true;
  });
  parser.on('data', (data) => {
    if (data.type === 'text') texts(data.text || '', data.html || '', place ?? { part: '1' }, state);
    else work.push(attachment(data, { ...place, part: place?.part ?? data.partId ?? '' }, depth, state));
  });
  message.on('error', (error) => parser.destroy(error));
  try {
    message.pipe(parser);
    await finished(parser);
    await Promise.all(work);
  } catch {
    state.complete = false;
    message.unpipe(parser);
    message.resume();
  }
}

function odd(names: string[], state: State): void {
  if (names.length > 0) state.tell({ kind: 'anomalies', names });
}

const finished = (parser: MailParser): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.once('end', resolve);
    parser.once('error', reject);
    parser.once('close', resolve);
  });

function texts(text: string, html: string, place: Place, state: State): void {
  const { tell, wanted } = state;
  tell({ kind: 'urls', urls: both([...urlsOfHtml(html), ...urlsOfText(text)]) });
  for (const { name, bytes } of text.includes('begin') ? uuFiles(text) : [])
    file(fileOf(name, bytes, place.parent ?? '', 'application/octet-stream'), place, state);
  if (wanted.tests.length === 0) return;
  const read = [text, html === '' ? '' : textOfHtml(html)].filter((one) => one !== '');
  const keys = wanted.tests.filter((test) => read.some((one) => holds(test, one))).map(keyOf);
  if (keys.length > 0) tell({ kind: 'matches', keys });
}

/** A link that a rewriter wrapped, and where it leads. */
const both = (urls: string[]): string[] =>
  urls.flatMap((url) => {
    const inner = unwrap(url);
    return inner?.type === 'url' ? [url, inner.value] : [url];
  });

function file(attachment: Attachment, { part, parent }: Place, state: State): void {
  const within = attachment.parent || parent;
  const { parent: _, ...rest } = attachment;
  if (state.attachments++ >= MOST_ATTACHMENTS) state.complete = false;
  else state.tell({ kind: 'attachment', part, attachment: within ? { ...rest, parent: within } : rest });
}

/** Hashes an attachment as it streams by; an attached message is opened as well, and so is an archive. */
async function attachment(part: AttachmentStream, place: Place, depth: number, state: State): Promise<void> {
  const type = declaredType(part);
  const name = clip(part.filename ?? '', 1024);
  const nested = type === 'message/rfc822' && depth < state.wanted.limits.depth;
  const inner = nested ? open({ ...place, parent: name || 'message/rfc822' }, depth + 1, state) : undefined;
  const hash = hashes();
  const kept = keeper();
  try {
    for await (const chunk of part.content as AsyncIterable<Buffer>) {
      state.bytes += chunk.length;
      if (state.bytes > state.wanted.limits.decodedBytes) throw new RangeError('too many bytes');
      hash.update(chunk);
      kept.add(chunk);
      await inner?.write(chunk);
    }
  } catch {
    state.complete = false;
  }
  file({ name, type, ...hash.done() }, place, state);
  part.release?.();
  within(kept.bytes(), name, place, state);
  await inner?.end();
}

function within(bytes: Buffer | undefined, name: string, place: Place, state: State): void {
  if (!bytes) return;
  const { members } = state.wanted.limits;
  const limits = { members, depth: MOST_ARCHIVES, inflated: MOST_INFLATED };
  const { files, notes } = contentsOf(bytes, name, limits);
  for (const one of files) file(one, place, state);
  odd(notes, state);
}

function hashes() {
  const all = { sha256: createHash('sha256'), md5: createHash('md5'), sha1: createHash('sha1') };
  let size = 0;
  return {
    update(chunk: Buffer): void {
      size += chunk.length;
      for (const hash of Object.values(all)) hash.update(chunk);
    },
    done: () => ({
      size,
      sha256: all.sha256.digest('hex'),
      md5: all.md5.digest('hex'),
      sha1: all.sha1.digest('hex'),
    }),
  };
}

/** Keeps the bytes of what can be opened, up to the limit. */
function keeper(): { add(chunk: Buffer): void; bytes(): Buffer | undefined } {
  let chunks: Buffer[] | undefined = [];
  let size = 0;
  let known = false;
  return {
    add(chunk) {
      if (!chunks) return;
      chunks.push(chunk);
      size += chunk.length;
      if (!known && size >= SNIFFED) known = isContainer(Buffer.concat(chunks));
      if ((!known && size >= SNIFFED) || size > MOST_OPENED) chunks = undefined;
    },
    bytes: () => chunks && Buffer.concat(chunks),
  };
}

function open(
  place: Place,
  depth: number,
  state: State,
): { write(chunk: Buffer): Promise<void>; end(): Promise<void> } {
  const stream = new PassThrough();
  const done = walk(stream, place, depth, state);
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), done]);
    },
    end() {
      stream.end();
      return done;
    },
  };
}

/** As the sender wrote it; mailparser's own type follows the file name. */
function declaredType(part: AttachmentStream): string {
  const header = part.headers.get('content-type');
  const value = (header as StructuredHeader | undefined)?.value;
  return clip(String(value || part.contentType || 'application/octet-stream'), 255).toLowerCase();
}

function headersOf(headers: Headers, lines: Field[]): Part {
  return {
    kind: 'headers',
    subject: text(headers.get('subject')),
    messageId: text(headers.get('message-id')).replace(/^<|>$/g, ''),
    headerFrom: addresses(headers.get('from') as AddressObject | undefined),
    replyTo: addresses(headers.get('reply-to') as AddressObject | undefined),
    hops: lines.filter((line) => line.key === 'received').length,
    headers: lines.slice(0, MOST_HEADERS).map(decoded),
  };
}

const clip = (value: string, most: number): string => value.slice(0, most).toWellFormed();
const text = (value: unknown): string => (typeof value === 'string' ? clip(value, MOST_TEXT) : '');

function addresses(header: AddressObject | undefined): string[] {
  const all = flatten(header?.value ?? []);
  return [...new Set(all)].slice(0, MOST_ADDRESSES);
}

const flatten = (list: EmailAddress[]): string[] =>
  list
    .flatMap((one) => (one.group ? one.group.flatMap((in_) => in_.address ?? []) : (one.address ?? [])))
    .map((address) => clip(address, 320));
