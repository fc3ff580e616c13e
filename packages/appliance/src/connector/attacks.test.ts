/** What a broken or captured exchange, or whoever sits between, may try: no question of theirs is answered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type DeviceFacts, MAX_ANSWER, ORDER_TYPE, type Order, PART_UNITS } from '@sightline/api';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connector } from './connector.ts';
import { answerFrames } from './frame.ts';
import { loadIdentity } from './identity.ts';
import { orders } from './order.ts';
import { openRegistrations } from './store.ts';
import { hubKey, jws, openTestHub, signedAsk, type TestHub } from './testhub.ts';

const FACTS: DeviceFacts = {
  name: 'esa03.example.com',
  type: 'ESA',
  product: 'Sightline',
  version: '0.1.0',
  serial: '1',
  ip: '127.0.0.1',
  connectorVersion: '1.0.0',
};

let dir: string;
let hub: TestHub;
let connector: Connector;
let served = 0;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'attacks-'));
  hub = await openTestHub();
  served = 0;
  connector = new Connector({
    identity: await loadIdentity(join(dir, 'key.json')),
    registrations: openRegistrations(join(dir, 'connector.db')),
    answers: {
      lookup: async () => ({ results: [], indexedUntil: 0 }),
      search: async () => ({ rows: [], total: 0, totalIs: 'exact' as const, indexedUntil: 0 }),
      details: async () => undefined,
      health: () => {
        served += 1;
        return { version: '1', uptimeS: 1, queued: 0, indexedUntil: 0 };
      },
    },
    facts: () => FACTS,
    log: pino({ level: 'silent' }),
    clock: Date.now,
    random: Math.random,
    fetch,
    pace: { base: 5, cap: 50, lost: 20 },
  });
  connector.apply(
    Config.parse({ cloud: { enabled: true, server: 'TEST', servers: [{ name: 'TEST', url: hub.url }] } }),
  );
  await expect.poll(() => connector.view().state).toBe('ready');
  connector.register(hub.token());
  await hub.socket();
});
afterEach(async () => {
  await connector.stop();
  await hub.stop();
  rmSync(dir, { recursive: true, force: true });
});

const HEALTH = { verb: 'health', body: {} };
/** The frame that comes back for a signed text. */
const answerTo = async (signed: string, id = crypto.randomUUID()) => {
  hub.frames.length = 0;
  (await hub.socket()).send(JSON.stringify({ type: 'ask', id, signed }));
  await expect.poll(() => hub.frames.length).toBe(1);
  return hub.frames[0];
};
const forged = async (change: Partial<Order>) => {
  hub.forge = (order) => ({ ...order, ...change });
  const id = crypto.randomUUID();
  const signed = signedAsk(hub, id, HEALTH, 5000);
  hub.forge = (order) => order;
  return answerTo(signed, id);
};
const refusal = (reason: string) => ({
  type: 'fault',
  code: 'bad_signature',
  message: expect.stringContaining(reason),
});

test('a question as agreed is answered', async () => {
  expect(await hub.ask({ verb: 'health' })).toMatchObject({ type: 'answer' });
  expect(served).toBe(1);
});

test.each<[string, Partial<Order>, string]>([
  ['for another device', { aud: '00000000-0000-4000-8000-000000000000' }, 'another device'],
  ['for another frame', { jti: 'x' }, 'another frame'],
  ['of another connection', { session: 'ffffffffffffffffffff' }, 'another connection'],
  ['that is over', { exp: Math.floor(Date.now() / 1000) - 400 }, 'it is over'],
  ['without a number', { seq: 0 }, 'not as agreed'],
])('a question %s is refused', async (_, change, reason) => {
  expect(await forged(change)).toMatchObject(refusal(reason));
  expect(served).toBe(0);
});

