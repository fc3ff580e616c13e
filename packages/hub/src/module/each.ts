/** Asks a source that takes one observable at a time; what one question could not answer stands beside the others. */
import { Fault } from '@sightline/api';
import type { Observable, ObservableType } from '@sightline/ctim';
import { problemOfError } from '../investigate/trouble.ts';
import type { Found, Problem } from './kind.ts';

type Entities = Record<string, unknown[]>;

/**
 * The answers about every observable of these types. Rejects only when all questions failed; a failure of some is a
 * warning that names how many.
 */
export async function each(
  observables: readonly Observable[],
  types: readonly ObservableType[],
  work: (observable: Observable) => Promise<Entities>,
): Promise<Found> {
  const asked = observables.filter((one) => types.includes(one.type));
  const results = await Promise.allSettled(asked.map(work));
  const failed = results.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
  const [first] = failed;
  if (asked.length > 0 && failed.length === asked.length) throw first;
  const unexpected = failed.find((one) => !(one instanceof Fault));
  if (unexpected) throw unexpected;
  const good = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return { entities: merged(good), errors: problemsOf(failed, asked.length) };
}

/** Entities of several answers, each id once. */
export function merged(all: readonly Entities[]): Entities {
  const entities: Entities = {};
  for (const [kind, docs] of all.flatMap((one) => Object.entries(one))) {
    const known = new Set((entities[kind] ?? []).map(idOf));
    const fresh = docs.filter((doc) => idOf(doc) === undefined || !known.has(idOf(doc)));
    entities[kind] = [...(entities[kind] ?? []), ...fresh];
  }
  return entities;
}

const idOf = (doc: unknown): unknown => (doc as { id?: unknown }).id;

/** One line for each kind of failure. */
function problemsOf(failed: readonly unknown[], asked: number): Problem[] {
  const problems = failed.map((one) => problemOfError(one, 'this', () => ''));
  const codes = new Map(problems.map((one) => [one.code, one]));
  return [...codes.values()].map((one) => {
    const count = problems.filter(({ code }) => code === one.code).length;
    return { ...one, type: 'warning', message: `${count} of ${asked} were not looked up. ${one.message}` };
  });
}
