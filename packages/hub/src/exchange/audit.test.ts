import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openSqlite } from '../db.ts';
import { migrations } from '../migrate/list.ts';
import { migrate } from '../migrate/run.ts';
import { homeOrganisation } from '../who/store.ts';
import { append, firstBroken, listLines } from './audit.ts';

const log = async () => {
  const opened = openSqlite(':memory:');
  await migrate(opened, migrations, 1);
  const { db } = opened;
  const orgId = await homeOrganisation(db, 1);
  const add = (text: string, at = 1000) =>
    append(db, { orgId, actor: 'ada', action: 'test.done', object: 'thing', text, peer: '127.0.0.1' }, at);
  return { db, orgId, add };
};

test('lines come newest first, page by page, and are found by what they say', async () => {
  const { db, orgId, add } = await log();
  await Promise.all(Array.from({ length: 30 }, (_, i) => add(`line ${i}`)));
  await add('100% of_it \\ "quoted"');
  const page = await listLines(db, orgId, { limit: 10 });
  expect(page.entries.map((entry) => entry.seq)).toEqual([31, 30, 29, 28, 27, 26, 25, 24, 23, 22]);
  expect(page.more).toBe(true);
  const last = await listLines(db, orgId, { limit: 500, before: 3 });
  expect(last).toMatchObject({ entries: [{ seq: 2 }, { seq: 1 }], more: false });
  for (const search of ['100%', 'OF_IT', '\\ "', 'ada']) {
    const found = await listLines(db, orgId, { limit: 500, search });
    expect(found.entries[0]?.seq).toBe(31);
  }
  expect((await listLines(db, orgId, { limit: 500, search: '1%_' })).entries).toEqual([]);
});

test('nothing can be changed or deleted', async () => {
  const { db, add } = await log();
  await add('a');
  await expect(sql`UPDATE audit SET text = 'b'`.execute(db)).rejects.toThrow('append-only');
  await expect(sql`DELETE FROM audit`.execute(db)).rejects.toThrow('append-only');
});

test('whoever gets round that is found out by the chain', async () => {
  const { db, orgId, add } = await log();
  for (const text of ['a', 'b', 'c', 'd']) await add(text);
  expect(await firstBroken(db, orgId)).toBeUndefined();
  await sql`DROP TRIGGER audit_no_update`.execute(db);
  await sql`UPDATE audit SET text = 'x' WHERE seq = 3`.execute(db);
  expect(await firstBroken(db, orgId)).toBe(3);
  await sql`UPDATE audit SET text = 'c' WHERE seq = 3`.execute(db);
  expect(await firstBroken(db, orgId)).toBeUndefined();
  await sql`DROP TRIGGER audit_no_delete`.execute(db);
  await sql`DELETE FROM audit WHERE seq = 2`.execute(db);
  expect(await firstBroken(db, orgId)).toBe(2);
});
