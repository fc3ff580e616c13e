/**
 * Journal reports of Exchange (2007 and later) and Microsoft 365: a text that names the envelope of a message, and
 * behind it the message itself, unaltered. Format: MS-XJRNL. Pure; hostile bytes give a fault, never an exception.
 */
import { words } from '../scan/header.ts';
import { parseMailbox, write } from '../smtp/address.ts';

/** What a report says of the message in it. */
export interface Report {
  /** Envelope sender, '' for the null reverse-path. */
  sender: string;
  /** Envelope recipients, each once, as they were after lists were expanded. */
  recipients: string[];
  subject: string;
  /** Without angle brackets. */
  messageId: string;
  /** Place of the original's first byte. */
  start: number;
  /** What the line behind the original begins with. */
  delimiter: string;
}

/** Why something is not a report that can be used, in words that follow a colon. */
export interface Fault {
  fault: string;
}

/** In its organisation a report has the second name. */
const MARKS = ['x-ms-journal-report', 'x-ms-exchange-organization-journal-report'];
/** Bytes of one header. */
const MOST_HEAD = 256 * 1024;
const MOST_ADDRESS = 320;
const MOST_TEXT = 4096;

/**
 * @param front the message's beginning, at least up to the original
 * @param most recipients
 */
export function readReport(front: Buffer, most: number): Report | Fault {
  const outer = headerAt(front, 0);
  if (!outer || !MARKS.some((name) => outer.fields.has(name)))
    return { fault: 'there is no X-MS-Journal-Report header' };
  const boundary = boundaryOf(outer.fields.get('content-type') ?? '');
  if (boundary === '') return { fault: 'it is not multipart/mixed' };
  const delimiter = `--${boundary}`;
  const first = partAt(front, outer.body - 2, delimiter);
  if (!first || typeOf(first.fields) !== 'text/plain') return { fault: 'its first part is not text/plain' };
  const second = partAt(front, first.body - 2, delimiter);
  if (!second || typeOf(second.fields) !== 'message/rfc822')
    return { fault: 'the original message is not in it' };
  if (!PLAIN.has(encodingOf(second.fields))) return { fault: 'the original message is encoded' };
  const text = decode(front.subarray(first.body, Math.max(first.body, second.at)), first.fields);
  const facts = factsOf(text, most);
  return 'fault' in facts ? facts : { ...facts, start: second.body, delimiter };
}

interface Header {
  /** By name in lower case, unfolded; the first of each. */
  fields: Map<string, string>;
  /** Place of the first byte behind it. */
  body: number;
}

function headerAt(bytes: Buffer, from: number): Header | undefined {
  const fields = new Map<string, string>();
  if (bytes.toString('latin1', from, from + 2) === '\r\n') return { fields, body: from + 2 };
  const end = bytes.indexOf('\r\n\r\n', from);
  if (end < 0 || end - from > MOST_HEAD) return undefined;
  for (const line of bytes
    .toString('latin1', from, end)
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return { fields, body: end + 4 };
}

/** The header behind the next delimiter; `at` is where the delimiter's line end in front of it begins. */
function partAt(bytes: Buffer, from: number, delimiter: string): (Header & { at: number }) | undefined {
  const at = nextDelimiter(bytes, from, delimiter);
  if (at < 0) return undefined;
  const end = bytes.indexOf('\r\n', at + 2);
  const closing = bytes.toString('latin1', at + 2 + delimiter.length, at + 4 + delimiter.length) === '--';
  const header = end < 0 || closing ? undefined : headerAt(bytes, end + 2);
  return header && { ...header, at };
}

/** Place of the CRLF in front of the next line that is this delimiter, open or closing; -1 where there is none. */
export function nextDelimiter(bytes: Buffer, from: number, delimiter: string): number {
  const line = `\r\n${delimiter}`;
  for (let at = bytes.indexOf(line, from, 'latin1'); at >= 0; at = bytes.indexOf(line, at + 2, 'latin1')) {
    const behind = bytes.toString('latin1', at + line.length, at + line.length + 2);
    if (behind === '' || behind === '--' || /^[\r \t]/.test(behind)) return at;
  }
  return -1;
}

const BOUNDARY = /;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i;

function boundaryOf(type: string): string {
  if (!/^multipart\/mixed[ \t]*;/i.test(type)) return '';
  const [, quoted, token] = BOUNDARY.exec(type) ?? [];
  return quoted ?? token ?? '';
}

const typeOf = (fields: Header['fields']): string =>
  (fields.get('content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const PLAIN = new Set(['', '7bit', '8bit', 'binary']);
const encodingOf = (fields: Header['fields']): string =>
  (fields.get('content-transfer-encoding') ?? '').toLowerCase();

function decode(bytes: Buffer, fields: Header['fields']): string {
  const [, charset = 'utf-8'] =
    /charset[ \t]*=[ \t]*"?([\w.:-]{1,40})/i.exec(fields.get('content-type') ?? '') ?? [];
  const plain = decoded(bytes, encodingOf(fields));
  try {
    return new TextDecoder(charset).decode(plain);
  } catch {
    return plain.toString();
  }
}

function decoded(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return bytes;
  const text = bytes
    .toString('latin1')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

type Facts = Omit<Report, 'start' | 'delimiter'>;

/** The lines of the text; one that begins with white space goes on with the line before. */
function factsOf(text: string, most: number): Facts | Fault {
  const said = new Map<string, string>();
  const recipients = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!RECIPIENTS.has(name)) said.set(name, said.get(name) ?? value);
    else for (const one of addressesOf(value)) recipients.set(one.toLowerCase(), one);
    if (recipients.size > most) return { fault: `it names more than ${most} recipients` };
  }
  const sender = said.get('sender');
  if (sender === undefined) return { fault: 'it names no sender' };
  if (recipients.size === 0) return { fault: 'it names no recipients' };
  return {
    sender: addressesOf(sender)[0] ?? '',
    recipients: [...recipients.values()],
    subject: clip(words(said.get('subject') ?? ''), MOST_TEXT),
    messageId: clip((said.get('message-id') ?? '').replace(/^<|>$/g, ''), MOST_TEXT),
  };
}

const RECIPIENTS = new Set(['to', 'cc', 'bcc', 'recipient']);

const clip = (text: string, most: number): string => text.slice(0, most).toWellFormed();

/** `, Expanded: list` and `, Forwarded: first` say how the message came to an address, and are no recipients. */
const SUFFIX = /,[ \t]*(?:expanded|forwarded)[ \t]*:/i;

/** What is not an address that mail can be sent to stays as it is written: nothing is left out. */
function addressesOf(value: string): string[] {
  const whole = unquoted(words(value));
  const suffix = whole.search(SUFFIX);
  const text = unquoted((suffix < 0 ? whole : whole.slice(0, suffix)).trim());
  const bracketed = [...text.matchAll(/<([^<>]*)>/g)].map(([, inner = '']) => inner);
  const found = bracketed.length > 0 ? bracketed : text.split(/[,;]/);
  return found
    .map((one) => one.trim().replace(/^smtp:/i, ''))
    .filter((one) => one !== '')
    .map((one) => {
      const mailbox = parseMailbox(one, true);
      return clip(mailbox ? write(mailbox) : one, MOST_ADDRESS);
    });
}

const unquoted = (text: string): string => (/^"[^"]*"$/.test(text) ? text.slice(1, -1) : text);
