/** A tracking answer to CTIM: one sighting per message, and what condemned messages bring with them. */
import type { Findings, KeyValue, LookupAnswer, ModuleError, TrackRow } from '@sightline/api';
import { type Observable, observableKey } from '@sightline/ctim';
import { keyOf, keyText } from './ask.ts';
import { type Condemnation, condemnations } from './condemn.ts';
import { sightingOf } from './message.ts';
import { messageKey, type Source, time } from './source.ts';

/** A module error without the names of the module, which the caller adds. */
export type Warning = Pick<ModuleError, 'code' | 'message' | 'type' | 'end_time'>;

type Hit = { row: TrackRow; found: Map<string, Observable> };

const byKey = (asked: readonly Observable[]): Map<string, Observable[]> => {
  const map = new Map<string, Observable[]>();
  for (const observable of asked) {
    const key = keyOf(observable);
    if (key) map.set(keyText(key), [...(map.get(keyText(key)) ?? []), observable]);
  }
  return map;
};

/** Messages, newest first, each with the observables that it was found by. */
const hitsOf = (answer: LookupAnswer, asked: readonly Observable[]): Hit[] => {
  const observables = byKey(asked);
  const hits = new Map<string, Hit>();
  for (const result of answer.results) {
    for (const row of result.rows) {
      const hit = hits.get(messageKey(row)) ?? { row, found: new Map() };
      for (const o of observables.get(keyText(result)) ?? []) hit.found.set(observableKey(o), o);
      hits.set(messageKey(row), hit);
    }
  }
  return [...hits.values()]
    .filter((h) => h.found.size > 0)
    .sort((a, b) => b.row.received - a.row.received || b.row.mid - a.row.mid);
};

const shown = ({ value }: KeyValue): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value);

type Result = LookupAnswer['results'][number];

const warningOf = (result: Result): Warning => {
  const end = continuation(result);
  const how = end === undefined ? 'Open Message Tracking' : `Ask again with end_time ${end}`;
  return {
    type: 'warning',
    code: 'too-many-messages-warning',
    message: `${result.total} messages match "${shown(result)}"; the newest ${result.rows.length} are shown. ${how} for those before.`,
    ...(end === undefined ? {} : { end_time: end }),
  };
};

/** Where the next question ends: just behind the oldest message shown, so that none of that moment is missed. */
function continuation({ rows }: Result): string | undefined {
  const times = rows.map((row) => row.received);
  if (times.length === 0) return undefined;
  const [oldest, newest] = [Math.min(...times), Math.max(...times)];
  return time(oldest < newest ? oldest + 1 : oldest);
}

const docs = <T extends { id: string }>(all: T[]): { count: number; docs: T[] } | undefined => {
  const each = [...new Map(all.map((d) => [d.id, d])).values()];
  return each.length === 0 ? undefined : { count: each.length, docs: each };
};

const present = (findings: Findings): Findings =>
  Object.fromEntries(Object.entries(findings).filter(([, d]) => d !== undefined));

const gathered = (all: Condemnation[]): Findings => ({
  judgements: docs(all.flatMap((c) => c.judgements)),
  indicators: docs(all.flatMap((c) => c.indicators)),
  relationships: docs(all.flatMap((c) => c.relationships)),
});

/**
 * What an answer says about the observables asked. Only kinds with something in them are present. A warning for
 * every observable with more messages than the answer holds.
 */
export const sightings = (
  answer: LookupAnswer,
  asked: readonly Observable[],
  source: Source,
): { findings: Findings; warnings: Warning[] } => {
  const seen = hitsOf(answer, asked).map(({ row, found }) => ({
    row,
    sighting: sightingOf(row, [...found.values()], source),
  }));
  const condemned = seen.flatMap(({ row, sighting }) => condemnations(row, sighting, source));
  return {
    findings: present({ sightings: docs(seen.map((s) => s.sighting)), ...gathered(condemned) }),
    warnings: answer.results.filter((r) => r.total > r.rows.length).map(warningOf),
  };
};
