/** A document as rows of field and value, for filters, sorting and counting. Pure. */
import type { Entity } from '@sightline/ctim';
import { fold, wordsOf } from './words.ts';

export interface Term {
  field: string;
  /** Folded; times in milliseconds and UTC. */
  value: string;
  number: number | null;
}

/** Rows of one entity; what is beyond is kept, but not found by field. */
const MOST = 5000;
/** Longer texts are found by their words only. PostgreSQL's index takes 2,700 bytes. */
const LONGEST = 600;
/** Free maps and tables, in which nobody looks by field. */
const SKIPPED = /^(?:context|data\.rows|rows|relations\.relation_info|bundle|open_c2_coa)(?:\.|$)/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function termsOf({ indexed }: Entity, doc: Record<string, unknown>): Term[] {
  const found = new Map<string, Term>();
  const wanted = (field: string): boolean => (indexed ? indexed.includes(field) : !SKIPPED.test(field));
  for (const [field, value] of leaves(doc)) {
    if (found.size >= MOST) break;
    if (!wanted(field)) continue;
    const text = foldedValue(value);
    if (text !== '' && text.length <= LONGEST)
      found.set(`${field}\n${text}`, {
        field,
        value: text,
        number: typeof value === 'number' ? value : null,
      });
  }
  return [...found.values()];
}

/** How a value of a document, of a filter or of a query is compared. */
export function foldedValue(value: unknown): string {
  const text = String(value);
  if (!TIME.test(text)) return fold(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? fold(text) : new Date(ms).toISOString().toLowerCase();
}

/** Every scalar with its path, positions in arrays left out. */
export function* leaves(value: unknown, path = ''): Generator<[string, string | number | boolean]> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    yield [path, value];
  else if (Array.isArray(value)) for (const inner of value) yield* leaves(inner, path);
  else if (value !== null && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path ? `${path}.${key}` : key);
}

/** Characters of one entity that full-text search reads. */
const TEXT_MOST = 200_000;
const USUAL = ['id', 'source', 'title', 'description', 'short_description'];
/** Fields of sentences: in a query they are asked for words, not for the whole value. */
const SENTENCES = new Set([
  'title',
  'description',
  'short_description',
  'reason',
  'content',
  'texts.text',
  'likely_impact',
  'background_details',
]);

export const isSentence = (field: string): boolean => SENTENCES.has(field);

/** A word that stands in one field: full-text search has it beside the bare word. */
export const wordIn = (field: string, word: string): string => `zz${field.replace(/[._]/g, '')}zz${word}`;

/** The words that full-text search finds an entity of this kind by: all in order, then those of each field. */
export function textOf(entity: Entity, doc: Record<string, unknown>): string {
  const usual = new Set([...USUAL, ...entity.words]);
  const bare: string[] = [];
  const marked: string[] = [];
  let room = TEXT_MOST;
  for (const [field, value] of leaves(doc)) {
    if (room <= 0 || !(usual.has(field) || isSentence(field))) continue;
    const words = wordsOf(String(value).slice(0, room));
    room -= String(value).length;
    if (usual.has(field)) bare.push(...words);
    if (isSentence(field)) marked.push(...words.map((word) => wordIn(field, word)));
  }
  return [...bare, ...marked].join(' ');
}

/** The fields that a query without a field asks. */
export const usualFields = (entity: Entity): string[] => [...USUAL, ...entity.words];
