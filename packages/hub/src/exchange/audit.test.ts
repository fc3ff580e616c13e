import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Flavour } from '../db.ts';
import { testDatabase } from '../fixture.ts';
import { migrations } from '../migrate/list.ts';
import { migrate } from '../migrate/run.ts';
import { homeOrganisation } from '../who/store.ts';
import { append, facets, listLines, verify } from './audit.ts';

const log = async () => {
  const opened = await testDatabase();
  await migrate(opened, migrations, 1);
  const { db, flavour } = opened;
  const orgId = await homeOrganisation(db, 1);
  const add = (text: string, at = 1000) =>
    append(db, { orgId, actor: 'ada', action: 'test.done', object: 'thing', text, peer: '127.0.0.1' }, at);
  return { db, flavour, orgId, add };
};

const WITHOUT_TRIGGERS: Record<Flavour, string[]> = {
  sqlite: ['DROP TRIGGER audit_no_update', 'DROP TRIGGER audit_no_delete'],
  postgres: ['DROP TRIGGER audit_no_change ON audit'],
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

test('are found by who, what and when; who and what there are can be listed', async () => {
  const { db, orgId, add } = await log();
  await add('first', 1000);
  await add('second', 2000);
  const line = { orgId, actor: 'bob', action: 'other.done', object: 'x', text: 'third', peer: '' };
  await append(db, line, 3000);
  const texts = async (filter: Parameters<typeof listLines>[2]) =>
    (await listLines(db, orgId, filter)).entries.map((entry) => entry.text);
  expect(await texts({ limit: 9, actor: 'bob' })).toEqual(['third']);
  expect(await texts({ limit: 9, action: 'test.done' })).toEqual(['second', 'first']);
  const at = (ms: number) => new Date(ms).toISOString();
  expect(await texts({ limit: 9, from: at(2000) })).toEqual(['third', 'second']);
  expect(await texts({ limit: 9, from: at(1000), to: at(2000) })).toEqual(['first']);
  expect(await facets(db, orgId)).toEqual({ actors: ['ada', 'bob'], actions: ['other.done', 'test.done'] });
});

test('nothing can be changed or deleted', async () => {
  const { db, add } = await log();
  await add('a');
  await expect(sql`UPDATE audit SET text = 'b'`.execute(db)).rejects.toThrow('append-only');
  await expect(sql`DELETE FROM audit`.execute(db)).rejects.toThrow('append-only');
});

test('whoever gets round that is found out by the chain', async () => {
  const { db, flavour, orgId, add } = await log();
  for (const text of ['a', 'b', 'c', 'd']) await add(text);
  expect((await verify(db, orgId)).broken).toBeNull();
  for (const text of WITHOUT_TRIGGERS[flavour]) await sql.raw(text).execute(db);
  await sql`UPDATE audit SET text = 'x' WHERE seq = 3`.execute(db);
  expect((await verify(db, orgId)).broken).toMatchObject({
    seq: 3,
    reason: expect.stringContaining('not what was written'),
  });
  await sql`UPDATE audit SET text = 'c' WHERE seq = 3`.execute(db);
  expect((await verify(db, orgId)).broken).toBeNull();
  await sql`DELETE FROM audit WHERE seq = 2`.execute(db);
  expect(await verify(db, orgId)).toMatchObject({
    good: 1,
    broken: { seq: 2, reason: 'Entry 2 is missing; the next one is 3.' },
  });
});

test('text that no database keeps as it is does not break the chain', async () => {
  const { db, orgId, add } = await log();
  await add('nul \0 and half \ud83d of a character');
  await add(`${'x'.repeat(2047)}\u{1f600}`);
  expect((await verify(db, orgId)).broken).toBeNull();
  const { entries } = await listLines(db, orgId, { limit: 10 });
  expect(entries[1]?.text).toBe('nul \ufffd and half \ufffd of a character');
});
