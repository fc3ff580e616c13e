/** The store as others see it: questions are checked and records become rows here. */
import { Lookup, type Search, type TrackEvent, type TrackRow } from '@sightline/api';
import { decodeRecord, encodeEvent } from './codec.ts';
import { foldDetails, foldOrdered, type Source } from './fold.ts';
import type { Looked, Searched } from './query.ts';
import { checkedSearch } from './question.ts';
import type { Ask, Track } from './track.ts';

/** What the engine answers, wherever it runs. */
export interface Calls {
  append: { args: [text: string]; answer: undefined };
  lookup: { args: [q: Lookup]; answer: { results: Looked[]; indexedUntil: number } };
  search: { args: [q: Search, budgetMs: number]; answer: Searched & { indexedUntil: number } };
  details: { args: [mid: number]; answer: string | undefined };
  prune: { args: []; answer: undefined };
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
        results: results.map((r, i) => ({ ...keyAt(q, i), total: r.total, rows: rows(r.records) })),
        indexedUntil,
      };
    },
    search: async (input, ask: Ask = {}) => {
      const q = checkedSearch(input);
      const { records, ...answer } = await call(
        'search',
        [q, ask.budgetMs ?? BUDGET_MS],
        clock(),
        ask.signal,
      );
      return { ...answer, rows: rows(records) };
    },
    details: async (mid) => {
      const record = await call('details', [mid], clock());
      return record === undefined ? undefined : foldDetails(source, decodeRecord(record));
    },
    prune: (now) => call('prune', [], now),
    settle: () => call('settle', [], clock()),
    close: () => call('close', [], clock()),
  };
}

const lines = (events: readonly TrackEvent[]): string => events.map(encodeEvent).join('\n');

function keyAt(q: Lookup, i: number) {
  const k = q.keys[i];
  if (!k) throw new Error('more results than questions');
  return k;
}

function toRow(source: Source, record: string): TrackRow {
  const row = foldOrdered(source, decodeRecord(record));
  if (!row) throw new Error('a record without a beginning was shown');
  return row;
}
