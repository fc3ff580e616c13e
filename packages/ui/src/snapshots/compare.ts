/** Two states of an investigation against each other. Pure. */

import type { Facts } from '../investigate/facts.ts';
import { look } from '../kit/disposition.ts';

export interface Difference {
  /** Keys and values as they are shown. */
  targets: Change[];
  observables: Change[];
  /** Dispositions that changed. */
  verdicts: { key: string; value: string; before: string; after: string }[];
  sightings: { before: number; after: number; added: number; gone: number };
}

export interface Change {
  key: string;
  value: string;
  type: string;
  what: 'added' | 'gone';
}

interface Row {
  key: string;
  value: string;
  type: string;
}

export function compare(before: Facts, after: Facts): Difference {
  const targets = (f: Facts): Row[] =>
    f.targets.map((t) => ({ key: t.key, value: t.observables[0]?.value ?? '', type: t.type }));
  const observables = (f: Facts): Row[] =>
    f.observables.map((o) => ({ key: o.key, value: o.observable.value, type: o.observable.type }));
  return {
    targets: changes(targets(before), targets(after)),
    observables: changes(observables(before), observables(after)),
    verdicts: verdicts(before, after),
    sightings: sightings(before, after),
  };
}

function changes(before: Row[], after: Row[]): Change[] {
  const [old, fresh] = [before, after].map((rows) => new Set(rows.map((r) => r.key))) as [
    Set<string>,
    Set<string>,
  ];
  return [
    ...after.filter((r) => !old.has(r.key)).map((r): Change => ({ ...r, what: 'added' })),
    ...before.filter((r) => !fresh.has(r.key)).map((r): Change => ({ ...r, what: 'gone' })),
  ];
}

function verdicts(before: Facts, after: Facts): Difference['verdicts'] {
  const old = new Map(before.observables.map((o) => [o.key, o.standing]));
  return after.observables.flatMap((o) => {
    const was = old.get(o.key);
    if (was === undefined || was === o.standing) return [];
    return [{ key: o.key, value: o.observable.value, before: look(was).word, after: look(o.standing).word }];
  });
}

function sightings(before: Facts, after: Facts): Difference['sightings'] {
  const [old, fresh] = [before, after].map((f) => new Set(f.sightings.map((s) => s.id))) as [
    Set<string>,
    Set<string>,
  ];
  return {
    before: old.size,
    after: fresh.size,
    added: [...fresh].filter((id) => !old.has(id)).length,
    gone: [...old].filter((id) => !fresh.has(id)).length,
  };
}
