import { expect, test } from 'vitest';
import { openSqlite } from '../db.ts';
import { bucket } from './bucket.ts';
import { journal } from './journal.ts';
import { slower } from './slow.ts';
import { swaps } from './swaps.ts';

test('so many a second are let in; the others are told to come back one second after the other', () => {
  const b = bucket(200);
  const answers = Array.from({ length: 1000 }, () => b.take(1_000_000));
  expect(answers.filter((seconds) => seconds === 0)).toHaveLength(200);
  for (const seconds of [1, 2, 3, 4]) expect(answers.filter((s) => s === seconds)).toHaveLength(200);
  expect(b.take(1_000_500)).toBe(0);
  const later = Array.from({ length: 150 }, () => b.take(1_000_500));
  expect(later.filter((seconds) => seconds === 0)).toHaveLength(99);
  expect(b.take(1_010_000)).toBe(0);
});

test('a device may be swapped three times in ten minutes', () => {
  const isTooMany = swaps();
  const times = [0, 100_000, 200_000, 599_000];
  expect(times.map((at) => isTooMany('a', at))).toEqual([false, false, false, true]);
  expect(isTooMany('a', 599_001)).toBe(false);
  expect([0, 300_000, 590_000, 600_000, 899_999].map((at) => isTooMany('b', at))).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
});

test('answers to failures wait longer and longer, for this address only and for a minute', () => {
  const delay = slower();
  expect(Array.from({ length: 10 }, () => delay('a', 0))).toEqual([
    0, 0, 0, 50, 100, 200, 400, 800, 1000, 1000,
  ]);
  expect(delay('b', 0)).toBe(0);
  expect(delay('a', 60_000)).toBe(0);
});

test('a write that fails takes only itself down', async () => {
  const { db } = openSqlite(':memory:');
  await db.schema
    .createTable('t')
    .addColumn('n', 'integer', (c) => c.unique())
    .execute();
  const { write } = journal(db);
  const insert = (n: number) =>
    write((tx) => tx.$extendTables<{ t: { n: number } }>().insertInto('t').values({ n }).execute());
  const results = await Promise.allSettled([insert(1), insert(2), insert(1), insert(3)]);
  expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  const rows = await db.$extendTables<{ t: { n: number } }>().selectFrom('t').selectAll().execute();
  expect(rows).toHaveLength(3);
  await db.destroy();
});
