/** Message tracking by brute force: slow, obvious, and what every engine has to agree with. */
import {
  type KeyValue,
  Lookup,
  type Search,
  type TopField,
  TopSearch,
  type TrackEvent,
  type TrackRow,
  WholeSearch,
} from '@sightline/api';
import { isAfter, readCursor, writeCursor } from './cursor.ts';
import { foldDetails, foldRow, type Source } from './fold.ts';
import { comparable, hasKey } from './keys.ts';
import { matches, newestFirst } from './match.ts';
import { checkedSearch } from './question.ts';
import { redactor } from './redact.ts';
import { HOUR, keptFrom } from './retain.ts';
import { COUNTED, sameness } from './top.ts';
import type { Track } from './track.ts';

export interface ModelOptions extends Source {
  clock: () => number;
}

/** A `Track` that keeps events in memory and looks at all of them for each question. */
export function modelTrack(options: ModelOptions): Track {
  const events = new Map<number, TrackEvent>();
  let from = 0;

  const byMid = () => Map.groupBy(events.values(), (e) => e.mid);
  const within = (range: { from: number; to: number }): TrackRow[] =>
    [...byMid().values()]
      .map((list) => foldRow(options, list))
      .filter((row) => row !== undefined)
      .filter((row) => row.received >= Math.max(from, range.from) && row.received < range.to)
      .sort(newestFirst);
  const answering = (q: WholeSearch) => within(q.range).filter((row) => matches(row, q));
  const now = () => ({ indexedUntil: options.clock() });

  return {
    append: async (list) => {
      for (const e of list) if (!events.has(e.seq)) events.set(e.seq, e);
    },
    lookup: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = Lookup.parse(input);
      const all = within(q.range);
      return { results: q.keys.map((asked) => lookUp(all, asked, q.limit)), ...now() };
    },
    search: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = checkedSearch(input);
      return { ...page(answering(q), q), ...now() };
    },
    histogram: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      return { ...byHour(answering(WholeSearch.parse(input))), ...now() };
    },
    top: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = TopSearch.parse(input);
      const rows = answering(q);
      return { lists: q.fields.map((field) => commonest(rows, field, q.most)), ...now() };
    },
    details: async (mid) => {
      const found = foldDetails(options, byMid().get(mid) ?? []);
      return found && found.row.received >= from ? found : undefined;
    },
    prune: async (at, keep) => {
      from = Math.max(from, keptFrom(at, keep.days));
    },
    redact: async (address) => {
      const asked: KeyValue = { key: 'address', value: address };
      const { total } = lookUp(within({ from: 0, to: Number.MAX_SAFE_INTEGER }), asked, 0);
      const clean = redactor([comparable.address(address)]);
      for (const e of events.values()) events.set(e.seq, clean.event(e));
      return total;
    },
    backup: async () => {},
    settle: async () => {},
    close: async () => {},
  };
}

function lookUp(all: readonly TrackRow[], asked: KeyValue, limit: number) {
  const hits = all.filter((row) => hasKey(row, asked));
  return { ...asked, total: hits.length, rows: hits.slice(0, limit) };
}

function page(rows: readonly TrackRow[], { cursor, limit }: Search) {
  const start = cursor === undefined ? undefined : readCursor(cursor);
  const hits = rows.filter((row) => !start || isAfter(row, start));
  const shown = hits.slice(0, limit);
  const last = shown.at(-1);
  const seen = (start?.seen ?? 0) + shown.length;
  return {
    rows: shown,
    total: (start?.seen ?? 0) + hits.length,
    totalIs: 'exact' as const,
    ...(last && hits.length > shown.length
      ? { cursor: writeCursor({ received: last.received, mid: last.mid, seen }) }
      : {}),
  };
}

function byHour(rows: readonly TrackRow[]) {
  const hours = [...Map.groupBy(rows, (row) => row.received - (row.received % HOUR))]
    .map(([at, list]) => ({ at, count: list.length }))
    .sort((a, b) => a.at - b.at);
  return { hours, total: rows.length, totalIs: 'exact' as const };
}

/** Of rows in the order of answers. */
function commonest(rows: readonly TrackRow[], field: TopField, most: number) {
  const counts = new Map<string, { value: string; count: number }>();
  for (const row of rows)
    for (const [text, [value = '']] of Map.groupBy(COUNTED[field](row), sameness(field))) {
      const known = counts.get(text) ?? { value, count: 0 };
      if (text !== '') counts.set(text, { ...known, count: known.count + 1 });
    }
  const values = [...counts]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .map(([, counted]) => counted);
  return { field, values: values.slice(0, most), valuesAre: 'all' as const };
}
