/** Cutting a text into pieces that can be classified. Every step is linear. */
import { schemes } from './url.ts';

/** A range of the text. */
export type Span = { start: number; end: number };

const CHUNK = /[^\s"<>|`\u2018-\u201F\u00AB\u00BB\u2039\u203A\u2022\u2500-\u257F\p{Cc}]+/gu;
/** Cheap test that most words of prose fail. */
const OF_INTEREST = /[.:@\\](?=[^\s.,!?)"'])|[0-9a-f]{32}|(?:[0-9a-f]{2}-){5}/i;

/** Stretches without space, quotes, angle brackets, pipes and table lines that may hold something. */
export function* chunks(text: string): Generator<Span> {
  CHUNK.lastIndex = 0;
  for (let m = CHUNK.exec(text); m; m = CHUNK.exec(text)) {
    if (OF_INTEREST.test(m[0])) yield { start: m.index, end: m.index + m[0].length };
  }
}

/** Behind these a scheme belongs to a link inside the link. */
const INSIDE = new Set('/=?&:%@#-_~!.+');

/** A chunk in parts that begin at a URL, and what stands before the first. */
export const linkParts = (text: string, { start, end }: Span): (Span & { link: boolean })[] => {
  const chunk = text.slice(start, end);
  const cuts: number[] = [];
  for (const m of chunk.matchAll(schemes())) {
    if (cuts.length === 0 || !INSIDE.has(chunk[m.index - 1] ?? '')) cuts.push(m.index);
  }
  const parts = cuts.map((at, i) => ({
    start: start + at,
    end: start + (cuts[i + 1] ?? chunk.length),
    link: true,
  }));
  const head = cuts[0] ?? chunk.length;
  return head > 0 ? [{ start, end: start + head, link: false }, ...parts] : parts;
};

const LEADING = new Set("([{*-=+~#'@.:,;!?/\\&$%^");
const TRAILING = new Set(".,;:!?*)]}>'-_~=+#…&\\/([{$%^");

/** Without punctuation around it. A first or final `::` and the slash of a path stay. */
export const peel = (text: string, { start, end }: Span): Span => {
  let from = start;
  let to = end;
  while (to > from && TRAILING.has(text[to - 1] ?? '')) {
    if (text[to - 1] === ':' && text[to - 2] === ':') break;
    to--;
  }
  while (from < to && LEADING.has(text[from] ?? '')) {
    if (text[from] === ':' && text[from + 1] === ':') break;
    if (text[from] === '/' && text[from - 1] !== '/' && /[\w]/.test(text[from + 1] ?? '')) break;
    from++;
  }
  return { start: from, end: to };
};

/** Marks to cut at, from those that hardly ever belong to a value to those that often do. */
const LEVELS: readonly RegExp[] = [
  /[,;]+/g,
  /[()[\]{}'=]+/g,
  /:+/g,
  /[/\\]+/g,
  /(?:[+*!?#$^&~]|%(?:[0-9a-f]{2})?)+/gi,
  /[^\x21-\x7e]+/g,
];
export const DEEPEST = LEVELS.length;

/** The parts of a span between the marks of a level. */
export const cut = (text: string, { start, end }: Span, level: number): Span[] => {
  const marks = LEVELS[level];
  if (!marks) return [];
  const spans: Span[] = [];
  let from = start;
  for (const m of text.slice(start, end).matchAll(marks)) {
    if (start + m.index > from) spans.push({ start: from, end: start + m.index });
    from = start + m.index + m[0].length;
  }
  if (from < end) spans.push({ start: from, end });
  return spans;
};
