/** Entries of the configuration as fields a person edits, and back. Pure. */
import { Fault } from '@sightline/api';

/** `mib` is edited in mebibytes, `lines` one a line. */
export type Kind = 'text' | 'whole' | 'mib' | 'lines' | 'tick' | 'many';
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
  return String(kind === 'mib' ? Math.round((Number(value) / MIB) * 1e6) / 1e6 : value);
}

function read(kind: Kind, value: Draft[string] | undefined): unknown {
  if (kind === 'tick' || kind === 'many') return value;
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
  if (kind === 'whole' && message.startsWith('Invalid input')) return 'Enter a whole number.';
  if (kind === 'mib') return 'Enter a size in MiB, from 0.001 to 1024.';
  return (
    which +
    message
      .replace('Too small: expected number to be >=', 'Enter at least ')
      .replace('Too big: expected number to be <=', 'Enter at most ')
  );
}

/** What the server says of one entry, by field; the rest is for the whole page. */
export function faultsOf(error: unknown, prefix: string): Problems {
  if (!(error instanceof Fault)) return {};
  const mine = (error.fields ?? []).filter(({ path }) => path.startsWith(`${prefix}.`));
  return Object.fromEntries(
    mine.map(({ path, message }) => [path.slice(prefix.length + 1).split('.')[0], message]),
  );
}
