/** Entries of blocklists and safelists in the queue's database: a change and its effect are one. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type ListEntry, ListKind, ListName, type ListPage, type ListQuery } from '@sightline/api';
import { z } from 'zod';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS list_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  UNIQUE (list, kind, value)
) STRICT;
CREATE INDEX IF NOT EXISTS list_entry_expires ON list_entry (expires);
`;

export interface Entry extends Omit<ListEntry, 'created' | 'expires'> {
  /** Epoch milliseconds. */
  created: number;
  expires: number | null;
}

const Row = z.object({
  id: z.int(),
  list: ListName,
  kind: ListKind,
  value: z.string(),
  reason: z.string(),
  actor: z.string(),
  source: z.string(),
  created: z.int(),
  expires: z.int().nullable(),
});

export interface ListStore {
  /** Those in force, oldest first. */
  all(now: number): Entry[];
  page(query: ListQuery, now: number): ListPage;
  count(): number;
  /** Inside a transaction. One that is there already gets the new reason and time; returns the id. */
  put(entry: Omit<Entry, 'id'>): number;
  remove(id: number): boolean;
  idOf(list: ListName, kind: ListKind, value: string): number | undefined;
  /** Forgets those whose time is over. */
  expire(now: number): void;
}

export const shown = (entry: Entry): ListEntry => ({
  ...entry,
  created: new Date(entry.created).toISOString(),
  expires: entry.expires === null ? null : new Date(entry.expires).toISOString(),
});

export function openListStore(db: DatabaseSync): ListStore {
  db.exec(SCHEMA);
  const live = '(expires IS NULL OR expires > ?)';
  const all = db.prepare(`SELECT * FROM list_entry WHERE ${live} ORDER BY id`);
  const put = db.prepare(
    `INSERT INTO list_entry (list, kind, value, reason, actor, source, created, expires)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (list, kind, value) DO UPDATE SET reason = excluded.reason, actor = excluded.actor,
       source = excluded.source, created = excluded.created, expires = excluded.expires
     RETURNING id`,
  );
  const remove = db.prepare('DELETE FROM list_entry WHERE id = ?');
  const idOf = db.prepare('SELECT id FROM list_entry WHERE list = ? AND kind = ? AND value = ?');
  const expire = db.prepare('DELETE FROM list_entry WHERE expires <= ?');
  const count = db.prepare('SELECT count(*) AS n FROM list_entry');
  return {
    all: (now) => z.array(Row).parse(all.all(now)),
    page: (query, now) => page(db, query, now),
    count: () => Number(count.get()?.n ?? 0),
    put: ({ list, kind, value, reason, actor, source, created, expires }) =>
      Number(put.get(list, kind, value, reason, actor, source, created, expires)?.id),
    remove: (id) => Number(remove.run(id).changes) === 1,
    idOf(list, kind, value) {
      const row = idOf.get(list, kind, value);
      return row ? Number(row.id) : undefined;
    },
    expire: (now) => void expire.run(now),
  };
}

function page(db: DatabaseSync, { list, kind, text = '', limit, after }: ListQuery, now: number): ListPage {
  const where = ['(expires IS NULL OR expires > ?)'];
  const values: SQLInputValue[] = [now];
  const add = (sql: string, ...more: SQLInputValue[]): void => {
    where.push(sql);
    values.push(...more);
  };
  if (list) add('list = ?', list);
  if (kind) add('kind = ?', kind);
  if (text) add('instr(lower(value || char(10) || reason || char(10) || actor), lower(?)) > 0', text);
  const total = db
    .prepare(`SELECT count(*) AS n FROM list_entry WHERE ${where.join(' AND ')}`)
    .get(...values);
  if (after > 0) add('id < ?', after);
  const rows = db
    .prepare(`SELECT * FROM list_entry WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`)
    .all(...values, limit);
  const entries = z.array(Row).parse(rows);
  const last = entries.length === limit ? entries.at(-1) : undefined;
  return { entries: entries.map(shown), total: Number(total?.n ?? 0), after: last?.id ?? null };
}
