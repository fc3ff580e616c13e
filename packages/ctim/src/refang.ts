/** Undoing defanged forms, with a map back to the text as it was. One pass, linear. */
import { domainOf } from './host.ts';

/** A rewritten text that remembers where every character came from. */
export type Refanged = {
  text: string;
  /** Offsets in the original of a range of `text`. */
  origin(start: number, end: number): { start: number; end: number };
};

const WORD = '[\\p{L}\\p{N}]';
const CJK = '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}]';
const ENTITY = '&(?:amp|lt|gt|quot|apos|nbsp|period|commat|colon|sol|#\\d{1,5}|#x[0-9a-f]{1,4});';
const BRACKETED = `(?:(?<=${WORD}) )?(?:[\\[({<]{1,2} ?(\\.|dot|://|:|//|/|@|at|,) ?[\\])}>]{1,2})(?: (?=${WORD}))?`;
const INVISIBLE = '[\\u200B-\\u200D\\u2060\\uFEFF\\u00AD]';
const DOTS = [
  `(?<=${WORD})[\\[({]\\.(?=${WORD})`,
  `(?<=${WORD})\\.\\](?=${WORD})`,
  `(?<=${WORD})\\\\\\.(?=${WORD})`,
  `(?<=(?!${CJK})${WORD})[\\uFF0E\\u3002\\uFF61\\u2024](?=(?!${CJK})${WORD})`,
].join('|');
const SPOKEN = `(?<=${WORD}) (dot|\\.|at) (?=${WORD})`;
const RULES = [ENTITY, BRACKETED, INVISIBLE, DOTS, '\\uFF20', SPOKEN].join('|');
const QP = '=\\r?\\n|=[2-7][0-9A-F]';

const PLAIN = new RegExp(RULES, 'giu');
const MAIL = new RegExp(`${QP}|${RULES}`, 'giu');
const BASE_LENGTH = 72;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  period: '.',
  commat: '@',
  colon: ':',
  sol: '/',
};

const codePoint = (code: number): string => (code > 0 && code < 0xd800 ? String.fromCharCode(code) : ' ');

const entity = (match: string): string => {
  const name = match.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return ENTITIES[name] ?? match;
  return codePoint(name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
};

const SMALL_WORDS = new Set(
  'a an and by every for in of on or our pre post that the this to with your'.split(' '),
);
/** Suffixes that are no words: safe to read in ` . `, where prose could stand too. */
const SURE_SUFFIX = /\.(?:com|net|org|info|biz|edu|gov|ru|cn|de|uk|xyz|onion)$/;

/** The name spelled out around ` dot `, e.g. `evil dot com`; undefined if both sides do not make one. */
const spelled = (text: string, at: number): string | undefined => {
  const left = /[\p{L}\p{N}_.-]+$/u.exec(text.slice(Math.max(0, at - BASE_LENGTH), at))?.[0] ?? '';
  const right = /^(?: (?:dot|\.) [\p{L}\p{N}-]+)+/iu.exec(text.slice(at, at + 3 * BASE_LENGTH))?.[0] ?? '';
  if (SMALL_WORDS.has(left.toLowerCase())) return undefined;
  return domainOf(left + right.replace(/ (?:dot|\.) /gi, '.'));
};

const spoken = (word: string, match: string, text: string, at: number): string => {
  if (word === 'at') {
    const next = /^[\p{L}\p{N}-]+/u.exec(text.slice(at + 4, at + 4 + BASE_LENGTH))?.[0] ?? '';
    const from = at + 4 + next.length;
    return text.slice(from, from + 5).toLowerCase() === ' dot ' && spelled(text, from) ? '@' : match;
  }
  const name = spelled(text, at);
  if (name === undefined || (word === '.' && !SURE_SUFFIX.test(name))) return match;
  return '.';
};

const SAID: Readonly<Record<string, string>> = { dot: '.', at: '@' };

/** Spaces beside a dot or an at sign go with the brackets; beside other marks they divide. */
const unbracketed = (match: string, mark: string): string => {
  const said = SAID[mark] ?? mark;
  if (said === '.' || said === '@') return said;
  return `${match.startsWith(' ') ? ' ' : ''}${said}${match.endsWith(' ') ? ' ' : ''}`;
};

const replacement = (m: RegExpExecArray, text: string): string => {
  const [match, bracketed, word] = m;
  if (bracketed !== undefined) return unbracketed(match, bracketed.toLowerCase());
  if (word !== undefined) return spoken(word.toLowerCase(), match, text, m.index);
  if (match.startsWith('&')) return entity(match);
  if (match.startsWith('='))
    return match.length === 3 && match[1] !== '\r' ? codePoint(Number.parseInt(match.slice(1), 16)) : '';
  if (match === '\uFF20') return '@';
  return /[.\uFF0E\u3002\uFF61\u2024]/.test(match) ? '.' : '';
};

/** Pasted mail source in quoted-printable (RFC 2045 6.7). */
const isQuotedPrintable = (text: string): boolean =>
  /^content-transfer-encoding:[ \t]*quoted-printable/im.test(text) ||
  (text.includes('=3D') && /=\r?\n/.test(text));

/** One replacement: where it stands in the new text and where in the old, with both lengths. */
type Edit = { to: number; toLength: number; from: number; fromLength: number };

/** The last edit that begins before a position of the new text (or at it, if inclusive). */
const editBefore = (edits: Edit[], position: number, inclusive: boolean): Edit | undefined => {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    const to = edits[mid]?.to ?? 0;
    if (to < position || (inclusive && to === position)) low = mid + 1;
    else high = mid;
  }
  return edits[low - 1];
};

const shifted = (e: Edit, position: number): number => e.from + e.fromLength + position - e.to - e.toLength;

const locator = (edits: Edit[]): Refanged['origin'] => {
  const startOf = (position: number): number => {
    const e = editBefore(edits, position, true);
    if (!e) return position;
    return position < e.to + e.toLength ? e.from : shifted(e, position);
  };
  const endOf = (position: number): number => {
    const e = editBefore(edits, position, false);
    if (!e) return position;
    return position <= e.to + e.toLength ? e.from + e.fromLength : shifted(e, position);
  };
  return (start, end) => ({ start: startOf(start), end: endOf(end) });
};

/** Rewrites defanged dots, colons, slashes and at signs, entities and invisible characters to their plain form. */
export const refangText = (text: string): Refanged => {
  const rules = isQuotedPrintable(text) ? MAIL : PLAIN;
  rules.lastIndex = 0;
  const edits: Edit[] = [];
  let out = '';
  let last = 0;
  for (let m = rules.exec(text); m; m = rules.exec(text)) {
    const to = replacement(m, text);
    if (to === m[0]) continue;
    out += text.slice(last, m.index);
    edits.push({ to: out.length, toLength: to.length, from: m.index, fromLength: m[0].length });
    out += to;
    last = m.index + m[0].length;
  }
  return { text: out + text.slice(last), origin: locator(edits) };
};

/** The plain form of one defanged value. */
export const refang = (value: string): string => refangText(value).text;
