/** Orders of an exchange that were carried out, in the queue's database: by their ids they are known again. */
import type { DatabaseSync } from 'node:sqlite';
import { ResponseAnswer } from '@sightline/api';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS response (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  document TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS response_at ON response (at);
`;

export interface ResponseStore {
  answer(id: string): ResponseAnswer | undefined;
  /** Inside a transaction. */
  keep(order: { id: string; at: number; actor: string; document: string; answer: ResponseAnswer }): void;
  /** Forgets those before. */
  forget(before: number): void;
}

export function openResponseStore(db: DatabaseSync): ResponseStore {
  db.exec(SCHEMA);
  const answer = db.prepare('SELECT answer FROM response WHERE id = ?');
  const keep = db.prepare(
    'INSERT OR REPLACE INTO response (id, at, actor, document, answer) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM response WHERE at < ?');
  return {
    answer(id) {
      const row = answer.get(id);
      return row ? ResponseAnswer.parse(JSON.parse(String(row.answer))) : undefined;
    },
    keep: (order) =>
      void keep.run(order.id, order.at, order.actor, order.document, JSON.stringify(order.answer)),
    forget: (before) => void forget.run(before),
  };
}
