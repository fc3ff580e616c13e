/** What differs between two documents, in words. Pure. */
import type { Change } from '@sightline/api';
import { isPlain } from './document.ts';
import { certificates, certificateWords } from './pem.ts';

const SECRET = /password|secret|token|credential|private/i;

/** Every leaf in which two documents differ; lists count as one leaf, values of secret fields are not shown. */
export function changes(from: unknown, to: unknown, path: string[] = []): Change[] {
  if (isPlain(from) && isPlain(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key) => changes(from[key], to[key], [...path, key]));
  }
  if (same(from, to)) return [];
  const hidden = path.some((key) => SECRET.test(key));
  const show = (value: unknown): string => (hidden && !isEmpty(value) ? '(hidden)' : words(value));
  const change: Change = { path: path.join('.'), from: show(from), to: show(to) };
  if (hidden || !Array.isArray(from) || !Array.isArray(to)) return [change];
  const [removed, added] = [without(from, to), without(to, from)];
  const entries = SPOKEN.has(path[0] ?? '') ? { entries: { removed, added } } : {};
  return [{ ...change, removed: removed.map(words), added: added.map(words), ...entries }];
}

/** Parts of the document that have no secrets in them, and pages with sentences for their entries. */
const SPOKEN = new Set(['policies', 'filters']);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Entries of `list` that the other does not have. */
const without = (list: unknown[], other: unknown[]): unknown[] =>
  list.filter((item) => !other.some((o) => same(item, o)));

function words(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(words).join(value.some(isPlain) ? '; ' : ', ');
  if (isPlain(value))
    return Object.entries(value)
      .filter(([, v]) => !isEmpty(v) && !(Array.isArray(v) && v.length === 0))
      .map(([key, v]) => `${key} ${SECRET.test(key) ? '(hidden)' : words(v)}`)
      .join(', ');
  const text = String(value);
  return certificates(text)?.map(certificateWords).join('; ') ?? text;
}
