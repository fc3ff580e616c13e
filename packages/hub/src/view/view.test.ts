import {
  acceptLink,
  addUser,
  type Call,
  changeView,
  client,
  deleteView,
  listViews,
  MAX_VIEWS,
  saveView,
  type ViewState,
} from '@sightline/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';

const state: ViewState = {
  filter: { days: '7' },
  density: 'compact',
  hidden: { Sightings: ['confidence'] },
  investigate: {
    tab: 'sightings',
    inspector: false,
    list: true,
    grouping: null,
    types: { picked: ['cisco_mid'], how: 'hide' },
    verbs: { picked: [], how: 'highlight' },
  },
};
const page = 'investigate' as const;

describe('saved views', () => {
  let at: TestHub;
  let bob: Call;
  beforeAll(async () => {
    at = await openHub();
    bob = await person(at, 'bob');
  });
  afterAll(() => at.close());

  const names = async (call: Call): Promise<string[]> =>
    (await call(listViews)).views.map(({ name, first }) => `${name}${first ? '*' : ''}`);

  it('are given back as they were saved; the same name of the same page is replaced', async () => {
    const made = await at.admin(saveView, { body: { page, name: ' Mail only ', state } });
    expect(made).toMatchObject({
      name: 'Mail only',
      own: true,
      shared: false,
      first: false,
      by: 'ada',
      state,
    });
    const other = { ...state, density: 'normal' as const };
    const again = await at.admin(saveView, { body: { page, name: 'Mail only', state: other } });
    expect(again.id).toBe(made.id);
    const { id } = await at.admin(saveView, { body: { page: 'incidents', name: 'Mail only', state } });
    expect((await at.admin(listViews)).views.map((v) => v.state.density)).toEqual(
      expect.arrayContaining(['normal', 'compact']),
    );
    await at.admin(deleteView, { params: { id } });
  });

  it('are private until they are shared, and even then only their maker changes or deletes them', async () => {
    const { id } = await at.admin(saveView, { body: { page, name: 'Ours', state, first: true } });
    expect(await names(bob)).toEqual([]);
    await at.admin(changeView, { params: { id }, body: { shared: true } });
    // What its maker begins with is not what others begin with.
    expect(await names(bob)).toEqual(['Ours']);
    expect((await bob(listViews)).views[0]).toMatchObject({ own: false, by: 'ada' });
    const refused = { status: 404 };
    await expect(bob(changeView, { params: { id }, body: { name: 'x' } })).rejects.toMatchObject(refused);
    await expect(bob(deleteView, { params: { id } })).rejects.toMatchObject(refused);
    await bob(saveView, { body: { page, name: 'Ours', state, first: true } });
    expect(await names(at.admin)).toEqual(['Mail only', 'Ours*']);
    await at.admin(deleteView, { params: { id } });
  });

  it('begin a page one at a time, and two do not have one name', async () => {
    const one = await at.admin(saveView, { body: { page, name: 'One', state, first: true } });
    const two = await at.admin(saveView, { body: { page, name: 'Two', state } });
    await at.admin(changeView, { params: { id: two.id }, body: { first: true } });
    expect(await names(at.admin)).toEqual(['Mail only', 'One', 'Two*']);
    const taken = at.admin(changeView, { params: { id: one.id }, body: { name: 'Two' } });
    await expect(taken).rejects.toMatchObject({ code: 'name_taken' });
  });

  it('have limits: in number, and in what they hold', async () => {
    const large = { ...state, hidden: { Sightings: Array.from({ length: 51 }, String) } };
    await expect(bob(saveView, { body: { page, name: 'x', state: large } })).rejects.toMatchObject({
      status: 400,
    });
    for (let n = (await names(bob)).length; n < MAX_VIEWS; n++)
      await bob(saveView, { body: { page, name: `View ${n}`, state } });
    await expect(bob(saveView, { body: { page, name: 'More', state } })).rejects.toMatchObject({
      message: expect.stringContaining('Delete some first'),
    });
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
