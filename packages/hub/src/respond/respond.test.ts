/** Response actions of an appliance through a whole hub, its end of the wire written from the contract. */
import {
  acceptLink,
  addModule,
  addUser,
  client,
  listAudit,
  listTaken,
  logIn,
  type ResponseOrder,
  respondObservables,
  respondSighting,
  takeAction,
  trigger,
  undoAction,
} from '@sightline/api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cookieOf, openHub, registered, type TestHub } from '../fixture.ts';
import { EMAIL_SECURITY_APPLIANCE } from '../module/types.ts';
import { serve, taker } from './taker.fixture.ts';

let at: TestHub;
let module: string;
let deviceId: string;
const esa = taker();
/** What the appliance was told. */
let orders: ResponseOrder[];

beforeAll(async () => {
  at = await openHub();
  const made = await registered(at);
  deviceId = made.deviceId;
  void serve(await made.esa.connect(deviceId), esa);
  const settings = { device: deviceId, timeframe_days: 30 };
  const body = { name: 'esa03', module_type_id: EMAIL_SECURITY_APPLIANCE.id, settings };
  module = (await at.admin(addModule, { body })).id;
});
afterAll(() => at.close());
beforeEach(() => {
  Object.assign(esa, taker());
  orders = esa.orders;
});

const BAD = { type: 'email' as const, value: 'bad@evil.example' };
const offers = (...body: { type: 'email' | 'ip' | 'domain' | 'sha256'; value: string }[]) =>
  at.admin(respondObservables, { query: {}, body });
const take = (action: string, query: Record<string, string>, key = crypto.randomUUID()) =>
  at.admin(takeAction, { body: { key, module, action, query } });
const about = (value: string) => ({ observable_type: 'email', observable_value: value });

it('offers what fits each observable, with the complete address of its trigger', async () => {
  const { data, errors } = await offers(
    BAD,
    { type: 'ip', value: '192.0.2.7' },
    { type: 'domain', value: 'evil.example' },
    { type: 'sha256', value: 'a'.repeat(64) },
  );
  expect(errors).toBeUndefined();
  expect(data.map(({ id }) => id)).toEqual([
    'email-block-sender',
    'email-block-ip',
    'email-block-domain',
    'email-block-url',
    'email-block-file',
  ]);
  const url = new URL(data[0]?.url ?? '');
  expect(url.pathname).toBe(`/iroh/iroh-response/respond/trigger/${module}/email-block-sender`);
  expect(Object.fromEntries(url.searchParams)).toEqual({ ...about(BAD.value), hours: '720' });
});

it('has it done by the address alone, as the contract answers it', async () => {
  const { data } = await offers({ type: 'email', value: 'one@evil.example' });
  const res = await fetch(data[0]?.url ?? '', { method: 'POST', headers: { cookie: at.cookie } });
  expect(await res.json()).toEqual({ data: { status: 'success' } });
  expect(orders).toMatchObject([
    {
      actor: 'ada',
      act: { do: 'block', hours: 720, items: [{ kind: 'sender', value: 'one@evil.example' }] },
    },
  ]);
});

it('blocks with reason and expiry, says when it was so already, and takes it back once', async () => {
  const query = { ...about(BAD.value), reason: 'phishing', hours: '24', source: 'incident 7' };
  const key = crypto.randomUUID();
  const taken = await take('email-block-sender', query, key);
  expect(taken).toMatchObject({
    status: 'success',
    text: expect.stringMatching(/^Blocked on /),
    undoable: true,
  });
  expect(Date.parse(taken.expires ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000);
  expect(orders).toMatchObject([{ reason: 'phishing', source: 'incident 7' }]);
  expect(await take('email-block-sender', query, key)).toMatchObject({ id: taken.id, repeated: true });
  expect(orders).toHaveLength(1);
  expect(await take('email-block-sender', query)).toMatchObject({
    text: expect.stringMatching(/already/),
    undoable: false,
  });
  expect((await offers(BAD)).data.map(({ id }) => id)).toEqual(['email-unblock-sender']);
  const undo = () => at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'a mistake' } });
  expect(await undo()).toMatchObject({ undone: { by: 'ada' }, undoable: false });
  expect(esa.blocked.size).toBe(0);
  const before = orders.length;
  expect(await undo()).toMatchObject({ repeated: true });
  expect(orders).toHaveLength(before);
  expect((await offers(BAD)).data.map(({ id }) => id)).toEqual(['email-block-sender']);
  const { entries } = await at.admin(listAudit, { query: { search: 'phishing' } });
  expect(entries.map(({ action }) => action)).toContain('response.success');
  expect((await at.admin(listTaken, { query: {} })).actions.map(({ id }) => id)).toContain(taken.id);
});

