/** What an investigation knows, gathered over modules into rows that can be shown, filtered and counted. Pure. */
import {
  type Disposition,
  type Indicator,
  type Judgement,
  type Observable,
  observableKey,
  type Sighting,
  type Verdict,
} from '@sightline/ctim';
import type { Standing } from '../kit/disposition.ts';
import type { Run } from './stream.ts';

/** Something a module said, with the module's name. */
export interface Said<T> {
  module: string;
  item: T;
}

export interface SightingRow {
  id: string;
  module: string;
  /** Epoch milliseconds of its start. */
  at: number;
  sighting: Sighting;
}

export interface TargetRow {
  key: string;
  type: string;
  observables: Observable[];
  os: string;
  sightings: number;
  /** What became of the messages to it, most first. */
  states: [state: string, messages: number][];
  first: number;
  last: number;
}

export interface ObservableRow {
  key: string;
  observable: Observable;
  standing: Standing;
  /** It was asked about. */
  searched: boolean;
  sightings: number;
  verdicts: Said<Verdict>[];
}

export interface Facts {
  sightings: SightingRow[];
  targets: TargetRow[];
  /** Searched ones first, then the related. */
  observables: ObservableRow[];
  indicators: Said<Indicator>[];
  judgements: Said<Judgement>[];
}

/** What is looked at: a range of time (half-open), one observable, one campaign; none means everything. */
export interface Filter {
  range?: [from: number, to: number];
  key?: string;
  campaign?: { id: string; name: string; sightings: ReadonlySet<string> };
}

/** Everything in the run, and of its sightings those that the filter lets through. */
export function facts(run: Run, filter: Filter = {}, now = Date.now()): Facts {
  const sightings = sightingsOf(run).filter((row) => passes(row, filter));
  const verdicts = said(run, (data) => data.verdicts?.docs);
  return {
    sightings,
    targets: targetsOf(sightings),
    observables: observablesOf(run.observables, sightings, verdicts, now),
    indicators: said(run, (data) => data.indicators?.docs),
    judgements: said(run, (data) => data.judgements?.docs),
  };
}

/** All sightings, newest first. */
export function sightingsOf(run: Run): SightingRow[] {
  return run.modules
    .flatMap(({ ref, data }) =>
      (data.sightings?.docs ?? []).map((sighting) => ({
        id: `${ref.module_instance_id}/${sighting.id}`,
        module: ref.module,
        at: Date.parse(sighting.observed_time.start_time),
        sighting,
      })),
    )
    .sort((a, b) => b.at - a.at);
}

/** Keys of every observable that a sighting names, in any role. */
export function keysOf(sighting: Sighting): Set<string> {
  const keys = new Set<string>();
  for (const o of sighting.observables ?? []) keys.add(observableKey(o));
  for (const t of sighting.targets ?? []) for (const o of t.observables) keys.add(observableKey(o));
  for (const { source, related } of sighting.relations ?? []) {
    keys.add(observableKey(source));
    keys.add(observableKey(related));
  }
  return keys;
}

function passes(row: SightingRow, { range, key, campaign }: Filter): boolean {
  if (campaign && !campaign.sightings.has(row.id)) return false;
  if (range && (row.at < range[0] || row.at >= range[1])) return false;
  return key === undefined || keysOf(row.sighting).has(key);
}

function said<T>(run: Run, of: (data: Run['modules'][number]['data']) => T[] | undefined): Said<T>[] {
  return run.modules.flatMap(({ ref, data }) =>
    (of(data) ?? []).map((item) => ({ module: ref.module, item })),
  );
}

