/** Full-text search, which SQLite (FTS5) and PostgreSQL (tsvector) do each in its own way, behind one small face. */
import { PostgresAdapter, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../db.ts';

export interface FullText {
  /** `words` as `textOf` makes them. */
  put(tx: Db, seq: number, words: string): Promise<void>;
  drop(tx: Db, seq: number): Promise<void>;
  /** Condition on `e.seq`: these words follow each other; the last one may go on when `prefix`. */
  follows(words: readonly string[], prefix: boolean): RawBuilder<SqlBool>;
}

export const isPostgres = (db: Db): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

export const fullTextOf = (db: Db): FullText => (isPostgres(db) ? postgres : sqlite);

const sqlite: FullText = {
  async put(tx, seq, words) {
    await sqlite.drop(tx, seq);
    await sql`INSERT INTO intel_text (rowid, words) VALUES (${seq}, ${words})`.execute(tx);
  },
  async drop(tx, seq) {
    await sql`DELETE FROM intel_text WHERE rowid = ${seq}`.execute(tx);
  },
  follows(words, prefix) {
    const phrase = `"${words.join(' ')}"${prefix ? '*' : ''}`;
    return sql<SqlBool>`e.seq IN (SELECT rowid FROM intel_text WHERE intel_text MATCH ${phrase})`;
  },
};

const postgres: FullText = {
  async put(tx, seq, words) {
    await sql`INSERT INTO intel_text (seq, words) VALUES (${seq}, to_tsvector('simple', ${words}))
      ON CONFLICT (seq) DO UPDATE SET words = EXCLUDED.words`.execute(tx);
  },
  async drop(tx, seq) {
    await sql`DELETE FROM intel_text WHERE seq = ${seq}`.execute(tx);
  },
  follows(words, prefix) {
    const last = words.length - 1;
    const phrase = words.map((word, i) => `'${word}'${prefix && i === last ? ':*' : ''}`).join(' <-> ');
    return sql<SqlBool>`EXISTS (SELECT 1 FROM intel_text x
      WHERE x.seq = e.seq AND x.words @@ to_tsquery('simple', ${phrase}))`;
  },
};
