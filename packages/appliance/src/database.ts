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

/**
 * As `openDatabase`, for this process alone: the lock lives as long as the process, so after a crash the next start
 * gets it at once. `whose` names who else may hold it: `Another appliance`.
 */
export function openHeld(path: string, steps: readonly string[], whose: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(path, steps);
    db.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by INTEGER) STRICT');
    const only = db;
    inTransaction(only, () => only.exec('DELETE FROM held'));
    return db;
  } catch (cause) {
    db?.close();
    if (!/locked|busy/.test(String(cause))) throw cause;
    const text = `${whose} is using ${path}. Stop it first, or use another data directory.`;
    throw new Error(text, { cause });
  }
}
