import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBatch } from './batch.ts';

let dir: string;
let db: DatabaseSync;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'batch-'));
  db = new DatabaseSync(join(dir, 'x.db'));
  db.exec('CREATE TABLE t (n INTEGER)');
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

const put = (n: number) => () => void db.exec(`INSERT INTO t VALUES (${n})`);
const observe = (): void => undefined;

it('tells nobody that it is done before it is on the disk', async () => {
  let synced = (): void => undefined;
  const sync = (): Promise<void> =>
    new Promise((resolve) => {
      synced = resolve;
    });
  const batch = createBatch({ db, sync, observe });
  const told: string[] = [];
  const commit = batch.commit(put(1)).then(() => told.push('commit'));
  const flush = batch.flush().then(() => told.push('flush'));
  const wait = batch.synced().then(() => told.push('synced'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(db.prepare('SELECT n FROM t').all()).toEqual([{ n: 1 }]);
  expect(told).toEqual([]);
  synced();
  await Promise.all([commit, flush, wait]);
  expect(told).toHaveLength(3);
});

it('fails everybody whose transaction could not be brought to the disk, and goes on', async () => {
  let broken = true;
  const sync = (): Promise<void> => (broken ? Promise.reject(new Error('EIO')) : Promise.resolve());
  const batch = createBatch({ db, sync, observe });
  const all = await Promise.allSettled([batch.commit(put(1)), batch.commit(put(2))]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  // The rows are there, but they may not stay: nobody is to be told of them.
  await expect(batch.synced()).rejects.toThrow('EIO');
  broken = false;
  await batch.synced();
  broken = true;
  await batch.synced();
  broken = false;
  expect(await batch.commit(() => 3)).toBe(3);
});

it('puts what comes during a sync into one transaction behind it', async () => {
  const ends: (() => void)[] = [];
  let transactions = 0;
  const sync = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  const batch = createBatch({ db, sync, observe: () => transactions++ });
  const first = batch.commit(put(1));
  await expect.poll(() => ends.length).toBe(1);
  const more = [2, 3, 4].map((n) => batch.commit(put(n)));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(db.prepare('SELECT n FROM t').all()).toEqual([{ n: 1 }]);
  ends[0]?.();
  await first;
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  await Promise.all(more);
  await expect.poll(() => transactions).toBe(2);
});

it('waits for what is being synced, also after a transaction that failed meanwhile', async () => {
  let synced = (): void => undefined;
  const sync = (): Promise<void> =>
    new Promise((resolve) => {
      synced = resolve;
    });
  const batch = createBatch({ db, sync, observe });
  const first = batch.commit(put(1));
  void batch.flush();
  db.exec('BEGIN');
  const second = batch.commit(put(2)).catch((error: Error) => error.message);
  void batch.flush();
  expect(await second).toContain('transaction');
  let over = false;
  const wait = batch.synced().then(() => {
    over = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(over).toBe(false);
  synced();
  await Promise.all([first, wait]);
});
