/** Adding to, taking from and replacing the lists of a casebook, as CTIA does it. Pure. */
import { BY_PLURAL } from '@sightline/ctim';
import type { Doc } from './store.ts';

export type Operation = 'add' | 'remove' | 'replace';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `add` does not look for doubles, `remove` takes all that are equal. */
export function operated(
  operation: Operation,
  before: readonly unknown[],
  given: readonly unknown[],
): unknown[] {
  if (operation === 'replace') return [...given];
  if (operation === 'add') return [...before, ...given];
  return before.filter((one) => !given.some((other) => same(one, other)));
}

/** The same for each list of a bundle; what is no list is taken from the given one. */
export function operatedBundle(operation: Operation, before: Doc, given: Doc): Doc {
  if (operation === 'replace') return { ...given, type: 'bundle' };
  const plurals = [...BY_PLURAL.keys(), 'verdicts'];
  const lists = plurals
    .filter((name) => before[name] !== undefined || given[name] !== undefined)
    .map((name) => [name, operated(operation, list(before[name]), list(given[name]))] as const)
    .filter(([, all]) => all.length > 0);
  const rest = Object.entries({ ...before, ...(operation === 'add' ? given : {}) }).filter(
    ([name]) => !plurals.includes(name),
  );
  return { ...Object.fromEntries(rest), ...Object.fromEntries(lists), type: 'bundle' };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
