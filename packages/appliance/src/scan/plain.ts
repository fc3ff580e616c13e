/**
 * Reads ordinary messages without a stream: whole in memory, with a structure that every reader takes the same way.
 * What leaves any doubt is left to mailparser, which then tells the same of what both can read (a test compares).
 */
import { MailParser } from 'mailparser';
import type { Field } from './anomaly.ts';

/** A part of a message, or the message itself. */
export interface Node {
  /** `1.2`, '' for the message itself. */
  number: string;
  fields: Field[];
  /** Declared, in lower case. */
  type: string;
  /** A file, not a text that is shown. */
  attached: boolean;
  name: string;
  /** Of a file, decoded. */
  bytes?: Buffer;
  /** Of a text that is shown, decoded, with LF as line ends. */
  text: string;
  parts: Node[];
}

const CRLF = '\r\n';
const CR = 0x0d;
const LF = 0x0a;
const MOST_HEAD = 32 * 1024;
const MOST_FIELDS = 200;
const MOST_NODES = 100;
const DEEPEST = 10;
/** What mailsplit counts a short line of a header for. */
const LEAST_COST = 64;

export interface PlainLimits {
  headerBytes: number;
  parts: number;
  depth: number;
  decodedBytes: number;
}

/** Something that readers may take differently. */
class Doubt extends Error {}
const doubt = (): never => {
  throw DOUBT;
};
const DOUBT = new Doubt();

/** The tree of a message; undefined where it is not an ordinary one. `mostHead`: bytes of each header. */
export function readPlain(bytes: Buffer, limits: PlainLimits, mostHead = MOST_HEAD): Node | undefined {
  if (bytes.length > limits.decodedBytes) return undefined;
  try {
    return tree(bytes, limits, mostHead);
  } catch (error) {
    if (error instanceof Doubt) return undefined;
    throw error;
  }
}

interface Open {
  node: Node;
  boundary: string;
  /** Its closing delimiter came. */
  over: boolean;
}

/** Goes from delimiter to delimiter; each has to be one of the innermost multipart that is open. */
function tree(bytes: Buffer, limits: PlainLimits, mostHead: number): Node {
  let nodes = 0;
  const node = (from: number, number: string): { node: Node; body: number; boundary: string } => {
    if (++nodes > Math.min(MOST_NODES, limits.parts)) doubt();
    return readHead(bytes, from, number, { cost: limits.headerBytes, bytes: mostHead });
  };
  const root = node(0, '');
  if (root.boundary === '') {
    fill(root.node, bytes.subarray(root.body));
    return root.node;
  }
  const open: Open[] = [{ node: root.node, boundary: root.boundary, over: false }];
  let leaf: { node: Node; from: number } | undefined;
  for (let lf = bytes.indexOf('\n--', root.body - 1); lf >= 0; lf = bytes.indexOf('\n--', lf + 1)) {
    const owner = open.findLast((one) => starts(bytes, lf + 3, one.boundary));
    if (!owner) continue;
    const at = lf - 1;
    if (owner !== open.at(-1) || owner.over || bytes[at] !== CR) doubt();
    const end = lf + 3 + owner.boundary.length;
    if (leaf) {
      if (at < leaf.from) doubt();
      fill(leaf.node, bytes.subarray(leaf.from, at));
      leaf = undefined;
    }
    if (starts(bytes, end, CRLF)) {
      if (open.length > Math.min(DEEPEST, limits.depth)) doubt();
      const count = owner.node.parts.length + 1;
      const inner = node(end + 2, owner.node.number === '' ? `${count}` : `${owner.node.number}.${count}`);
      owner.node.parts.push(inner.node);
      if (inner.boundary === '') leaf = { node: inner.node, from: inner.body };
      else if (
        open.some((one) => one.boundary.startsWith(inner.boundary) || inner.boundary.startsWith(one.boundary))
      )
        doubt();
      else open.push({ node: inner.node, boundary: inner.boundary, over: false });
      // The next delimiter may begin with the end of this header.
      lf = inner.body - 2;
    } else if (starts(bytes, end, `--${CRLF}`) || (starts(bytes, end, '--') && end + 2 === bytes.length)) {
      if (owner.node.parts.length === 0) doubt();
      if (open.length > 1) open.pop();
      else owner.over = true;
    } else doubt();
  }
  if (leaf || !open[0]?.over) doubt();
  return root.node;
}

