/** Sightings and runs for tests. */
import type { Observable, ObservableType, Sighting, Verdict } from '@sightline/ctim';
import type { ModuleRun, Run } from './stream.ts';

export const o = (type: ObservableType, value: string): Observable => ({ type, value });
export const HOUR = 3_600_000;
export const NOON = Date.UTC(2026, 3, 17, 12);
const ref = (name: string) => ({
  module: name,
  module_instance_id: `00000000-0000-4000-8000-${String([...name].reduce((n, c) => n + c.charCodeAt(0), 0)).padStart(12, '0')}`,
  module_type_id: '00000000-0000-4000-8000-000000000001',
});

/** One mail: `seen` was asked about, sent by `from` as message `mid` to `to`. */
export function mail(
  mid: number,
  seen: Observable[],
  to: string[],
  { at = NOON, from = 'a@sender.example', internal = true } = {},
): Sighting {
  const time = { start_time: new Date(at).toISOString() };
  const [subject] = seen;
  const relation = (source: Observable, word: string, related: Observable) => ({
    origin: 'esa',
    relation: word,
    source,
    related,
  });
  return {
    type: 'sighting',
    id: `transient:sighting-${mid}`,
    schema_version: '1.3.29',
    observed_time: time,
    confidence: 'High',
    count: 1,
    internal,
    observables: seen,
    targets: to.map((value) => ({ type: 'email', observables: [o('email', value)], observed_time: time })),
    relations: subject
      ? [
          relation(o('email', from), 'Sent', subject),
          relation(o('cisco_mid', String(mid)), 'Related_To', subject),
        ]
      : [],
  };
}

export const verdict = (observable: Observable, disposition: 1 | 2 | 3 | 4 | 5, end?: number): Verdict => ({
  type: 'verdict',
  disposition,
  observable,
  valid_time: end === undefined ? {} : { end_time: new Date(end).toISOString() },
});

export function answered(name: string, sightings: Sighting[], verdicts: Verdict[] = []): ModuleRun {
  return {
    ref: ref(name),
    state: 'ok',
    ms: 5,
    data: {
      sightings: { count: sightings.length, docs: sightings },
      verdicts: { count: verdicts.length, docs: verdicts },
    },
    errors: [],
  };
}

export const done = (observables: Observable[], modules: ModuleRun[]): Run => ({
  phase: 'done',
  observables,
  expanded: [],
  modules,
  started: NOON,
  ms: 10,
});
