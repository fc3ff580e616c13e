/** Changes to a message as it is copied; every byte that no change is about stays as it is. */
import { pipeline, type Readable, Transform } from 'node:stream';
import { Joiner, type MimeNode, Splitter, type SplitterChunk } from '@zone-eu/mailsplit';
import type { Edit } from './decision.ts';

type Strip = Extract<Edit, { do: 'strip attachment' }>;

/** A longer header stays as it is, with what is added in front of it. */
const MOST_HEADER = 4 * 1024 * 1024;

/** The message with all edits; the source itself when there are none. */
export function edited(source: Readable, edits: readonly Edit[]): AsyncIterable<Buffer> {
  const strips = edits.filter((one) => one.do === 'strip attachment');
  const others = edits.filter((one) => one.do !== 'strip attachment');
  const body = strips.length === 0 ? source : stripped(source, strips);
  return others.length === 0 ? body : withHeader(body, others);
}

function stripped(source: Readable, strips: Strip[]): AsyncIterable<Buffer> {
  const splitter = new Splitter({ ignoreEmbedded: true, maxHeadSize: MOST_HEADER, maxChildNodes: 100_000 });
  const joiner = new Joiner();
  pipeline(source, splitter, stripper(strips), joiner, () => undefined);
  return joiner;
}

const numberOf = (node: MimeNode): string =>
  (node.partNr || []).filter((nr) => typeof nr === 'number').join('.');

/** Puts the note in the place of a part: its headers and its body. */
function stripper(strips: Strip[]): Transform {
  let gone: Buffer | undefined;
  return new Transform({
    objectMode: true,
    transform(chunk: SplitterChunk, _, done) {
      if (chunk.type === 'node') {
        const strip = chunk.multipart ? undefined : strips.find((one) => one.part === numberOf(chunk));
        gone = strip && Buffer.from(`${strip.note}\r\n`);
        if (strip) disguise(chunk);
        this.push(chunk);
        if (gone) this.push(gone);
      } else if (!(gone && chunk.type === 'body')) this.push(chunk);
      done();
    },
  });
}

function disguise({ headers }: MimeNode): void {
  if (!headers) return;
  for (const name of ['content-type', 'content-transfer-encoding', 'content-disposition'])
    headers.remove(name);
  headers.add('Content-Type', 'text/plain; charset=utf-8', Number.POSITIVE_INFINITY);
  headers.add('Content-Transfer-Encoding', '8bit', Number.POSITIVE_INFINITY);
}

type HeaderEdit = Exclude<Edit, Strip>;

async function* withHeader(source: AsyncIterable<Buffer>, edits: HeaderEdit[]): AsyncGenerator<Buffer> {
  let waiting: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    if (!waiting) {
      yield chunk;
      continue;
    }
    waiting = Buffer.concat([waiting, chunk]);
    const end = endOfHeader(waiting);
    if (end < 0 && waiting.length < MOST_HEADER) continue;
    yield* change(waiting, Math.max(end, 0), edits);
    waiting = undefined;
  }
  if (waiting) yield* change(waiting, waiting.length, edits);
}

/** Place of the empty line, -1 where there is none yet. */
function endOfHeader(bytes: Buffer): number {
  if (bytes.subarray(0, 2).toString('latin1') === '\r\n') return 0;
  const end = bytes.indexOf('\r\n\r\n');
  return end < 0 ? -1 : end + 2;
}

function* change(bytes: Buffer, end: number, edits: HeaderEdit[]): Generator<Buffer> {
  let fields = split(bytes.subarray(0, end).toString('latin1'));
  for (const edit of edits) fields = EDITS[edit.do](fields, edit as never);
  yield Buffer.from(fields.join(''), 'latin1');
  yield bytes.subarray(end);
}

/** Fields with the lines that continue them, each with its line end. */
const split = (header: string): string[] => header.match(/[^\n]*\n(?:[ \t][^\n]*\n)*|[^\n]+$/g) ?? [];

const nameOf = (field: string): string =>
  field
    .slice(0, Math.max(0, field.indexOf(':')))
    .trim()
    .toLowerCase();

type Of<T extends HeaderEdit['do']> = Extract<HeaderEdit, { do: T }>;
const EDITS: { [T in HeaderEdit['do']]: (fields: string[], edit: Of<T>) => string[] } = {
  'add header': (fields, { name, value }) => [`${name}: ${words(value)}\r\n`, ...fields],
  'remove header': (fields, { name }) => fields.filter((field) => nameOf(field) !== name.toLowerCase()),
  'tag subject'(fields, { prefix }) {
    const at = fields.findIndex((field) => nameOf(field) === 'subject');
    if (at < 0) return [...fields, `Subject: ${words(prefix.trim())}\r\n`];
    const [name = '', value = ''] = cut(fields[at] ?? '');
    const space = prefix.endsWith(' ') ? ' ' : '';
    return fields.with(at, `${name}: ${words(prefix.trim())}${space || ' '}${value.replace(/^[ \t]+/, '')}`);
  },
};

const cut = (field: string): [string, string] => {
  const colon = field.indexOf(':');
  return [field.slice(0, colon), field.slice(colon + 1)];
};

/** As the header of a message takes it (RFC 2047), in bytes. */
function words(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const pieces: string[] = [];
  let piece = '';
  for (const char of text) {
    if (Buffer.byteLength(piece + char) > 45) pieces.push(piece);
    piece = Buffer.byteLength(piece + char) > 45 ? char : piece + char;
  }
  return [...pieces, piece].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}