test('a replayed question is refused', async () => {
  const id = crypto.randomUUID();
  const signed = signedAsk(hub, id, HEALTH, 5000);
  expect(await answerTo(signed, id)).toMatchObject({ type: 'answer' });
  expect(await answerTo(signed, id)).toMatchObject(refusal('asked before'));
  expect(served).toBe(1);
});

test('a question recorded on an earlier connection is refused', async () => {
  const id = crypto.randomUUID();
  const signed = signedAsk(hub, id, HEALTH, 5000);
  (await hub.socket()).terminate();
  await expect.poll(() => hub.welcomes).toBe(2);
  await hub.socket();
  expect(await answerTo(signed, id)).toMatchObject(refusal('another connection'));
  expect(served).toBe(0);
});

test.each<[string, (order: Order) => string, string]>([
  [
    'no signature',
    (o) => jwsParts({ alg: 'EdDSA', typ: ORDER_TYPE, kid: hub.key.kid }, o, ''),
    'signature is wrong',
  ],
  [
    'alg none',
    (o) => jwsParts({ alg: 'none', typ: ORDER_TYPE, kid: hub.key.kid }, o, ''),
    'not signed as agreed',
  ],
  [
    'alg HS256',
    (o) => jwsParts({ alg: 'HS256', typ: ORDER_TYPE, kid: hub.key.kid }, o, 'AAAA'),
    'not signed',
  ],
  [
    'another type of JWT',
    (o) => jws({ alg: 'EdDSA', typ: 'JWT', kid: hub.key.kid }, o, hub.key.private),
    'not signed',
  ],
  ['a foreign key', (o) => foreign(o, hub.key.kid), 'signature is wrong'],
  ['an unknown key id', (o) => foreign(o, 'x'.repeat(43)), 'not the one that was pinned'],
  ['no JWS at all', () => 'health', 'not signed as agreed'],
])('a question with %s is refused', async (_, sign, reason) => {
  const id = crypto.randomUUID();
  const [aud = ''] = hub.devices.keys();
  const exp = Math.ceil(Date.now() / 1000) + 60;
  const order = { aud, jti: id, session: hub.session, seq: 1, exp, deadlineMs: 1000, question: HEALTH };
  expect(await answerTo(sign(order), id)).toMatchObject(refusal(reason));
  expect(served).toBe(0);
});

const jwsParts = (header: object, payload: object, signature: string): string =>
  [header, payload].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.') +
  `.${signature}`;
const foreign = (order: Order, kid: string): string =>
  jws({ alg: 'EdDSA', typ: ORDER_TYPE, kid }, order, hubKey().private);

test('without a pinned key nothing is answered', () => {
  const { private: key, kid } = hubKey();
  const check = orders({ deviceId: 'd', session: 's', hubKeys: [], now: Date.now });
  expect(check(jws({ alg: 'EdDSA', typ: ORDER_TYPE, kid }, {}, key), 'a')).toMatchObject({ is: 'bad' });
});

test('what the exchange does not ask over its own verbs is not done', async () => {
  const id = crypto.randomUUID();
  const signed = signedAsk(hub, id, { verb: 'delete', body: { mid: 1 } }, 5000);
  expect(await answerTo(signed, id)).toMatchObject({ type: 'fault', code: 'bad_request' });
});

test('a large answer comes in numbered parts that fit into a frame, whatever is in it', () => {
  const body = { text: '"\\\u{1F600}\u0000'.repeat(PART_UNITS / 4) };
  const frames = [...answerFrames('a', body)];
  expect(frames.length).toBeGreaterThan(2);
  const sizes = frames.map((frame) => Buffer.byteLength(JSON.stringify(frame)));
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
  const text = frames.map((frame) => (frame.type === 'part' ? frame.text : '')).join('');
  expect(JSON.parse(text)).toEqual(body);
  expect(frames.map((frame) => frame.type === 'part' && frame.last)).toEqual(
    frames.map((_, i) => i === frames.length - 1),
  );
  expect(MAX_ANSWER / PART_UNITS).toBeLessThan(256);
});
