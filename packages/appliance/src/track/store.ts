import type { DatabaseSync } from 'node:sqlite';
import {
  type KeyValue,
  Lookup,
  LookupKey,
  type Range,
  Search,
  type SearchAnswer,
  type TrackEvent,
  type TrackRow,
} from '@sightline/api';
import { inTransaction, openDatabase } from '../database.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { foldDetails, foldRow, type Source } from './fold.ts';
import { comparable, hasKey, valuesOf } from './keys.ts';
import { matches } from './match.ts';
import { keptFrom } from './retain.ts';
import type { Ask, Track, TrackOptions } from './track.ts';

const STEPS = [
  `CREATE TABLE event (mid INTEGER, seq INTEGER, body TEXT NOT NULL, PRIMARY KEY (mid, seq)) WITHOUT ROWID;
   CREATE TABLE message (mid INTEGER PRIMARY KEY, received INTEGER NOT NULL, body TEXT NOT NULL);
   CREATE INDEX message_received ON message (received, mid);
   CREATE TABLE posting (key TEXT, value TEXT, mid INTEGER, PRIMARY KEY (key, value, mid)) WITHOUT ROWID`,
];
const BUDGET_MS = 2000;

/** Tracking in one SQLite file: events are the truth, rows and postings are derived in the same transaction. */
export function openStore(options: TrackOptions & { path: string }): Track {
  const db = openDatabase(options.path, STEPS);
  let from = 0;
  const prune = (now: number) => {
    from = Math.max(from, keptFrom(now, options.keepDays));
    forget(db, from);
  };
  return {
    append: async (events) => inTransaction(db, () => append(db, options, events)),
    lookup: async (input, ask) => {
      ask?.signal?.throwIfAborted();
      const q = Lookup.parse(input);
      const results = q.keys.map((k) => lookupOne(db, q.range, k, q.limit));
      return { results, indexedUntil: options.clock() };
    },
    search: async (input, ask = {}) => {
      ask.signal?.throwIfAborted();
      return { ...search(db, Search.parse(input), ask), indexedUntil: options.clock() };
    },
    details: async (mid) => foldDetails(options, eventsOf(db, mid)),
    prune: async (now) => inTransaction(db, () => prune(now)),
    close: async () => db.close(),
  };
}

function append(db: DatabaseSync, source: Source, events: readonly TrackEvent[]): void {
  const put = db.prepare('INSERT OR IGNORE INTO event VALUES (?, ?, ?)');
  for (const e of events) put.run(e.mid, e.seq, JSON.stringify(e));
  for (const mid of new Set(events.map((e) => e.mid))) derive(db, source, mid);
}

function eventsOf(db: DatabaseSync, mid: number): TrackEvent[] {
  const rows = db.prepare('SELECT body FROM event WHERE mid = ? ORDER BY seq').all(mid);
  return rows.map((r) => JSON.parse(String(r.body)));
}

function derive(db: DatabaseSync, source: Source, mid: number): void {
  const row = foldRow(source, eventsOf(db, mid));
  if (!row) return;
  db.prepare('INSERT OR REPLACE INTO message VALUES (?, ?, ?)').run(mid, row.received, JSON.stringify(row));
  const put = db.prepare('INSERT OR IGNORE INTO posting VALUES (?, ?, ?)');
  for (const key of LookupKey.options)
    for (const value of valuesOf[key](row)) if (value) put.run(key, value, mid);
}

const toRow = (r: Record<string, unknown>): TrackRow => JSON.parse(String(r.body));

function lookupOne(db: DatabaseSync, range: Range, { key, value }: KeyValue, limit: number) {
  const sql = `SELECT body FROM posting JOIN message USING (mid)
    WHERE key = ? AND value = ? AND received >= ? AND received < ? ORDER BY received DESC, mid DESC`;
  const found = db.prepare(sql).all(key, comparable[key](value), range.from, range.to).map(toRow);
  const hits = found.filter((row) => hasKey(row, key, value));
  return { key, value, total: hits.length, rows: hits.slice(0, limit) };
}

function search(db: DatabaseSync, q: Search, ask: Ask): Omit<SearchAnswer, 'indexedUntil'> {
  const start = q.cursor === undefined ? undefined : readCursor(q.cursor);
  const until = performance.now() + (ask.budgetMs ?? BUDGET_MS);
  const at = { received: start?.received ?? q.range.to, mid: start?.mid ?? 0, seen: start?.seen ?? 0 };
  const sql = `SELECT received, mid, body FROM message
    WHERE received >= ? AND received < ? AND (received, mid) < (?, ?) ORDER BY received DESC, mid DESC`;
  const rows: TrackRow[] = [];
  let total = at.seen;
  let next: string | undefined;
  for (const record of db.prepare(sql).iterate(q.range.from, q.range.to, at.received, at.mid)) {
    const row = toRow(record);
    if (performance.now() > until) {
      const seen = at.seen + rows.length;
      next ??= writeCursor({ received: row.received, mid: row.mid + 1, seen });
      return { rows, total, totalIs: 'at_least', cursor: next };
    }
    if (!matches(row, q)) continue;
    total++;
    if (rows.length < q.limit) rows.push(row);
    else next ??= cursorAfter(rows, at.seen);
  }
  return { rows, total, totalIs: 'exact', ...(next ? { cursor: next } : {}) };
}

function cursorAfter(rows: TrackRow[], seen: number): string {
  const last = rows.at(-1);
  return writeCursor({ received: last?.received ?? 0, mid: last?.mid ?? 0, seen: seen + rows.length });
}

function forget(db: DatabaseSync, from: number): void {
  const old = 'SELECT mid FROM message WHERE received < ?';
  db.prepare(`DELETE FROM posting WHERE mid IN (${old})`).run(from);
  db.prepare(`DELETE FROM event WHERE mid IN (${old})`).run(from);
  db.prepare('DELETE FROM message WHERE received < ?').run(from);
}
