/** Entries of the configuration as fields a person edits, and back. Pure. */
import { Fault } from '@sightline/api';
import { amountOf, amountText, SIZES, TIMES, type Units } from '../amount.ts';

/**
 * `exact` keeps spaces at its ends, `mib` is edited in mebibytes, `bytes` and `hours` as a number with its unit, `lines`
 * one a line.
 */
export type Kind = 'text' | 'exact' | 'whole' | 'mib' | 'bytes' | 'hours' | 'lines' | 'tick' | 'many';
export type Spec = Record<string, Kind>;
export type Draft = Record<string, string | boolean | string[]>;
/** Sentence by field. */
export type Problems = Record<string, string>;

const MIB = 1024 * 1024;

export function draftOf(spec: Spec, entry: Record<string, unknown>): Draft {
  return Object.fromEntries(
    Object.entries(spec).map(([field, kind]) => [field, shown(kind, entry[field])]),
  ) as Draft;
}

function shown(kind: Kind, value: unknown): string | boolean | string[] {
  if (kind === 'tick') return value === true;
  if (kind === 'many') return value as string[];
  if (kind === 'lines') return (value as string[]).join('\n');
  const units = unitsOf(kind);
  if (units) return amountText(Number(value), units);
  return String(kind === 'mib' ? Math.round((Number(value) / MIB) * 1e6) / 1e6 : value);
}

function read(kind: Kind, value: Draft[string] | undefined): unknown {
  if (kind === 'tick' || kind === 'many' || kind === 'exact') return value;
  const units = unitsOf(kind);
  if (units) return amountOf(String(value), units);
  const text = String(value).trim();
  if (kind === 'lines') return lines(text);
  if (kind === 'text') return text;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return kind === 'mib' ? Math.round(number * MIB) : number;
}

/** One entry a line; `dnslist[a b]` has no spaces, so spaces and commas part entries too. */
export const lines = (text: string): string[] => text.split(/[\s,;]+/).filter((line) => line !== '');

interface Schema<T> {
  safeParse(
    raw: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };
}

/** The entry, or which fields must be corrected, with the sentence to show there. */
export function entryOf<T>(
  schema: Schema<T>,
  spec: Spec,
  draft: Draft,
): { entry: T } | { problems: Problems } {
  const raw = Object.fromEntries(
    Object.entries(spec).map(([field, kind]) => [field, read(kind, draft[field])]),
  );
  const checked = schema.safeParse(raw);
  if (checked.success) return { entry: checked.data };
  const problems: Problems = {};
  for (const { path, message } of checked.error.issues) {
    const [field = '', index] = path.map(String);
    problems[field] ??= sentence(spec[field], message, listed(raw[field], index));
  }
  return { problems };
}

const listed = (value: unknown, index: string | undefined): string =>
  Array.isArray(value) && index !== undefined ? `${String(value[Number(index)])}: ` : '';

function sentence(kind: Kind | undefined, message: string, which: string): string {
  if (kind === 'mib') return 'Enter a size in MiB, from 0.001 to 1024.';
  if (message.startsWith('Invalid input') && kind === 'whole') return 'Enter a whole number.';
  if (message.startsWith('Invalid input') && unitsOf(kind)) return 'Enter a number.';
  if (message.startsWith('Too small: expected array')) return 'At least one is needed.';
  if (message.startsWith('Too small: expected string')) return 'Enter something.';
  return which + message.replace(LIMIT, (_, size, limit) => limitWords(size, Number(limit), unitsOf(kind)));
}

const LIMIT = /^Too (small|big): expected number to be [<>]=(\d+)/;

const limitWords = (size: string, limit: number, units: Units | undefined): string =>
  `Enter at ${size === 'big' ? 'most' : 'least'} ${units ? amountText(limit, units) : limit}`;

function unitsOf(kind: Kind | undefined): Units | undefined {
  return kind === 'bytes' ? SIZES : kind === 'hours' ? TIMES : undefined;
}

/** What the server says of the part of the document at `place`, by the path within it. */
export function faultsAt(error: unknown, place: string): Problems {
  const fields = error instanceof Fault ? (error.fields ?? []) : [];
  const mine = fields.filter(({ path }) => path.startsWith(`${place}.`));
  return Object.fromEntries(mine.map(({ path, message }) => [path.slice(place.length + 1), message]));
}

/** The same of one entry, by field. */
export const faultsOf = (error: unknown, place: string): Problems =>
  Object.fromEntries(
    Object.entries(faultsAt(error, place)).map(([path, text]) => [path.split('.')[0], text]),
  );
