/** Old events go, in the background too, and with all that was written to find them; entities stay. */
import { eventHistory, INTEL } from '@sightline/api';
import { ENTITIES, type Entity } from '@sightline/ctim';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpenDb } from '../db.ts';
import { openHub, type TestHub, testDatabase } from '../fixture.ts';
import { migrations } from '../migrate/list.ts';
import { migrate } from '../migrate/run.ts';
import { sweep } from '../sweep.ts';
import { homeOrganisation } from '../who/store.ts';
import { create, inTransaction, type Writer } from './entities.ts';
import { FRESH } from './examples.fixture.ts';
import { forgetOldEvents } from './retain.ts';

const DAY = 86_400_000;
let opened: OpenDb;
let writer: Writer;
let now = 1000 * DAY;
beforeEach(async () => {
  opened = await testDatabase();
  await migrate(opened, migrations, now);
  const orgId = await homeOrganisation(opened.db, now);
  writer = { id: 'u', userId: 'u', orgId, name: 'ada', kind: 'user' };
});
afterEach(() => opened.db.destroy());

const keep = (at: number): Promise<unknown> => {
  const deps = { db: opened.db, clock: () => at, publicUrl: () => 'https://hub.example', log: {} as never };
  const kind = ENTITIES.judgement as unknown as Entity;
  return inTransaction(deps, (tx) => create(tx, writer, kind, { ...FRESH.judgement }));
};

async function rows() {
  const count = async (what: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.raw(what)}`.execute(opened.db);
    return Number(rows[0]?.n);
  };
  return {
    events: await count("intel_entity WHERE type = 'event'"),
    judgements: await count("intel_entity WHERE type = 'judgement'"),
    words: await count('intel_text'),
    orphans: await count('intel_term WHERE seq NOT IN (SELECT seq FROM intel_entity)'),
  };
}

test('beyond the days, then beyond the count; the newest stay', async () => {
  for (const days of [0, 1, 5, 6, 7]) await keep(now + days * DAY);
  now += 7 * DAY;
  expect(await forgetOldEvents(opened.db, { days: 4, count: 100 }, now)).toBe(2);
  expect(await rows()).toEqual({ events: 3, judgements: 5, words: 8, orphans: 0 });
  expect(await forgetOldEvents(opened.db, { days: 4, count: 2 }, now)).toBe(1);
  expect(await forgetOldEvents(opened.db, { days: 4, count: 2 }, now)).toBe(0);
  const left = await sql<{ created: number }>`
    SELECT created FROM intel_entity WHERE type = 'event' ORDER BY created`.execute(opened.db);
  expect(left.rows.map(({ created }) => Number(created))).toEqual([now - DAY, now]);
});

test('more than one step is done in steps, and ends when it is told to', async () => {
  for (let i = 0; i < 1001; i++) await keep(now);
  const ended = AbortSignal.abort();
  expect(await forgetOldEvents(opened.db, { days: 1, count: 1 }, now, ended)).toBe(0);
  expect(await forgetOldEvents(opened.db, { days: 1, count: 1 }, now)).toBe(1000);
  expect(await rows()).toMatchObject({ events: 1, judgements: 1001, orphans: 0 });
});

test('a sweep is never twice at a time; a failure is not the last', async () => {
  let atOnce = 0;
  let most = 0;
  let calls = 0;
  const warn = vi.fn();
  const sweeping = sweep(
    async () => {
      calls++;
      most = Math.max(most, ++atOnce);
      await new Promise((done) => setTimeout(done, 5));
      atOnce--;
      if (calls === 1) throw new Error('locked');
    },
    1,
    { warn } as never,
  );
  await vi.waitFor(() => expect(calls).toBeGreaterThan(2));
  await sweeping.stop();
  const then = calls;
  expect([most, atOnce, warn.mock.calls.length]).toEqual([1, 0, 1]);
  await new Promise((done) => setTimeout(done, 20));
  expect(calls).toBe(then);
});

test('a hub forgets when it starts; the history of an entity comes in pages', async () => {
  const at: TestHub = await openHub();
  try {
    const { id } = (await at.admin(INTEL.incident.create, {
      query: {},
      body: FRESH.incident as never,
    })) as { id: string };
    for (const title of ['b', 'c'])
      await at.admin(INTEL.incident.patch, { params: { id }, query: {}, body: { title } as never });
    const path = eventHistory.path.replace(':id', encodeURIComponent(id));
    const page = await fetch(`${at.url}${path}?limit=2`, { headers: { cookie: at.cookie } });
    expect([page.headers.get('x-total-hits'), page.headers.get('x-next')]).toEqual([
      '3',
      expect.stringContaining('offset=2'),
    ]);
    expect(((await page.json()) as { count: number }[]).reduce((n, one) => n + one.count, 0)).toBe(2);
    const later = await openHub({ dataDir: at.dir, clock: () => Date.now() + 400 * DAY });
    await vi.waitFor(
      async () => expect(await at.admin(eventHistory, { params: { id }, query: {} })).toEqual([]),
      { timeout: 20_000 },
    );
    await later.hub.stop();
  } finally {
    await at.close();
  }
});
