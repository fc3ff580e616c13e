/** Message tracking by brute force: slow, obvious, and what every engine has to agree with. */
import { Lookup, type TrackEvent, type TrackRow } from '@sightline/api';
import { isAfter, readCursor, writeCursor } from './cursor.ts';
import { foldDetails, foldRow, type Source } from './fold.ts';
import { hasKey } from './keys.ts';
import { matches, newestFirst } from './match.ts';
import { checkedSearch } from './question.ts';
import { keptFrom } from './retain.ts';
import type { Track } from './track.ts';

export interface ModelOptions extends Source {
  clock: () => number;
  keepDays: number;
}

/** A `Track` that keeps events in memory and looks at all of them for each question. */
export function modelTrack(options: ModelOptions): Track {
  const events = new Map<number, TrackEvent>();
  let from = 0;

  const byMid = () => Map.groupBy(events.values(), (e) => e.mid);
  const rows = (): TrackRow[] =>
    [...byMid().values()]
      .map((list) => foldRow(options, list))
      .filter((row) => row !== undefined)
      .filter((row) => row.received >= from)
      .sort(newestFirst);
  const within = (range: { from: number; to: number }) =>
    rows().filter((row) => row.received >= range.from && row.received < range.to);

  return {
    append: async (list) => {
      for (const e of list) if (!events.has(e.seq)) events.set(e.seq, e);
    },
    lookup: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = Lookup.parse(input);
      const all = within(q.range);
      const results = q.keys.map(({ key, value }) => {
        const hits = all.filter((row) => hasKey(row, key, value));
        return { key, value, total: hits.length, rows: hits.slice(0, q.limit) };
      });
      return { results, indexedUntil: options.clock() };
    },
    search: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = checkedSearch(input);
      const start = q.cursor === undefined ? undefined : readCursor(q.cursor);
      const hits = within(q.range)
        .filter((row) => matches(row, q))
        .filter((row) => !start || isAfter(row, start));
      const page = hits.slice(0, q.limit);
      const last = page.at(-1);
      const seen = (start?.seen ?? 0) + page.length;
      return {
        rows: page,
        total: (start?.seen ?? 0) + hits.length,
        totalIs: 'exact',
        ...(last && hits.length > page.length ? { cursor: writeCursor({ ...place(last), seen }) } : {}),
        indexedUntil: options.clock(),
      };
    },
    details: async (mid) => {
      const found = foldDetails(options, byMid().get(mid) ?? []);
      return found && found.row.received >= from ? found : undefined;
    },
    prune: async (now) => {
      from = Math.max(from, keptFrom(now, options.keepDays));
    },
    settle: async () => {},
    close: async () => {},
  };
}

const place = (row: TrackRow) => ({ received: row.received, mid: row.mid });