/** A target is known by its first observable; the same one in many sightings is one row. */
function targetsOf(sightings: SightingRow[]): TargetRow[] {
  const rows = new Map<string, TargetRow>();
  const states = new Map<string, string[]>();
  for (const { sighting, at } of sightings) {
    for (const target of sighting.targets ?? []) {
      const [first] = target.observables;
      if (!first) continue;
      const key = observableKey(first);
      const row = rows.get(key) ?? {
        key,
        type: target.type,
        observables: target.observables,
        os: target.os ?? '',
        sightings: 0,
        states: [],
        first: at,
        last: at,
      };
      row.sightings += 1;
      states.set(key, [...(states.get(key) ?? []), stateOf(sighting, first.value)]);
      row.first = Math.min(row.first, at);
      row.last = Math.max(row.last, at);
      rows.set(key, row);
    }
  }
  for (const row of rows.values()) row.states = counted(states.get(row.key) ?? []);
  return [...rows.values()].sort((a, b) => b.sightings - a.sightings || b.last - a.last);
}

/**
 * Word for what became of a message, from the table that a sighting of one carries: its first row is the message,
 * the others are recipients for whom it went otherwise.
 */
export function stateOf({ data }: Sighting, recipient?: string): string {
  const column = (name: string): number => data?.columns.findIndex((c) => c.name === name) ?? -1;
  const whose = column('Recipient');
  const own = whose < 0 || !recipient ? undefined : data?.rows.find((row) => row[whose] === recipient);
  const value = (own ?? data?.rows[0])?.[column('Last state')];
  return typeof value === 'string' && value !== '' ? value.toLowerCase() : 'unknown';
}

/** Each word with how often it is there, most first. */
export function counted(words: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function observablesOf(
  searched: Observable[],
  sightings: SightingRow[],
  verdicts: Said<Verdict>[],
  now: number,
): ObservableRow[] {
  const rows = new Map<string, ObservableRow>();
  const row = (observable: Observable): ObservableRow => {
    const key = observableKey(observable);
    const known = rows.get(key);
    if (known) return known;
    const fresh: ObservableRow = {
      key,
      observable,
      standing: 'none',
      searched: false,
      sightings: 0,
      verdicts: [],
    };
    rows.set(key, fresh);
    return fresh;
  };
  for (const observable of searched) row(observable).searched = true;
  for (const { sighting } of sightings) for (const o of named(sighting)) row(o).sightings += 1;
  for (const verdict of verdicts) row(verdict.item.observable).verdicts.push(verdict);
  for (const r of rows.values())
    r.standing = standingOf(
      r.verdicts.map((v) => v.item),
      now,
    );
  return [...rows.values()].sort(
    (a, b) => Number(b.searched) - Number(a.searched) || b.sightings - a.sightings,
  );
}

/** Message-IDs of the sightings that these targets are in, each once. */
export function messageIdsOf(sightings: readonly SightingRow[], targets: ReadonlySet<string>): string[] {
  const about = sightings.filter(({ sighting }) =>
    sighting.targets?.some(({ observables: [first] }) => first && targets.has(observableKey(first))),
  );
  const all = about.flatMap(({ sighting }) => named(sighting));
  return [...new Set(all.filter(({ type }) => type === 'email_messageid').map(({ value }) => value))];
}

/** Observables of a sighting that are not merely its targets, each once. */
function named(sighting: Sighting): Observable[] {
  const all = [
    ...(sighting.observables ?? []),
    ...(sighting.relations ?? []).flatMap((r) => [r.source, r.related]),
  ];
  return [...new Map(all.map((o) => [observableKey(o), o])).values()];
}

const BAD: readonly Disposition[] = [2, 3];
const GOOD: readonly Disposition[] = [1, 4];

/**
 * What the modules together say of an observable: nothing, one thing, or a dispute between good and bad.
 * Unknown says nothing against another verdict; expired verdicts do not count.
 */
export function standingOf(verdicts: Verdict[], now: number): Standing {
  const valid = verdicts.filter((v) => !v.valid_time.end_time || Date.parse(v.valid_time.end_time) > now);
  const all = new Set(valid.map((v) => v.disposition));
  const bad = BAD.find((d) => all.has(d));
  const good = GOOD.find((d) => all.has(d));
  if (bad && good) return 'conflict';
  return bad ?? good ?? (all.has(5) ? 5 : 'none');
}

/** A copy without one of its entries. */
export function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}
