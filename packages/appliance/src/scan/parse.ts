/**
 * Reads one message and tells what is in it, part by part. Runs in a worker: hostile mail may make it slow or
 * kill it. File hashes are of the exact decoded bytes.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import {
  type AddressObject,
  type AttachmentStream,
  type EmailAddress,
  type Headers,
  MailParser,
  type StructuredHeader,
} from 'mailparser';
import { MOST_ATTACHMENTS, type Part, type Scanned } from './scanned.ts';
import { urlsOfHtml, urlsOfText } from './urls.ts';

const MOST_DEPTH = 10;
const MOST_TEXT = 4096;
const MOST_ADDRESSES = 100;

const OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  ignoreEmbedded: true,
  checksumAlgo: false as const,
  maxHeadSize: 1024 * 1024,
  // Above what fits into one 64 KiB piece of the parser, so that what came before the limit is always told.
  maxChildNodes: 2000,
};

/** @returns whether all of it could be read; `tell` may already have had a part of it */
export async function parse(message: Readable, tell: (part: Part) => void): Promise<Scanned['parse']> {
  const state = { attachments: 0, complete: true, headers: false };
  await walk(message, undefined, 0, state, tell);
  if (!state.headers) return 'failed';
  return state.complete ? 'complete' : 'partial';
}

type Tell = (part: Part) => void;

interface State {
  attachments: number;
  complete: boolean;
  headers: boolean;
}

/** @param outer part of the outermost message that all of this is in */
async function walk(
  message: Readable,
  outer: string | undefined,
  depth: number,
  state: State,
  tell: Tell,
): Promise<void> {
  const parser = new MailParser(OPTIONS);
  const work: Promise<void>[] = [];
  let hops = 0;
  parser.on('headerLines', (lines) => {
    hops = lines.filter((line) => line.key === 'received').length;
    if (depth === 0 && parser.headers) tell(headersOf(parser.headers, hops));
    state.headers = true;
  });
  parser.on('data', (data) => {
    if (data.type === 'text') tell({ kind: 'urls', urls: textUrls(data.text, data.html) });
    else work.push(attachment(data, outer ?? data.partId ?? '', depth, state, tell));
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

const finished = (parser: MailParser): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.once('end', resolve);
    parser.once('error', reject);
    parser.once('close', resolve);
  });

const textUrls = (text?: string | false, html?: string | false): string[] => [
  ...(html ? urlsOfHtml(html) : []),
  ...(text ? urlsOfText(text) : []),
];

/** Hashes an attachment as it streams by; an attached message is opened as well. */
async function attachment(
  part: AttachmentStream,
  place: string,
  depth: number,
  state: State,
  tell: Tell,
): Promise<void> {
  const type = declaredType(part);
  const inner =
    type === 'message/rfc822' && depth < MOST_DEPTH ? open(place, depth + 1, state, tell) : undefined;
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of part.content) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
      await inner?.write(chunk as Buffer);
    }
  } catch {
    state.complete = false;
  }
  const name = clip(part.filename ?? '', 1024);
  if (state.attachments++ < MOST_ATTACHMENTS)
    tell({ kind: 'attachment', part: place, attachment: { name, type, size, sha256: hash.digest('hex') } });
  else state.complete = false;
  part.release?.();
  await inner?.end();
}

function open(
  place: string,
  depth: number,
  state: State,
  tell: Tell,
): { write(chunk: Buffer): Promise<void>; end(): Promise<void> } {
  const stream = new PassThrough();
  const done = walk(stream, place, depth, state, tell);
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

function headersOf(headers: Headers, hops: number): Part {
  return {
    kind: 'headers',
    subject: text(headers.get('subject')),
    messageId: text(headers.get('message-id')).replace(/^<|>$/g, ''),
    headerFrom: addresses(headers.get('from') as AddressObject | undefined),
    replyTo: addresses(headers.get('reply-to') as AddressObject | undefined),
    hops,
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
