import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type OpenDb, oneAtATime } from './db.ts';
import { testDatabase as fresh } from './fixture.ts';
import { migrations } from './migrate/list.ts';
import type { Migration } from './migrate/migration.ts';
import { migrate } from './migrate/run.ts';

type Tables = { t: { n: number } };

/** Every table, and whether it has the column `org_id`. */
async function tablesOf({ db, flavour }: OpenDb): Promise<{ name: string; has: number }[]> {
  const query =
    flavour === 'sqlite'
      ? sql<{ name: string; has: number }>`
          SELECT name, (SELECT count(*) FROM pragma_table_info(m.name) WHERE name = 'org_id') AS has
          FROM sqlite_master m WHERE type = 'table'`
      : sql<{ name: string; has: number }>`
          SELECT t.table_name AS name, (SELECT count(*) FROM information_schema.columns c
            WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND column_name = 'org_id') AS has
          FROM information_schema.tables t WHERE table_schema = current_schema()`;
  // The words of the intel store are an index: its rows have the numbers of the entities, which have the organisation.
  const own = (name: string): boolean => name !== 'schema_step' && !name.startsWith('intel_text');
  return (await query.execute(db)).rows.filter((table) => own(table.name));
}

describe('a transaction', () => {
  const table = async () => {
    const { db } = await fresh();
    await sql`CREATE TABLE t (n INTEGER NOT NULL)`.execute(db);
    return db.$extendTables<Tables>();
  };
  const count = async (db: Awaited<ReturnType<typeof table>>): Promise<number> =>
    (await db.selectFrom('t').selectAll().execute()).length;

  test('that fails leaves nothing', async () => {
    const db = await table();
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('t').values({ n: 1 }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await count(db)).toBe(0);
    await db.destroy();
  });

  test('has the connection to itself: what others write meanwhile is not in it', async () => {
    const db = await table();
    let outside: Promise<unknown> = Promise.resolve();
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('t').values({ n: 1 }).execute();
      outside = db.insertInto('t').values({ n: 2 }).execute();
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await outside;
    expect(await db.selectFrom('t').selectAll().execute()).toEqual([{ n: 2 }]);
    await db.destroy();
  });

  test('many at once that count up lose nothing', async () => {
    const db = await table();
    await db.insertInto('t').values({ n: 0 }).execute();
    const up = () =>
      db.transaction().execute(async (tx) => {
        await oneAtATime(tx, 'count');
        const { n } = await tx.selectFrom('t').select('n').executeTakeFirstOrThrow();
        await new Promise((resolve) => setImmediate(resolve));
        await tx
          .updateTable('t')
          .set({ n: n + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 50 }, up));
    expect(await db.selectFrom('t').select('n').executeTakeFirst()).toEqual({ n: 50 });
    await db.destroy();
  });
});

describe('migrations', () => {
  const one: Migration = { name: '0001-one', sql: ['CREATE TABLE one (org_id TEXT)'] };
  const two: Migration = { name: '0002-two', sql: ['CREATE TABLE two (org_id TEXT)'] };

  test('run once, in order', async () => {
    const opened = await fresh();
    expect(await migrate(opened, [one], 1)).toEqual(['0001-one']);
    expect(await migrate(opened, [one, two], 2)).toEqual(['0002-two']);
    expect(await migrate(opened, [one, two], 3)).toEqual([]);
    await opened.db.destroy();
  });

  test('run once when several programs start at the same time', async () => {
    const opened = await fresh();
    if (opened.flavour === 'sqlite') return opened.db.destroy();
    const all = await Promise.all([1, 2, 3].map((now) => migrate(opened, [one, two], now)));
    expect(all.flat()).toEqual(['0001-one', '0002-two']);
    await opened.db.destroy();
  });

  test('that fail leave the step before', async () => {
    const opened = await fresh();
    const broken = { name: '0002-two', sql: ['CREATE TABLE two (org_id TEXT)', 'CREATE GARBAGE'] };
    await expect(migrate(opened, [one, broken], 1)).rejects.toThrow();
    expect(await migrate(opened, [one, two], 2)).toEqual(['0002-two']);
    await opened.db.destroy();
  });

  test('refuse a database of a newer version, and one whose steps were changed', async () => {
    const opened = await fresh();
    await migrate(opened, [one, two], 1);
    await expect(migrate(opened, [one], 2)).rejects.toThrow(/newer version.*0002-two/);
    const changed = { ...two, sql: ['CREATE TABLE two (org_id TEXT, more TEXT)'] };
    await expect(migrate(opened, [one, changed], 2)).rejects.toThrow(/another form/);
    await opened.db.destroy();
  });

  test('give every table the organisation it belongs to', async () => {
    const opened = await fresh();
    await migrate(opened, migrations, 1);
    const tables = await tablesOf(opened);
    expect(tables.length).toBeGreaterThan(8);
    // an index of words: its rows are found by the number of an entity, which has its organisation
    const own = tables.filter(({ name }) => !/^intel_text(_|$)/.test(name));
    expect(own.filter((table) => table.has === 0)).toEqual([]);
    await opened.db.destroy();
  });
});
