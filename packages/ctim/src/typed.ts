/**
 * The typed syntax `type:"value"`. Quoted values are taken as they stand; inside them only `\"`, `\\` and a
 * backslash before a line end are escapes, so that Windows paths can be typed without doubling.
 */
import type { Found } from './found.ts';
import { canonical, isChecked } from './normalise.ts';
import type { Observable } from './observable.ts';
import { SCHEME } from './url.ts';
import { OBSERVABLE_TYPES, type ObservableType } from './vocab.ts';

/** What stands for text that is already taken: no rule reads across it. */
export const BLANK = '\t';

/** Longest value, in UTF-16 units. */
export const MAX_VALUE = 4096;

const ALIASES: Readonly<Record<string, ObservableType | 'hash'>> = {
  subject: 'email_subject',
  mid: 'cisco_mid',
  msgid: 'email_messageid',
  message_id: 'email_messageid',
  messageid: 'email_messageid',
  file: 'file_name',
  filename: 'file_name',
  sender: 'email',
  mac: 'mac_address',
  host: 'hostname',
  ipv4: 'ip',
  hash: 'hash',
};
const TYPES: ReadonlyMap<string, ObservableType | 'hash'> = new Map([
  ...Object.entries(ALIASES),
  ...OBSERVABLE_TYPES.map((t) => [t, t] as const),
]);

/** Types whose values have spaces, and types whose names are everyday words: only with quotes. */
const QUOTED_ONLY: ReadonlySet<string> = new Set(
  'email_subject file_name file_path process_args user_agent user device mutex'.split(' '),
);

const HEAD = /(?<![\p{L}\p{N}_.@/-])([a-z][a-z0-9_]{1,30})([ \t]?):([ \t]?)(["\u201C\u201D\u201E]?)/giu;
/** Longest IP address without quotes, defanged at that. */
const MAX_ADDRESS = 100;
const BARE = /[^\s,;"<>]{1,320}/y;
const BARE_URL = new RegExp(`${SCHEME}[^\\s"<>]{1,${MAX_VALUE}}`, 'iy');
const HASHES: Readonly<Record<number, ObservableType>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

const typeOf = (name: string, value: string): ObservableType | undefined => {
  const type = TYPES.get(name.toLowerCase());
  return type === 'hash' ? (HASHES[value.length] ?? 'sha256') : type;
};

/** What begins with a typographic quote ends with any quote. */
const closes = (char: string, opened: string): boolean =>
  char === '"' || (opened !== '"' && '\u201C\u201D\u201E'.includes(char));

/** Reads a quoted value from just behind its opening quote; undefined if it does not end on its line. */
const quoted = (text: string, from: number, opened: string): { value: string; end: number } | undefined => {
  let value = '';
  for (let i = from; i < text.length && value.length <= MAX_VALUE; i++) {
    const char = text[i] ?? '';
    const next = text[i + 1];
    if (char === '\\' && (next === '"' || next === '\\' || next === '\n')) {
      value += next;
      i++;
    } else if (closes(char, opened)) return value === '' ? undefined : { value, end: i + 1 };
    else if (char === '\n') return undefined;
    else value += char;
  }
  return undefined;
};

const problemOf = (type: ObservableType): string => `Not a valid ${type} value.`;

const item = (text: string, start: number, end: number, type: ObservableType, value: string): Found => {
  const read = canonical({ type, value });
  return {
    type: read?.type ?? type,
    value: read?.value ?? value,
    original: text.slice(start, end),
    start,
    end,
    confidence: 'certain',
    tags: ['typed'],
    ...(!read && { problem: problemOf(type) }),
  };
};

const inQuotes = (text: string, m: RegExpExecArray): Found | undefined => {
  const read = quoted(text, m.index + m[0].length, m[4] ?? '"');
  const type = read && typeOf(m[1] ?? '', read.value);
  return read && type ? item(text, m.index, read.end, type, read.value) : undefined;
};

/** Without quotes names need a dot; behind a space, where prose may stand, only what has a form counts. */
const isTellable = (type: ObservableType, value: string, spaced: boolean): boolean => {
  if (type === 'domain' || type === 'hostname') return value.includes('.');
  if (type === 'ip' || type === 'ipv6') return value.length <= MAX_ADDRESS;
  return !spaced || isChecked(type);
};

/** Without quotes a value counts only if it is valid, so that prose and headers stay prose. */
const bare = (text: string, m: RegExpExecArray): Found | undefined => {
  const name = (m[1] ?? '').toLowerCase();
  const type = TYPES.get(name);
  if (!type || QUOTED_ONLY.has(type) || m[2]) return undefined;
  const pattern = type === 'url' ? BARE_URL : BARE;
  const at = m.index + m[0].length;
  pattern.lastIndex = at;
  const value = (pattern.exec(text)?.[0] ?? '').replace(/[.,;:!?)\]}'`]+$/, '');
  const exact = typeOf(name, value);
  if (value === '' || !exact || !isTellable(exact, value, m[3] !== '')) return undefined;
  const found = item(text, m.index, at + value.length, exact, value);
  return found.problem === undefined ? found : undefined;
};

/** Typed items of a text, and the text with them blanked out, of the same length. */
export const typedItems = (text: string): { items: Found[]; rest: string } => {
  const items: Found[] = [];
  let rest = '';
  let last = 0;
  HEAD.lastIndex = 0;
  for (let m = HEAD.exec(text); m; m = HEAD.exec(text)) {
    if (!TYPES.has((m[1] ?? '').toLowerCase())) continue;
    const found = m[4] ? inQuotes(text, m) : bare(text, m);
    if (!found) continue;
    items.push(found);
    rest += text.slice(last, found.start) + BLANK.repeat(found.end - found.start);
    last = found.end;
    HEAD.lastIndex = found.end;
  }
  return { items, rest: rest + text.slice(last) };
};

/** One observable in typed syntax. */
export const typed = ({ type, value }: Observable): string =>
  `${type}:"${value.replace(/[\\"\n]/g, '\\$&')}"`;

/** Observables as text that `inspect` reads back to the same observables in the same order. */
export const toText = (observables: readonly Observable[]): string => observables.map(typed).join('\n');
