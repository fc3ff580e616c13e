/** Questions carried out over the parts of the store. */
import type { KeyValue, Lookup, Range, Search } from '@sightline/api';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import type { Hasher } from './hash.ts';
import { newestFirst } from './match.ts';
import type { Found, Hit, Part } from './part.ts';
import { planOf, probeOf } from './plan.ts';

/** What is known of one value, records not decoded. */
export interface Looked {
  total: number;
  records: string[];
}

/** A page of a search, records not decoded. */
export interface Searched {
  total: number;
  totalIs: 'exact' | 'at_least';
  records: string[];
  cursor?: string;
}

/** Newest first: mostly each part is older than the one before. */
export const inTurn = (parts: readonly Part[]): Part[] => parts.toSorted((a, b) => b.newest - a.newest);

/** `parts` in turn. Exact total and the newest records of one value, not compared with it yet. */
export function lookUp(
  parts: readonly Part[],
  asked: KeyValue,
  { range, limit }: Pick<Lookup, 'range' | 'limit'>,
  hash: Hasher,
): Looked {
  const probe = probeOf(asked, hash);
  if (!probe) return { total: 0, records: [] };
  const { count, hits } = gather(parts, range, limit, (part, most) =>
    'hash' in probe ? part.find(probe.hash, range, most) : part.span(probe.test, range, most),
  );
  return { total: count, records: hits.map((hit) => hit.record) };
}

/** Asks part after part; those that cannot add to the newest hits are only counted. */
function gather(
  parts: readonly Part[],
  range: Range,
  limit: number,
  ask: (part: Part, limit: number) => Found,
): Found {
  let count = 0;
  let hits: Hit[] = [];
  for (const part of parts) {
    if (part.newest < range.from || part.oldest >= range.to) continue;
    const found = ask(part, mayAdd(part, hits, limit) ? limit : 0);
    count += found.count;
    hits = newest(hits, found.hits, limit);
  }
  return { count, hits };
}

const mayAdd = (part: Part, hits: readonly Hit[], limit: number): boolean =>
  hits.length < limit || part.newest >= (hits[limit - 1]?.received ?? 0);

function newest(hits: Hit[], more: Hit[], limit: number): Hit[] {
  if (more.length === 0) return hits;
  if (hits.length === 0) return more;
  return [...hits, ...more].sort(newestFirst).slice(0, limit);
}

/**
 * A search, part by part, newest first; it yields between parts. `expired` ends it early: the answer then holds
 * what lies before the first part not looked at.
 */
export function* search(
  parts: readonly Part[],
  q: Search,
  hash: Hasher,
  expired: () => boolean,
): Generator<void, Searched> {
  const start = q.cursor === undefined ? undefined : readCursor(q.cursor);
  const plan = planOf(q, hash);
  const seen = start?.seen ?? 0;
  const turn = touched(parts, q.range, start);
  let total = seen;
  let hits: Hit[] = [];
  for (const [i, { part, newest: top }] of turn.entries()) {
    if (expired() && top < (turn[0]?.newest ?? 0)) return cut(hits, total, seen, top, q.limit);
    const found = part.select(plan, q.range, start, mayAdd(part, hits, q.limit) ? q.limit : 0);
    total += found.count;
    hits = newest(hits, found.hits, q.limit);
    if (i < turn.length - 1) yield;
  }
  const more = total > seen + hits.length;
  return { total, totalIs: 'exact', records: hits.map((h) => h.record), ...(more ? next(hits, seen) : {}) };
}

/** Parts that may hold messages of the range after the cursor, and the newest moment that can be in them. */
function touched(parts: readonly Part[], range: Range, start: Cursor | undefined) {
  const end = Math.min(range.to - 1, start?.received ?? Number.POSITIVE_INFINITY);
  return parts
    .filter((part) => part.newest >= range.from && part.oldest <= end)
    .map((part) => ({ part, newest: Math.min(part.newest, end) }))
    .sort((a, b) => b.newest - a.newest);
}

/** What can be said when nothing at or before `from` has been looked at. */
function cut(hits: Hit[], total: number, seen: number, from: number, limit: number): Searched {
  const sure = hits.filter((h) => h.received > from);
  const records = sure.map((h) => h.record);
  const cursor =
    sure.length === limit
      ? next(sure, seen)
      : { cursor: writeCursor({ received: from, mid: Number.MAX_SAFE_INTEGER, seen: seen + sure.length }) };
  return { total: Math.max(total, seen + sure.length), totalIs: 'at_least', records, ...cursor };
}

function next(hits: Hit[], seen: number): { cursor?: string } {
  const last = hits.at(-1);
  if (!last) return {};
  return { cursor: writeCursor({ received: last.received, mid: last.mid, seen: seen + hits.length }) };
}