it('keeps how to release what it quarantined', async () => {
  const taken = await take('email-quarantine-waiting', { mids: '8,9', reason: 'look at it' });
  expect(taken).toMatchObject({ text: expect.stringMatching(/^2 messages quarantined on/), undoable: true });
  await at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'harmless' } });
  expect(orders.map(({ act }) => act)).toMatchObject([
    { do: 'hold', mids: [8, 9], quarantine: 'Policy' },
    { do: 'release', mids: [8, 9] },
  ]);
});

it('keeps how to release what it holds in the queue', async () => {
  const taken = await take('email-hold-waiting', { mids: '8', reason: 'look at it' });
  expect(taken).toMatchObject({
    text: expect.stringMatching(/^1 message held in the queue on/),
    places: [],
    undoable: true,
  });
  await take('email-hold-waiting', { ...about(BAD.value), reason: 'look at it' });
  await at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'harmless' } });
  expect(orders.map(({ act }) => act)).toMatchObject([
    { do: 'hold', mids: [8], quarantine: '' },
    { do: 'hunt', items: [{ kind: 'sender', value: BAD.value }], with: 'hold' },
    { do: 'release', mids: [8] },
  ]);
});

it('the same Idempotency-Key is one effect, and the answer says so', async () => {
  const headers = { cookie: at.cookie, 'idempotency-key': crypto.randomUUID() };
  const url = `${at.url}${trigger.path.replace(':module', module).replace(':action', 'email-release-quarantined')}?mids=8`;
  const [first, second] = [
    await fetch(url, { method: 'POST', headers }),
    await fetch(url, { method: 'POST', headers }),
  ];
  expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ]);
  expect(await second.json()).toEqual(await first.json());
  expect(orders).toHaveLength(1);
});

it('reaches no appliance where its administrator did not allow it', async () => {
  esa.takes = false;
  const { data, errors } = await offers(BAD);
  expect(data).toEqual([]);
  expect(errors).toMatchObject([{ code: 'remote-response-off', type: 'warning', module: 'esa03' }]);
  const taken = await take('email-block-sender', { ...about(BAD.value), reason: 'x' });
  expect(taken).toMatchObject({ status: 'failure', undoable: false });
  expect(taken.errors).toMatchObject([
    { code: 'remote-response-off', message: expect.stringContaining('Cloud Service Settings') },
  ]);
});

it('says what is wrong with what was sent', async () => {
  for (const [action, query, code] of [
    ['email-block-sender', about('no address'), 'action-input'],
    ['email-block-sender', { ...about(BAD.value), hours: 'soon' }, 'action-input'],
    ['email-release-quarantined', { mids: '1;2' }, 'action-input'],
    ['email-burn', {}, 'action-unknown'],
    ['email-block-sender', { ...about(BAD.value), appliances: crypto.randomUUID() }, 'not-found'],
  ] as const)
    expect((await take(action, query)).errors, action).toMatchObject([{ code }]);
  expect(orders).toEqual([]);
});

it('is for those whose role allows it; modules and deeds that are not there are as if they did not exist', async () => {
  const { link } = await at.admin(addUser, { body: { name: 'ann', role: 'analyst' } });
  const password = 'a password of an analyst';
  await at.call(acceptLink, { body: { token: new URL(link.url).hash.slice(1), password } });
  const res = await fetch(at.url + logIn.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ann', password }),
  });
  const ann = client({ base: at.url, headers: { cookie: cookieOf(res) } });
  const body = { key: crypto.randomUUID(), module, action: 'email-block-sender', query: about(BAD.value) };
  await expect(ann(takeAction, { body })).rejects.toMatchObject({ code: 'forbidden' });
  const elsewhere = { ...body, module: crypto.randomUUID() };
  await expect(at.admin(takeAction, { body: elsewhere })).rejects.toMatchObject({ status: 404 });
  const gone = { params: { id: crypto.randomUUID() }, body: { reason: 'x' } };
  await expect(at.admin(undoAction, gone)).rejects.toMatchObject({ code: 'not_found' });
  expect(orders).toEqual([]);
});

it('takes the messages of a sighting from its relations', async () => {
  const mid = { type: 'cisco_mid', value: '8' };
  const relations = [{ source: BAD, relation: 'Related_To', related: mid }];
  const { data } = await at.admin(respondSighting, {
    query: {},
    body: { observables: [BAD], targets: [], relations },
  });
  expect(data.map(({ id }) => id)).toEqual(['email-block-sender']);
});
