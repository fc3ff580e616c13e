/** A committed configuration calls a quarantine by another name: its messages go with it. */
import type { QuarantineSettings } from '@sightline/api';

type Named = readonly Pick<QuarantineSettings, 'name'>[];

/**
 * Names that went, each with the one that came in its place. One that was removed is no such pair: those behind it have
 * moved up, and their names were there before.
 */
export function renamed(before: Named, after: Named): [from: string, to: string][] {
  const has = (list: Named, name: string): boolean => list.some((one) => one.name === name);
  return before.flatMap(({ name: from }, i): [string, string][] => {
    const to = after[i]?.name;
    return to === undefined || has(after, from) || has(before, to) ? [] : [[from, to]];
  });
}
