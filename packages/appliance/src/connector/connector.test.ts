import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE, Config, type DeviceFacts, Fault, fail, MAX_FRAME, PROTOCOL } from '@sightline/api';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudView, Connector } from './connector.ts';
import { loadIdentity } from './identity.ts';
import type { Answers } from './serve.ts';
import { openRegistrations } from './store.ts';
import { ORGANISATION, openTestHub, signedAsk, type TestHub } from './testhub.ts';

const FACTS: DeviceFacts = {
  name: 'esa03.example.com',
  type: 'ESA',
  product: 'Sightline',
  version: '0.1.0',
  serial: '0123456789AB-0123456',
  ip: '127.0.0.1',
  connectorVersion: '1.0.0',
};
const ANSWERS: Answers = {
  lookup: async ({ keys }) => ({
    results: keys.map((k) => ({ ...k, total: 0, rows: [] })),
    indexedUntil: 5,
  }),
  search: () => new Promise(() => {}),
  details: async () => undefined,
  health: () => ({ version: '0.1.0', uptimeS: 1, queued: 2, indexedUntil: 5 }),
};

const at = (url: string, more: Partial<Config['cloud']> = {}, managedBy = ''): Config =>
  Config.parse({
    managedBy,
    cloud: {
      enabled: true,
      servers: [
        { name: 'AMERICAS', url },
        { name: 'EUROPE', url: 'http://127.0.0.2:9' },
      ],
      ...more,
    },
  });