function starts(bytes: Buffer, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

const ASCII = /^[\t\r\n\x20-\x7e]*$/;
const BARE = /(?:^|[^\r])\n|\r(?:[^\n]|$)/;
const FIELD = /^[!-9;-~]+:/;

function readHead(
  bytes: Buffer,
  from: number,
  number: string,
  most: { cost: number; bytes: number },
): { node: Node; body: number; boundary: string } {
  const end = bytes.indexOf('\r\n\r\n', from);
  if (end < 0 || end - from > most.bytes) return doubt();
  const text = bytes.toString('latin1', from, end);
  if (!ASCII.test(text) || BARE.test(text)) doubt();
  const fields = fieldsOf(text, most.cost);
  const { type, params } = parameters(only(fields, 'content-type'));
  const disposition = parameters(only(fields, 'content-disposition'));
  const encoding = only(fields, 'content-transfer-encoding').toLowerCase();
  const boundary = type.startsWith('multipart/') ? (params.get('boundary') ?? '') : '';
  if (type === '' ? disposition.type !== '' : type.startsWith('message/') || !type.includes('/')) doubt();
  if (type.startsWith('multipart/') && (!BOUNDARY.test(boundary) || encodingOf(encoding) !== 'binary'))
    doubt();
  const shown = disposition.type === '' || disposition.type === 'inline';
  const isText = type === '' || type === 'text/plain' || type === 'text/html';
  const name = disposition.params.get('filename') || params.get('name') || '';
  const node: Node = {
    number,
    fields,
    type: type || 'text/plain',
    attached: !(shown && isText),
    name,
    text: '',
    parts: [],
  };
  return { node, body: end + 4, boundary };
}

const BOUNDARY = /^[!-~](?:[ -~]{0,198}[!-~])?$/;

function fieldsOf(text: string, most: number): Field[] {
  const fields: Field[] = [];
  let cost = 0;
  for (const line of text.split(CRLF)) {
    cost += Math.max(line.length + 2, LEAST_COST);
    const last = fields.at(-1);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (!last) return doubt();
      last.line += CRLF + line;
    } else {
      if (!FIELD.test(line)) doubt();
      fields.push({ key: line.slice(0, line.indexOf(':')).toLowerCase(), line });
    }
  }
  if (cost + 2 > most || fields.length > MOST_FIELDS) doubt();
  return fields;
}

/** Value of a field that may be there once. */
function only(fields: Field[], key: string): string {
  const found = fields.filter((one) => one.key === key);
  if (found.length > 1) return doubt();
  return found[0]
    ? found[0].line
        .slice(key.length + 1)
        .replace(/\r\n(?=[ \t])/g, '')
        .trim()
    : '';
}

const VALUE = /^[\w.+-]+(?:\/[\w.+-]+)?/;
// A value that is the same to everybody: no escape, no comment, no encoded word, no control character.
const PARAMETER = /;[ \t]*([\w-]+)=(?:"([^"\\\t]*)"|([\w!#$%&+./^`{|}~:-]+))[ \t]*/y;

function parameters(value: string): { type: string; params: Map<string, string> } {
  const params = new Map<string, string>();
  if (value === '') return { type: '', params };
  const type = VALUE.exec(value)?.[0] ?? doubt();
  let at = type.length;
  while (value[at] === ' ' || value[at] === '\t') at++;
  while (at < value.length) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(value);
    // A semicolon behind the last parameter is common, and says nothing.
    if (!found && /^;[ \t]*$/.test(value.slice(at))) break;
    if (!found) return doubt();
    const [whole, name = '', quoted, token] = found;
    const content = quoted ?? token ?? '';
    if (params.has(name.toLowerCase()) || content.includes('=?') || content !== content.trim()) doubt();
    params.set(name.toLowerCase(), content);
    at += whole.length;
  }
  return { type: type.toLowerCase(), params };
}

type Encoding = 'base64' | 'quoted-printable' | 'binary';

function encodingOf(value: string): Encoding {
  if (value === 'base64' || value === 'quoted-printable') return value;
  return value === '' || value === '7bit' || value === '8bit' || value === 'binary' ? 'binary' : doubt();
}

