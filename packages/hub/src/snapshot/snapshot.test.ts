import {
  acceptLink,
  addUser,
  type Call,
  changeSnapshot,
  client,
  deleteSnapshot,
  getSnapshot,
  listSnapshots,
  type SnapshotRun,
  type SnapshotView,
  saveSnapshot,
} from '@sightline/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';

const ref = {
  module: 'esa03',
  module_instance_id: '00000000-0000-4000-8000-000000000001',
  module_type_id: '00000000-0000-4000-8000-000000000002',
};
const run: SnapshotRun = {
  started: Date.UTC(2026, 10, 24),
  ms: 42,
  observables: [{ type: 'email_subject', value: 'Invoice <b>' }],
  expanded: [],
  modules: [
    {
      ref,
      state: 'ok',
      ms: 40,
      errors: [],
      data: {
        sightings: {
          count: 1,
          docs: [
            {
              type: 'sighting',
              id: 'transient:sighting-1',
              schema_version: '1.3.29',
              observed_time: { start_time: '2026-11-24T12:00:00.000Z' },
              confidence: 'High',
              count: 1,
              targets: [
                {
                  type: 'email',
                  observables: [{ type: 'email', value: 'ann@example.com' }],
                  observed_time: { start_time: '2026-11-24T12:00:00.000Z' },
                },
              ],
            },
          ],
        },
      },
    },
  ],
};
const view: SnapshotView = {
  grouping: null,
  loose: [],
  types: { picked: ['ip'], how: 'hide' },
  verbs: { picked: [], how: 'hide' },
  away: [],
  folded: [],
  positions: { 'email_subject:Invoice <b>': [1.5, -2] },
};

describe('snapshots', () => {
  let at: TestHub;
  let bob: Call;
  beforeAll(async () => {
    at = await openHub();
    bob = await person(at, 'bob');
  });
  afterAll(() => at.close());

  it('are given back exactly as they were kept', async () => {
    const made = await at.admin(saveSnapshot, { body: { name: ' First ', run, view } });
    expect(made).toMatchObject({ name: 'First', own: true, shared: false, by: 'ada' });
    expect(made).toMatchObject({ observables: 1, sightings: 1, targets: 1 });
    const back = await at.admin(getSnapshot, { params: { id: made.id } });
    expect({ run: back.run, view: back.view }).toEqual({ run, view });
  });

  it('are private until they are shared, and even then only their maker changes or deletes them', async () => {
    const { id } = await at.admin(saveSnapshot, { body: { name: 'Second', run, view } });
    const names = async (call: Call): Promise<string[]> =>
      (await call(listSnapshots)).snapshots.map((one) => one.name);
    expect(await names(bob)).toEqual([]);
    await expect(bob(getSnapshot, { params: { id } })).rejects.toMatchObject({ code: 'not_found' });
    await at.admin(changeSnapshot, { params: { id }, body: { shared: true, name: 'Renamed' } });
    expect(await names(bob)).toEqual(['Renamed']);
    expect((await bob(getSnapshot, { params: { id } })).own).toBe(false);
    const refused = { code: 'not_found' };
    await expect(bob(changeSnapshot, { params: { id }, body: { name: 'x' } })).rejects.toMatchObject(refused);
    await expect(bob(deleteSnapshot, { params: { id } })).rejects.toMatchObject(refused);
    await at.admin(deleteSnapshot, { params: { id } });
    expect(await names(bob)).toEqual([]);
    expect(await names(at.admin)).toEqual(['First']);
  });
});

async function person(at: TestHub, name: string): Promise<Call> {
  const { link } = await at.admin(addUser, { body: { name, role: 'analyst' } });
  const res = await fetch(at.url + acceptLink.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(link.url).hash.slice(1), password: PASSWORD }),
  });
  return client({ base: at.url, headers: { cookie: cookieOf(res) } });
}
