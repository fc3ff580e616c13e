/** Response actions on several appliances, beside those of another organisation. */
import {
  acceptLink,
  addModule,
  type Call,
  client,
  listAudit,
  listTaken,
  respondObservables,
  switchService,
  takeAction,
  trigger,
  undoAction,
} from '@sightline/api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { appliance, cookieOf, FACTS, oneToken, openHub, type TestHub } from '../fixture.ts';
import { EMAIL_SECURITY_APPLIANCE } from '../module/types.ts';
import { serve, type Taker, taker } from './taker.fixture.ts';

interface Mine {
  device: string;
  module: string;
  state: Taker;
}

let at: TestHub;
/** The hub's clock stands still at this. */
let stopped: number | undefined;
let other: Call;
let theirs: Mine;
/** The first is asked; the second of the same organisation is named esa-b. */
let ours: Mine[];

async function added(call: Call, name: string): Promise<Mine> {
  const esa = await appliance(at.url);
  const { deviceId: device } = await esa.enrol(await oneToken(call), { name, serial: name });
  const state = taker();
  const facts = { ...FACTS, name, serial: name };
  void serve(await esa.connect(device, { says: { facts } }), state);
  const settings = { device, timeframe_days: 30 };
  const body = { name, module_type_id: EMAIL_SECURITY_APPLIANCE.id, settings };
  return { device, module: (await call(addModule, { body })).id, state };
}

beforeAll(async () => {
  at = await openHub({ clock: () => stopped ?? Date.now() });
  const { url } = await at.hub.addOrganisation({ name: 'Other Ltd', admin: 'otto' });
  const body = JSON.stringify({ token: new URL(url).hash.slice(1), password: 'a password of otto' });
  const headers = { 'content-type': 'application/json' };
  const cookie = cookieOf(await fetch(at.url + acceptLink.path, { method: 'POST', headers, body }));
  other = client({ base: at.url, headers: { cookie } });
  await other(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  ours = [await added(at.admin, 'esa-a'), await added(at.admin, 'esa-b')];
  theirs = await added(other, 'esa-theirs');
});
afterAll(() => at.close());
beforeEach(() => {
  for (const { state } of [...ours, theirs]) Object.assign(state, taker());
});

const about = (value: string) => ({ observable_type: 'email', observable_value: value });
const take = (call: Call, module: string, query: Record<string, string>, action = 'email-block-sender') =>
  call(takeAction, { body: { key: crypto.randomUUID(), module, action, query } });
const everywhere = (value: string) => ({ ...about(value), reason: 'phishing', appliances: 'all' });
const [first, second] = [(): Mine => ours[0] as Mine, (): Mine => ours[1] as Mine];

it('says of each appliance what it did, and takes it back everywhere as one action', async () => {
  const taken = await take(at.admin, first().module, everywhere('one@evil.example'));
  expect(taken).toMatchObject({ status: 'success', undoable: true });
  expect(taken.places).toEqual([
    { name: 'esa-a', status: 'success', text: 'Blocked on esa-a.' },
    { name: 'esa-b', status: 'success', text: 'Blocked on esa-b.' },
  ]);
  const before = (await at.admin(listTaken, { query: {} })).actions.length;
  await at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'a mistake' } });
  expect(ours.map(({ state }) => state.blocked.size)).toEqual([0, 0]);
  const { actions } = await at.admin(listTaken, { query: {} });
  expect(actions).toHaveLength(before + 1);
  expect(actions.find(({ action }) => action === 'email-unblock-sender')?.places).toHaveLength(2);
});

it('has done in part what one of them did not take, and takes that part back', async () => {
  second().state.takes = false;
  const taken = await take(at.admin, first().module, everywhere('two@evil.example'));
  expect(taken).toMatchObject({ status: 'partial', undoable: true });
  expect(taken.places).toEqual([
    { name: 'esa-a', status: 'success', text: 'Blocked on esa-a.' },
    { name: 'esa-b', status: 'failure', text: expect.stringContaining('Cloud Service Settings') },
  ]);
  const [listed] = (await at.admin(listTaken, { query: { limit: 1 } })).actions;
  expect(listed).toEqual({ ...taken, repeated: false });
  const after = await at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'a mistake' } });
  expect(after).toMatchObject({ undone: { by: 'ada' } });
  expect(first().state.blocked.size).toBe(0);
});

