/** The store as others see it: questions are checked and records become rows here. */
import {
  type KeyValue,
  Lookup,
  type Search,
  TopSearch,
  type TrackEvent,
  type TrackRow,
  WholeSearch,
} from '@sightline/api';
import { decodeRecord, encodeEvent } from './codec.ts';
import { foldDetails, foldOrdered, type Source } from './fold.ts';
import { comparable, hasKey } from './keys.ts';
import { matches } from './match.ts';
import type { Looked, Searched } from './query.ts';
import { checkedSearch } from './question.ts';
import type { Keep } from './retain.ts';
import type { Hours, Ranking } from './tally.ts';
import { shown } from './top.ts';
import type { Ask, Track } from './track.ts';

/** What the engine answers, wherever it runs. */
export interface Calls {
  append: { args: [text: string]; answer: undefined };
  lookup: { args: [q: Lookup]; answer: { results: Looked[]; indexedUntil: number } };
  search: { args: [q: Search, budgetMs: number]; answer: Searched & { indexedUntil: number } };
  histogram: { args: [q: WholeSearch, budgetMs: number]; answer: Hours & { indexedUntil: number } };
  top: { args: [q: TopSearch, budgetMs: number]; answer: { lists: Ranking[]; indexedUntil: number } };
  details: { args: [mid: number]; answer: string | undefined };
  prune: { args: [keep: Keep]; answer: undefined };
  redact: { args: [address: string]; answer: number };
  backup: { args: [to: string]; answer: undefined };
  settle: { args: []; answer: undefined };
  close: { args: []; answer: undefined };
}

/** Calls the engine; `now` is taken from the caller's clock. */
export type Call = <K extends keyof Calls>(
  op: K,
  args: Calls[K]['args'],
  now: number,
  signal?: AbortSignal,
) => Promise<Calls[K]['answer']>;

export interface ClientOptions extends Source {
  clock: () => number;
}

/** Milliseconds a search may take unless its caller says otherwise. */
const BUDGET_MS = 2000;

export function client(call: Call, { clock, ...source }: ClientOptions): Track {
  const rows = (records: string[]) => records.map((r) => toRow(source, r));
  return {
    append: (events) => call('append', [lines(events)], clock()),
    lookup: async (input, ask) => {
      const q = Lookup.parse(input);
      const { results, indexedUntil } = await call('lookup', [q], clock(), ask?.signal);
      return {
        results: results.map((r, i) => answered(keyAt(q, i), r.total, rows(r.records))),
        indexedUntil,
      };
    },
    search: async (input, ask: Ask = {}) => {
      const q = checkedSearch(input);
      const { records, total, ...answer } = await call(
        'search',
        [q, ask.budgetMs ?? BUDGET_MS],
        clock(),
        ask.signal,
      );
      const found = rows(records);
      const right = found.filter((row) => matches(row, q));
      return { ...answer, total: total - (found.length - right.length), rows: right };
    },
    histogram: (input, ask: Ask = {}) =>
      call('histogram', [WholeSearch.parse(input), ask.budgetMs ?? BUDGET_MS], clock(), ask.signal),
    top: async (input, ask: Ask = {}) => {
      const q = TopSearch.parse(input);
      const answer = await call('top', [q, ask.budgetMs ?? BUDGET_MS], clock(), ask.signal);
      return { ...answer, lists: answer.lists.map((list) => shown(list, (record) => toRow(source, record))) };
    },
    details: async (mid) => {
      const record = await call('details', [mid], clock());
      return record === undefined ? undefined : foldDetails(source, decodeRecord(record));
    },
    prune: (now, keep) => call('prune', [keep], now),
    redact: (address) => call('redact', [comparable.address(address)], clock()),
    backup: (to) => call('backup', [to], clock()),
    settle: () => call('settle', [], clock()),
    close: () => call('close', [], clock()),
  };
}

const lines = (events: readonly TrackEvent[]): string => events.map(encodeEvent).join('\n');

/** The record itself has the value: two values of one hash are told apart here. */
function answered(asked: KeyValue, total: number, rows: TrackRow[]) {
  const right = rows.filter((row) => hasKey(row, asked));
  return { ...asked, total: total - (rows.length - right.length), rows: right };
}

function keyAt(q: Lookup, i: number): KeyValue {
  const k = q.keys[i];
  if (!k) throw new Error('more results than questions');
  return k;
}

function toRow(source: Source, record: string): TrackRow {
  const row = foldOrdered(source, decodeRecord(record));
  if (!row) throw new Error('a record without a beginning was shown');
  return row;
}
