/** Writes that come in crowds, many to a commit: ten thousand devices that return cost hundreds of them. */
import type { Db } from '../db.ts';

type Work<T> = (tx: Db) => Promise<T>;

export interface Journal {
  /** Runs `work` in one of the next transactions; resolves when it is durable. */
  write<T>(work: Work<T>): Promise<T>;
}

interface Entry {
  work: Work<unknown>;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

/** Entries in one transaction. */
const MOST = 200;
/** How long the first entry waits for company, ms. */
const PAUSE_MS = 20;

export function journal(db: Db): Journal {
  const queue: Entry[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    while (queue.length > 0) await commit(db, queue.splice(0, MOST));
    running = false;
  };
  return {
    write: <T>(work: Work<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve, reject });
        if (running) return;
        running = true;
        setTimeout(() => void run(), PAUSE_MS);
      }),
  };
}

/** One that fails takes only itself down: the others are then written one by one. */
async function commit(db: Db, entries: Entry[]): Promise<void> {
  const all = async (): Promise<unknown[]> =>
    db.transaction().execute(async (tx) => {
      const values: unknown[] = [];
      for (const { work } of entries) values.push(await work(tx));
      return values;
    });
  try {
    const values = await all();
    for (const [i, entry] of entries.entries()) entry.resolve(values[i] as never);
  } catch (error) {
    if (entries.length === 1) entries[0]?.reject(error);
    else for (const entry of entries) await commit(db, [entry]);
  }
}
