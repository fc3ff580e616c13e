/** Opens a SQLite file the way every room here wants it: durable commits, checked schema, one owner. */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens `path` (mode 0600) and brings its schema to the last step. Each step is run once, in order, in one
 * transaction; the file remembers how far it is. Throws if the file was written by a newer version.
 */
export function openDatabase(path: string, steps: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    chmodSync(path, 0o600);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(db, path, steps);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: DatabaseSync, path: string, steps: readonly string[]): void {
  const { user_version: done } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (done > steps.length)
    throw new Error(`${path} was written by a newer version of this program. Start that version instead.`);
  for (const [i, step] of steps.entries()) {
    if (i >= done) inTransaction(db, () => db.exec(`${step}; PRAGMA user_version = ${i + 1}`));
  }
}

/** Runs `work` in a transaction; everything or nothing of it stays. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
