/**
 * Text to observables. One implementation for portal, API and command line: pure, and linear in the text.
 * Typed items are taken first and verbatim; the rest is made readable, cut and classified.
 */
import { type Classified, type Context, classify } from './classify.ts';
import type { Draft, Found } from './found.ts';
import { linkDrafts } from './link.ts';
import { normalise } from './normalise.ts';
import { type Observable, observableKey } from './observable.ts';
import { windowsPaths } from './path.ts';
import { type Refanged, refangText } from './refang.ts';
import { chunks, cut, DEEPEST, linkParts, peel, type Span } from './tokens.ts';
import { BLANK, typedItems } from './typed.ts';
import { urlLength } from './url.ts';

/** Longest text read, in UTF-16 units; what is beyond is not looked at. */
export const MAX_TEXT = 1_000_000;
/** Longest token read. */
export const MAX_TOKEN = 4096;

export type InspectOptions = {
  /** Every occurrence, for highlighting; else each observable once, where it first stood. */
  every?: boolean;
};

type Reader = {
  original: string;
  clean: Refanged;
  out: Found[];
};

const isDefanged = (r: Reader, { start, end }: Span): boolean => {
  const from = r.clean.origin(start, end);
  return r.original.slice(from.start, from.end) !== r.clean.text.slice(start, end);
};

/** The last header line of a text, with the lines folded into it (RFC 5322 2.2.3). */
const foldedLine = (text: string): string => text.replace(/^.*\n(?![ \t])/s, '');

const contextOf = (r: Reader, span: Span): Context => {
  const { text } = r.clean;
  return {
    around: () => ({
      before: text.slice(Math.max(0, span.start - 32), span.start),
      after: text.slice(span.end, span.end + 16),
    }),
    line: () => foldedLine(text.slice(Math.max(0, span.start - 300), span.start)),
    defanged: () => isDefanged(r, span),
    bracketed: text[span.start - 1] === '<' && text[span.end] === '>',
  };
};

const add = (r: Reader, span: Span, drafts: Draft[]): void => {
  if (drafts.length === 0) return;
  const at = r.clean.origin(span.start, span.end);
  const original = r.original.slice(at.start, at.end);
  const marks = isDefanged(r, span) ? ['defanged'] : [];
  for (const d of drafts) r.out.push({ ...d, original, ...at, tags: [...(d.tags ?? []), ...marks] });
};

const known = (r: Reader, span: Span): Classified => {
  if (span.end - span.start > MAX_TOKEN) return undefined;
  return classify(r.clean.text.slice(span.start, span.end), contextOf(r, span));
};

/** Classifies a span, or cuts it one level finer. What holds an `@` is not cut to the last: no half addresses. */
const read = (r: Reader, whole: Span, level: number): void => {
  const span = peel(r.clean.text, whole);
  if (span.end - span.start < 3) return;
  const drafts = known(r, span);
  if (drafts) {
    add(r, span, drafts);
    return;
  }
  for (let next = level; next < DEEPEST; next++) {
    if (next === 4 && r.clean.text.slice(span.start, span.end).includes('@')) return;
    const parts = cut(r.clean.text, span, next);
    if (parts.length < 2 && parts[0]?.start === span.start && parts[0].end === span.end) continue;
    for (const part of parts) read(r, part, next + 1);
    return;
  }
};

const readLink = (r: Reader, { start, end }: Span): void => {
  const text = r.clean.text.slice(start, Math.min(end, start + MAX_TOKEN + 1));
  const length = urlLength(text, r.clean.text[start - 1] ?? '');
  if (length > MAX_TOKEN) return;
  const drafts = linkDrafts(text.slice(0, length));
  add(r, { start, end: start + length }, drafts);
  if (drafts.length > 0) read(r, { start: start + length, end }, 0);
};

const blank = (text: string, spans: Span[]): string => {
  let out = '';
  let last = 0;
  for (const s of spans) {
    out += text.slice(last, s.start) + BLANK.repeat(s.end - s.start);
    last = s.end;
  }
  return out + text.slice(last);
};

const free = (text: string): Found[] => {
  const paths = windowsPaths(text);
  const r: Reader = { original: text, clean: refangText(blank(text, paths)), out: [] };
  for (const { draft, start, end } of paths) {
    r.out.push({ ...draft, original: text.slice(start, end), start, end, tags: [] });
  }
  for (const chunk of chunks(r.clean.text)) {
    for (const part of linkParts(r.clean.text, chunk)) part.link ? readLink(r, part) : read(r, part, 0);
  }
  return r.out;
};

/** The first of each; a later certain one makes an ambiguous one certain. */
const unique = (all: Found[]): Found[] => {
  const seen = new Map<string, Found>();
  for (const f of all) {
    const key = observableKey(f);
    const first = seen.get(key);
    if (!first) seen.set(key, { ...f });
    else if (f.confidence === 'certain') first.confidence = 'certain';
  }
  return [...seen.values()];
};

/**
 * Observables of a text in order of appearance, each once by its canonical form. Offsets are UTF-16 units of the
 * text given. Never throws, whatever the text.
 */
export const inspect = (text: string, options: InspectOptions = {}): Found[] => {
  const given = text.slice(0, MAX_TEXT);
  const { items, rest } = typedItems(given);
  const all = [...items, ...free(rest)].sort((a, b) => a.start - b.start);
  return options.every ? all : unique(all);
};

/** What is asked about: the certain ones, each once, in order. */
export const observablesOf = (found: readonly Found[]): Observable[] => {
  const seen = new Map<string, Observable>();
  for (const { type, value, confidence } of found) {
    const observable = normalise({ type, value });
    if (confidence === 'certain') seen.set(observableKey(observable), observable);
  }
  return [...seen.values()];
};