function fill(node: Node, raw: Buffer): void {
  const encoding = encodingOf(only(node.fields, 'content-transfer-encoding').toLowerCase());
  const bytes = encoding === 'base64' ? base64(raw) : encoding === 'binary' ? raw : quoted(raw);
  if (node.attached) {
    // Whether an empty file is one, readers do not agree on.
    if (raw.length === 0) doubt();
    node.bytes = bytes;
    return;
  }
  const { params } = parameters(only(node.fields, 'content-type'));
  if (params.has('format') && node.type === 'text/plain') doubt();
  const charset = (params.get('charset') || 'utf-8').toLowerCase().replace(/[^a-z0-9]+/g, '');
  if (charset !== 'utf8' && charset !== 'ascii' && charset !== 'usascii') doubt();
  node.text = bytes.toString().replace(/\r?\n/g, '\n');
}

/** Lines of one length and a last one, of nothing but the alphabet. */
function base64(raw: Buffer): Buffer {
  let end = raw.length;
  while (end >= 2 && raw[end - 1] === LF && raw[end - 2] === CR) end -= 2;
  if (end === 0) return raw.subarray(0, 0);
  const first = raw.indexOf(CRLF);
  const line = first < 0 || first >= end ? end : first;
  let lines = 0;
  let at = line;
  for (; at < end; at += line + 2, lines++) if (raw[at] !== CR || raw[at + 1] !== LF) return doubt();
  // `at` is behind the end: the last line is not longer than the others.
  const chars = end - 2 * lines;
  const text = raw.toString('latin1', 0, end);
  if (chars % 4 !== 0 || text.includes('-') || text.includes('_')) doubt();
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(text, 'base64');
  // Any character that does not belong there would make it shorter.
  return bytes.length === (chars / 4) * 3 - padding ? bytes : doubt();
}

const EQUALS = 0x3d;

/** Quoted-printable as it is to be (RFC 2045 section 6.7); white space at the end of a line is none of it. */
function quoted(raw: Buffer): Buffer {
  if ([' \r', '\t\r', ' \n', '\t\n'].some((end) => raw.includes(end))) doubt();
  const last = raw.at(-1);
  if (last === 0x20 || last === 0x09) doubt();
  const out = Buffer.allocUnsafe(raw.length);
  let to = 0;
  let from = 0;
  for (let at = raw.indexOf(EQUALS); at >= 0; at = raw.indexOf(EQUALS, from)) {
    to += raw.copy(out, to, from, at);
    if (raw[at + 1] !== CR) out[to++] = (hex(raw[at + 1]) << 4) | hex(raw[at + 2]);
    else if (raw[at + 2] !== LF) doubt();
    from = at + 3;
  }
  to += raw.copy(out, to, from);
  return out.subarray(0, to);
}

function hex(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : doubt();
}

/** What mailparser makes of the text parts, with conversions between text and HTML left out. */
export function textsOf(root: Node): { text: string; html: string } {
  const text: string[] = [];
  const html: string[] = [];
  const shown = leaves(root).filter((one) => !one.attached);
  const hasText = shown.some((one) => one.type === 'text/plain');
  const hasHtml = shown.some((one) => one.type === 'text/html');
  const walk = (node: Node, alternative: boolean): void => {
    if (node.text !== '' && node.type === 'text/plain') {
      text.push(node.text);
      if (!alternative && hasHtml) html.push('');
    } else if (node.text !== '') {
      if ((!alternative && hasText) || (node === root && !hasText)) text.push('');
      html.push(node.text);
    }
    for (const part of node.parts) walk(part, alternative || node.type === 'multipart/alternative');
  };
  walk(root, false);
  return { text: text.join('\n'), html: html.join('<br/>\n') };
}

const leaves = (node: Node): Node[] => (node.parts.length === 0 ? [node] : node.parts.flatMap(leaves));

/** Parts in their order, the message itself first. */
export function* all(node: Node): Generator<Node> {
  yield node;
  for (const part of node.parts) yield* all(part);
}

const reader = new MailParser();
type Headers = typeof reader.headers;
const KNOWN = new Set(['subject', 'message-id', 'from', 'reply-to']);

/** Those header fields that are told of, as mailparser reads them. The hook is internal to that version. */
export const headersOf = (fields: Field[]): Exclude<Headers, false | undefined> =>
  (
    reader as unknown as { processHeaders(lines: Field[]): Exclude<Headers, false | undefined> }
  ).processHeaders(fields.filter(({ key }) => KNOWN.has(key)));
