/**
 * Group commit: everything that wants to be durable within a few milliseconds, or while the disk is busy, shares one
 * transaction and its sync. An operation that fails is rolled back alone; a commit
 * that fails fails all of its batch.
 */
import type { DatabaseSync } from 'node:sqlite';

const WINDOW_MS = 2;
const MOST = 64;

interface Operation {
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface Batch {
  /** Resolves with the result of `run` once it is on the disk. */
  commit<T>(run: () => T): Promise<T>;
  /** Commits what waits, at once; resolves when all of it is on the disk. */
  flush(): Promise<void>;
  /** Resolves when what was committed so far is on the disk. @throws what keeps it from there */
  synced(): Promise<void>;
}

export interface BatchParts {
  db: DatabaseSync;
  /** Makes what is committed durable. */
  sync(): Promise<void>;
  /** Is told how long each transaction took until it was on the disk, seconds. */
  observe(seconds: number): void;
}

export function createBatch({ db, sync, observe }: BatchParts): Batch {
  let waiting: Operation[] = [];
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<unknown> = Promise.resolve();
  /** Syncs that are going on. */
  let busy = 0;
  /** The last sync failed: what was committed is there, but nobody knows whether it stays. */
  let unsynced = false;
  const synced = async (): Promise<void> => {
    try {
      await sync();
      unsynced = false;
    } catch (error) {
      unsynced = true;
      throw error;
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const operations = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      const start = performance.now();
      const over = (): void => observe((performance.now() - start) / 1000);
      const done = transact(db, operations);
      // What failed has nothing to wait for, and what is being synced is still waited for.
      if (done.length === 0) over();
      else {
        busy++;
        syncing = durable(operations, done, synced).finally(() => {
          over();
          // What came meanwhile has waited long enough.
          if (--busy === 0 && waiting.length > 0) flush();
        });
      }
    }
  };
  return {
    commit: <T>(run: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ run, resolve: (value) => resolve(value as T), reject });
        if (waiting.length >= MOST) flush();
        else if (busy === 0) timer ??= setTimeout(flush, WINDOW_MS);
      }),
    async flush() {
      flush();
      await syncing;
    },
    async synced() {
      await syncing;
      if (unsynced) await synced();
    },
  };
}

/** Tells everybody how it went once that is on the disk. Never fails. */
async function durable(
  operations: Operation[],
  done: (() => void)[],
  sync: () => Promise<void>,
): Promise<void> {
  try {
    await sync();
  } catch (error) {
    for (const operation of operations) operation.reject(error);
    return;
  }
  for (const settle of done) settle();
}

/** @returns what to tell each caller; none when the commit failed, which they have been told */
function transact(db: DatabaseSync, operations: Operation[]): (() => void)[] {
  const done: (() => void)[] = [];
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const operation of operations) done.push(attempt(db, operation));
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    for (const operation of operations) operation.reject(error);
    return [];
  }
  return done;
}

function rollback(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {
    // A database that cannot even roll back has nothing open: what matters is the first fault, told to all.
  }
}

/** Runs one operation in a savepoint; what to tell its caller is decided by the commit of the whole. */
function attempt(db: DatabaseSync, operation: Operation): () => void {
  db.exec('SAVEPOINT one');
  try {
    const value = operation.run();
    db.exec('RELEASE one');
    return () => operation.resolve(value);
  } catch (error) {
    db.exec('ROLLBACK TO one');
    db.exec('RELEASE one');
    return () => operation.reject(error);
  }
}