let dir: string;
let hub: TestHub;
let connector: Connector;
const open = async (
  heartbeatMs?: number,
  keys: { clock?: () => number; keyCheckMs?: number } = {},
): Promise<Connector> => {
  connector = new Connector({
    identity: await loadIdentity(join(dir, 'key.json')),
    registrations: openRegistrations(join(dir, 'connector.db')),
    answers: ANSWERS,
    facts: () => FACTS,
    log: pino({ level: 'silent' }),
    clock: Date.now,
    random: Math.random,
    fetch,
    pace: { base: 5, cap: 50, lost: 20 },
    heartbeatMs,
    ...keys,
  });
  return connector;
};
const until = async (is: (view: CloudView) => boolean): Promise<CloudView> => {
  for (let i = 0; i < 500; i++) {
    const view = connector.view();
    if (is(view)) return view;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`state does not come; it is ${JSON.stringify(connector.view())}`);
};
const inState = (state: string) => until((view) => view.state === state);
const registered = async (): Promise<CloudView> => {
  connector.apply(at(hub.url));
  await inState('ready');
  connector.register(hub.token());
  return until((view) => view.connected);
};
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
  }
  return 'nothing thrown';
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'connector-'));
  hub = await openTestHub();
  await open();
});
afterEach(async () => {
  await connector.stop();
  await hub.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('before a token', () => {
  it('is disabled, takes no token', () => {
    expect(connector.view()).toMatchObject({ state: 'disabled', enabled: false, cause: '' });
    expect(codeOf(() => connector.register(hub.token()))).toBe('cloud_disabled');
  });

  it('is busy just after the commit, then ready', async () => {
    connector.apply(at(hub.url));
    expect(connector.view()).toMatchObject({
      state: 'busy',
      server: 'AMERICAS',
      serverUrl: hub.url,
      status:
        'The exchange AMERICAS is being contacted. Navigate back to this page after some time to check the appliance status.',
    });
    expect(codeOf(() => connector.register(hub.token()))).toBe('cloud_busy');
    expect((await inState('ready')).lastContact).not.toBeNull();
  });

  it('says that nobody listens, and gets ready by itself when somebody does', async () => {
    const { port } = new URL(hub.url);
    await hub.stop();
    connector.apply(at(hub.url));
    const view = await inState('unreachable');
    expect(view.cause).toBe('exchange_unreachable');
    expect(view.status).toContain(`127.0.0.1:${port} refused the connection`);
    expect(codeOf(() => connector.register(hub.token()))).toBe('exchange_unreachable');
    hub = await openTestHub(Number(port));
    await inState('ready');
  });

  it('says that a name is not known', async () => {
    connector.apply(at('https://exchange.invalid'));
    expect((await inState('unreachable')).status).toContain('Check the DNS servers of this appliance');
  });

  it('says that plain HTTP is answered where TLS is expected', async () => {
    connector.apply(at(hub.url.replace('http:', 'https:')));
    expect((await inState('unreachable')).status).toContain('does not speak the expected protocol');
  });

  it('says that something else than an exchange answers', async () => {
    const other = createServer((_, res) => res.end('<h1>It works</h1>')).listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    connector.apply(at(`http://127.0.0.1:${(other.address() as AddressInfo).port}`));
    expect((await inState('unreachable')).status).toContain('answers, but not as an exchange');
    other.closeAllConnections();
    other.close();
  });

  it('does not follow a redirect', async () => {
    let followed = false;
    const other = createServer((req, res) => {
      followed ||= req.url === '/elsewhere';
      res.writeHead(302, { location: '/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    connector.apply(at(`http://127.0.0.1:${(other.address() as AddressInfo).port}`));
    await inState('unreachable');
    expect(followed).toBe(false);
    other.closeAllConnections();
    other.close();
  });

  it('leaves registration to the central appliance', async () => {
    connector.apply(at(hub.url, {}, 'sma.example.com'));
    const view = await inState('managed');
    expect(view.status).toContain('Register sma.example.com with the exchange instead');
    expect(codeOf(() => connector.register(hub.token()))).toBe('centrally_managed');
  });
});

describe('a token', () => {
  it('registers: at once the request is initiated, then in progress, then registered and connected', async () => {
    connector.apply(at(hub.url));
    await inState('ready');
    const first = connector.register(hub.token());
    expect(first.state).toBe('registering');
    expect(first.status).toBe(
      'A request to register your appliance with the Threat Response portal is initiated. Navigate back to this page after some time to check the appliance status.',
    );
    expect(connector.view().status).toBe(
      'The appliance registration is in progress. Navigate back to this page after some time to check the appliance status.',
    );
    const view = await until((v) => v.connected);
    expect(view).toMatchObject({ state: 'registered', organisation: ORGANISATION, cause: '' });
    expect(hub.devices.get(view.deviceId)?.facts).toEqual(FACTS);
    expect(codeOf(() => connector.register(hub.token()))).toBe('already_registered');
  });

  it('that is no token is told at once', async () => {
    connector.apply(at(hub.url));
    await inState('ready');
    expect(codeOf(() => connector.register('0123456789abcdef0123456789abcdef'))).toBe('token_malformed');
    expect(connector.view().state).toBe('ready');
  });

  it.each([
    [fail('token_invalid'), 'invalid or expired'],
    [
      fail('wrong_region', { token_region: 'EUROPE', this_region: 'AMERICAS' }),
      'Set Threat Response Server to EUROPE, commit, and register again',
    ],
    [fail('service_not_enabled', { region: 'AMERICAS' }), 'Switch it on in the exchange AMERICAS'],
    [
      fail('version_unsupported', { product: 'Sightline', version: '0.1.0', minimum: '2.0' }),
      'at least 2.0 is needed',
    ],
  ])('that is refused says why, and another can be tried (%s)', async (fault, sentence) => {
    hub.refuse.enrol = fault;
    connector.apply(at(hub.url));
    await inState('ready');
    connector.register(hub.token());
    const view = await inState('failed');
    expect(view.cause).toBe(fault.code);
    expect(view.status).toContain(sentence);
    hub.refuse.enrol = undefined;
    connector.register(hub.token());
    await until((v) => v.connected);
  });

  it('survives answers that get lost on the way', async () => {
    hub.loseAnswers = 2;
    await registered();
    expect(hub.devices.size).toBe(1);
  });

  it('fails with the cause when no answer comes at all', async () => {
    connector.apply(at(hub.url));
    await inState('ready');
    await hub.stop();
    connector.register(hub.token());
    const view = await inState('failed');
    expect(view).toMatchObject({ cause: 'exchange_unreachable' });
    expect(view.status).toContain('The exchange AMERICAS cannot be reached');
    hub = await openTestHub();
  });

  it('works with a clock that is wrong, and the page says that it is', async () => {
    hub.skew = 20 * 60_000;
    const view = await registered();
    expect(view.status).toContain('The clock of this appliance is 20 minutes behind the exchange');
  });
});

describe('the link', () => {
  it('comes back after a restart with the same device, without a token', async () => {
    const before = await registered();
    await connector.stop();
    await open();
    connector.apply(at(hub.url));
    const after = await until((v) => v.connected);
    expect(after.deviceId).toBe(before.deviceId);
    expect(hub.devices.size).toBe(1);
  });

  it('comes back after it was lost, and says meanwhile why it is not there', async () => {
    await registered();
    const { port } = new URL(hub.url);
    const { devices } = hub;
    await hub.stop();
    const view = await until((v) => !v.connected && v.status.includes('not connected'));
    expect(view.state).toBe('registered');
    hub = await openTestHub(Number(port));
    for (const [id, device] of devices) hub.devices.set(id, device);
    await until((v) => v.connected);
    expect(connector.view().status).not.toContain('not connected');
  });

  it('comes back after a goodbye, not before the time that was asked for', async () => {
    await registered();
    const start = Date.now();
    await hub.send({ type: 'goodbye', retryAfterMs: 300 });
    await until((v) => !v.connected);
    await until((v) => v.connected);
    expect(Date.now() - start).toBeGreaterThanOrEqual(295);
    expect(hub.welcomes).toBe(2);
  });

  it('says when another machine took its place', async () => {
    await registered();
    hub.refuse.link = fail('unavailable');
    (await hub.socket()).close(CLOSE.replaced);
    expect((await until((v) => !v.connected)).state).toBe('registered');
    hub.refuse.link = undefined;
    await until((v) => v.connected);
  });

  it.each(['closed by the exchange', 'refused at the next connect'])(
    'ends for good when the device was removed (%s)',
    async (how) => {
      const { deviceId } = await registered();
      hub.devices.delete(deviceId);
      (await hub.socket()).close(how === 'closed by the exchange' ? CLOSE.revoked : CLOSE.goingAway);
      const view = await inState('failed');
      expect(view.cause).toBe('device_revoked');
      expect(view.status).toContain('was removed from the exchange AMERICAS');
      const { welcomes } = hub;
      await new Promise((done) => setTimeout(done, 150));
      expect(hub.welcomes).toBe(welcomes);
      await connector.stop();
      await open();
      connector.apply(at(hub.url));
      expect((await inState('failed')).cause).toBe('device_revoked');
      connector.register(hub.token());
      await until((v) => v.connected);
    },
  );

  it('is cut when Threat Response is disabled, and comes back when it is enabled', async () => {
    await registered();
    const socket = await hub.socket();
    const closed = new Promise((done) => socket.once('close', done));
    connector.apply(at(hub.url, { enabled: false }));
    await closed;
    expect(await inState('disabled')).toMatchObject({ connected: false, deviceId: '' });
    connector.apply(at(hub.url));
    await until((v) => v.connected);
  });

  it('is cut when another server is chosen', async () => {
    await registered();
    const socket = await hub.socket();
    const closed = new Promise((done) => socket.once('close', done));
    connector.apply(at(hub.url, { server: 'EUROPE' }));
    await closed;
    expect((await inState('unreachable')).server).toBe('EUROPE');
  });

  it('ends when the exchange is silent for two heartbeats', async () => {
    await connector.stop();
    await open(100);
    await registered();
    const socket = await hub.socket();
    const before = hub.welcomes;
    socket.pause();
    // The moment without a connection may be too short to be seen: the next welcome tells.
    await until((v) => v.connected && hub.welcomes > before);
    socket.terminate();
  });
});

it('measures the round trip of the link and lists what was asked', async () => {
  await registered();
  await hub.ask({ verb: 'health' });
  for (let i = 0; i < 200 && connector.connection().log.length === 0; i++)
    await new Promise((done) => setTimeout(done, 10));
  const now = connector.connection();
  expect(now).toMatchObject({ connected: true, protocol: PROTOCOL, queries: 1, queriesSinceStart: 1 });
  expect(now.since).not.toBeNull();
  expect(now.roundTripMs).toBeGreaterThan(0);
  expect(now.roundTripMs).toBeLessThan(2000);
  expect(now.log).toMatchObject([{ verb: 'health', fault: '' }]);
});

describe('the key', () => {
  const keyAtHub = (): string => [...hub.devices.values()][0]?.key.x ?? '';

  it('is replaced on demand while the connection stays; nothing to replace before the registration', async () => {
    connector.apply(at(hub.url));
    await inState('ready');
    await expect(connector.renewKey()).rejects.toMatchObject({ code: 'not_registered' });
    expect(connector.connection().keySince).toBeNull();
    await registered();
    const before = keyAtHub();
    const now = await connector.renewKey();
    expect(keyAtHub()).not.toBe(before);
    expect(Date.now() - Date.parse(now.keySince ?? '')).toBeLessThan(5000);
    expect(now.connected).toBe(true);
    expect(hub.welcomes).toBe(1);
  });

  it('is replaced after ninety days also when the connection never ends', async () => {
    let later = 0;
    await connector.stop();
    await open(undefined, { clock: () => Date.now() + later, keyCheckMs: 20 });
    await registered();
    const before = keyAtHub();
    await new Promise((done) => setTimeout(done, 100));
    expect(keyAtHub()).toBe(before);
    later = 91 * 86_400_000;
    hub.skew = later;
    for (let i = 0; i < 300 && keyAtHub() === before; i++) await new Promise((done) => setTimeout(done, 10));
    expect(keyAtHub()).not.toBe(before);
    expect(hub.welcomes).toBe(1);
  });

  it('says why it could not be replaced', async () => {
    await registered();
    await hub.stop();
    await expect(connector.renewKey()).rejects.toMatchObject({ code: 'exchange_unreachable' });
    hub = await openTestHub();
  });
});

describe('questions', () => {
  it('are answered, counted, and none of them at a time stops another', async () => {
    await registered();
    const slow = hub.ask({ verb: 'search', body: { range: { from: 0, to: 1 } } }, 200);
    expect(await hub.ask({ verb: 'health' })).toMatchObject({ type: 'answer', body: { queued: 2 } });
    const lookup = { range: { from: 0, to: 1 }, keys: [{ key: 'ip' as const, value: '192.0.2.1' }] };
    expect(await hub.ask({ verb: 'lookup', body: lookup })).toMatchObject({
      type: 'answer',
      body: { results: [{ total: 0 }], indexedUntil: 5 },
    });
    expect(await slow).toMatchObject({ type: 'fault', code: 'device_timeout' });
    expect(await hub.ask({ verb: 'details', body: { mid: 7 } })).toMatchObject({
      type: 'fault',
      code: 'not_found',
    });
    expect(connector.view().queries).toBe(4);
  });

  it('that are cancelled end without an answer', async () => {
    await registered();
    const range = { from: 0, to: 1 };
    const question = { verb: 'search', body: { range, limit: 1 } };
    await hub.send({ type: 'ask', id: 'a', signed: signedAsk(hub, 'a', question, 60_000) });
    await hub.send({ type: 'cancel', id: 'a' });
    await until((v) => v.queries === 1);
    await hub.ask({ verb: 'health' });
    expect(hub.frames).toEqual([]);
  });

  it('of a kind that this version does not know are refused one by one', async () => {
    await registered();
    const socket = await hub.socket();
    const signed = signedAsk(hub, 'b', { verb: 'delete_all' }, 10);
    socket.send(JSON.stringify({ type: 'ask', id: 'b', signed }));
    await hub.ask({ verb: 'health' });
    expect(hub.frames).toMatchObject([{ type: 'fault', id: 'b', code: 'bad_request' }]);
  });

  it.each([
    ['text that is no frame', 'hello?'],
    ['JSON that is no frame', '{"kind":"reboot"}'],
    ['a binary frame', Buffer.from('{"type":"cancel","id":"a"}')],
  ])('%s ends the connection', async (_, data) => {
    await registered();
    const socket = await hub.socket();
    const closed = new Promise((done) => socket.once('close', done));
    socket.send(data);
    expect(await closed).toBe(CLOSE.badFrame);
    await until((v) => v.connected && hub.welcomes === 2);
  });

  it('larger than the limit end the connection', async () => {
    await registered();
    const socket = await hub.socket();
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => {});
    socket.send(Buffer.alloc(MAX_FRAME + 1, ' '), { binary: false });
    await closed;
    await until((v) => v.connected && hub.welcomes === 2);
  });
});

describe('deregistering', () => {
  it('removes the device at both ends', async () => {
    await registered();
    const view = await connector.deregister();
    expect(view).toMatchObject({ state: 'ready', deviceId: '', connected: false });
    expect(view.status).toContain('no longer registered');
    expect(hub.devices.size).toBe(0);
    await expect(connector.deregister()).rejects.toMatchObject({ code: 'not_registered' });
    connector.register(hub.token());
    await until((v) => v.connected);
  });

  it('works without the exchange, and says what is left to do', async () => {
    await registered();
    await hub.stop();
    const view = await connector.deregister();
    expect(view.deviceId).toBe('');
    expect(view.status).toContain('Delete the device in the exchange AMERICAS too');
    hub = await openTestHub();
  });
});