it('tells programs the same, with the status that the contract knows', async () => {
  second().state.takes = false;
  const params = { module: first().module, action: 'email-block-sender' };
  const { data, errors } = await at.admin(trigger, { params, query: everywhere('three@evil.example') });
  expect(data).toMatchObject({
    status: 'failure',
    places: [
      { name: 'esa-a', status: 'success' },
      { name: 'esa-b', status: 'failure' },
    ],
  });
  expect(errors).toMatchObject([{ code: 'remote-response-off' }]);
});

it('an appliance that is not connected is named, not passed over', async () => {
  const gone = await appliance(at.url);
  await gone.enrol(await oneToken(at.admin), { name: 'esa-gone', serial: 'gone' });
  const { places } = await take(at.admin, first().module, everywhere('four@evil.example'));
  expect(places.find(({ name }) => name === 'esa-gone')).toMatchObject({
    status: 'failure',
    text: expect.stringContaining('offline'),
  });
});

it('reaches no appliance of another organisation, by no way of naming it', async () => {
  await take(at.admin, first().module, everywhere('five@evil.example'));
  const named = { ...about('six@evil.example'), reason: 'phishing', appliances: theirs.device };
  expect(await take(at.admin, first().module, named)).toMatchObject({
    status: 'failure',
    errors: [{ code: 'not-found' }],
  });
  const mixed = { ...named, appliances: `${first().device},${theirs.device}` };
  expect(await take(at.admin, first().module, mixed)).toMatchObject({ status: 'failure' });
  expect(first().state.blocked).toEqual(new Set(['five@evil.example']));
  await expect(take(at.admin, theirs.module, about('x@evil.example'))).rejects.toMatchObject({ status: 404 });
  expect(theirs.state.orders).toEqual([]);
});

it('shows nothing of it to another organisation', async () => {
  const taken = await take(at.admin, first().module, everywhere('seven@evil.example'));
  const others = await other(listTaken, { query: { limit: 200 } });
  expect(others.actions).toEqual([]);
  await expect(
    other(undoAction, { params: { id: taken.id }, body: { reason: 'theirs' } }),
  ).rejects.toMatchObject({ status: 404 });
  const offered = await other(respondObservables, {
    query: {},
    body: [{ type: 'email', value: 'seven@evil.example' }],
  });
  expect(offered.data.map(({ id, module }) => [id, module])).toEqual([['email-block-sender', 'esa-theirs']]);
  const narrowed = await other(respondObservables, {
    query: { mids: first().module },
    body: [{ type: 'email', value: 'seven@evil.example' }],
  });
  expect(narrowed.data).toEqual([]);
  const { entries } = await other(listAudit, { query: { search: 'seven@evil.example' } });
  expect(entries).toEqual([]);
});

it('the key of a request is its organisation’s: another one’s request of the same key is its own', async () => {
  const key = crypto.randomUUID();
  const query = { ...about('eight@evil.example'), reason: 'phishing' };
  const action = 'email-block-sender';
  const mine = await at.admin(takeAction, { body: { key, module: first().module, action, query } });
  const their = await other(takeAction, { body: { key, module: theirs.module, action, query } });
  expect(their).toMatchObject({ repeated: false, by: 'otto' });
  expect(their.id).not.toBe(mine.id);
  expect(theirs.state.blocked).toEqual(new Set(['eight@evil.example']));
});

it('pages through actions of one moment, each once', async () => {
  stopped = Date.now();
  const values = Array.from({ length: 7 }, (_, i) => `page${i}@evil.example`);
  await Promise.all(values.map((value) => take(at.admin, first().module, { ...about(value), reason: 'x' })));
  const all = (await at.admin(listTaken, { query: { limit: 200 } })).actions;
  const seen: string[] = [];
  let query: { limit: number; before?: string; before_id?: string } = { limit: 2 };
  for (;;) {
    const { actions, more } = await at.admin(listTaken, { query });
    seen.push(...actions.map(({ id }) => id));
    const last = actions.at(-1);
    if (!more || !last) break;
    query = { limit: 2, before: last.at, before_id: last.id };
  }
  expect(seen).toEqual(all.map(({ id }) => id));
  expect(all.filter(({ at: time }) => time === new Date(stopped ?? 0).toISOString())).toHaveLength(7);
});
