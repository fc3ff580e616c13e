import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Call,
  client,
  commitConfig,
  getCloud,
  getState,
  listEntries,
  logIn,
  mailStatus,
  registerCloud,
  searchTracking,
  setUp,
  submitConfig,
} from '@sightline/api';
import { createTransport } from 'nodemailer';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { app } from './app.ts';
import { openTestHub, type TestHub } from './connector/testhub.ts';
import type { Appliance } from './life.ts';

const LOGIN = { name: 'admin', password: 'correct horse battery' };
let dir: string;
let hub: TestHub;
let esa: Appliance;
const open = async (): Promise<Appliance> => {
  esa = await app({
    dataDir: dir,
    console: { host: '127.0.0.1', port: 0 },
    seed: {
      hostname: 'esa03.example.com',
      listener: { port: 0 },
      recipientDomains: ['example.com'],
      cloud: { servers: [{ name: 'AMERICAS', url: hub.url }] },
    },
    log: pino({ level: 'silent' }),
    dns: { reverse: async () => [], addresses: async () => [] },
  });
  await esa.start();
  return esa;
};
const visit = (): Call => {
  let cookie = '';
  return client({
    base: esa.consoleUrl,
    headers: { origin: esa.consoleUrl },
    fetch: async (input, init) => {
      const res = await fetch(input, { ...init, headers: { ...(init?.headers as object), cookie } });
      cookie = res.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      return res;
    },
  });
};
async function until<T>(ask: () => Promise<T>, is: (value: T) => boolean): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const value = await ask();
    if (is(value)) return value;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`does not come: ${JSON.stringify(await ask())}`);
}

beforeEach(async () => {
  dir = join(mkdtempSync(join(tmpdir(), 'appliance-')), 'data');
  hub = await openTestHub();
});
afterEach(async () => {
  await esa.stop();
  await hub.stop();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

it('set up, enabled, registered; a message sent by SMTP is found in the console and by the exchange', async () => {
  await open();
  const call = visit();
  await call(setUp, { body: { ...LOGIN, token: esa.setupToken ?? '' } });
  await call(submitConfig, { body: { cloud: { enabled: true } } });
  await call(commitConfig, { body: {} });
  await until(
    () => call(getCloud),
    (cloud) => cloud.state === 'ready',
  );
  await call(registerCloud, { body: { token: hub.token() } });
  const { deviceId } = await until(
    () => call(getCloud),
    (cloud) => cloud.connected,
  );
  expect(hub.devices.get(deviceId)?.facts).toMatchObject({
    name: 'esa03.example.com',
    serial: expect.stringMatching(/^[0-9A-F]{12}-[0-9A-F]{7}$/),
  });

  await createTransport({ host: '127.0.0.1', port: esa.smtpPort, ignoreTLS: true }).sendMail({
    from: 'ann@example.org',
    to: 'bob@example.com',
    subject: 'test test',
    text: 'hello',
  });
  const now = Date.now();
  const body = { range: { from: now - 60_000, to: now + 60_000 } };
  const { rows } = await until(
    () => call(searchTracking, { body }),
    (found) => found.total === 1,
  );
  expect(rows[0]).toMatchObject({ subject: 'test test', sender: 'ann@example.org', mid: 1 });
  expect((await call(mailStatus)).accepted).toBe(1);
  const keys = [{ key: 'subject' as const, value: 'test test' }];
  expect(await hub.ask({ verb: 'lookup', body: { ...body, keys } })).toMatchObject({
    type: 'answer',
    body: { results: [{ total: 1, rows: [{ mid: 1 }] }] },
  });
  expect(await hub.ask({ verb: 'health' })).toMatchObject({ body: { version: '0.1.0' } });

  const items = [{ kind: 'sender' as const, value: 'ann@example.org' }];
  const order = {
    id: crypto.randomUUID(),
    actor: 'eve',
    reason: 'phishing',
    act: { do: 'block' as const, items, hours: 1 },
  };
  expect(await hub.ask({ verb: 'respond', body: order })).toMatchObject({
    type: 'fault',
    code: 'remote_response_off',
    message: expect.stringContaining('esa03.example.com does not take orders'),
  });
  await call(submitConfig, { body: { cloud: { remoteResponse: true } } });
  await call(commitConfig, { body: {} });
  const done = await hub.ask({ verb: 'respond', body: order });
  expect(done).toMatchObject({ type: 'answer', body: { id: order.id, done: 1, repeated: false } });
  expect((await call(listEntries, { query: {} })).entries).toMatchObject([
    { value: 'ann@example.org', actor: 'exchange:eve', reason: 'phishing' },
  ]);

  const look = { verb: 'content' as const, body: { mid: 1 } };
  expect(await hub.ask(look)).toMatchObject({ type: 'fault', code: 'remote_content_off' });
  await call(submitConfig, { body: { cloud: { remoteContent: true } } });
  await call(commitConfig, { body: {} });
  expect(await hub.ask(look)).toMatchObject({
    type: 'answer',
    body: {
      held: 'queue',
      text: expect.stringContaining('hello'),
      html: null,
      header: expect.stringContaining('Subject: test test'),
    },
  });
  expect(await hub.ask({ ...look, body: { mid: 99 } })).toMatchObject({ body: { held: 'none', text: '' } });
});

it('finds everything again after a restart, and needs no setup token', async () => {
  await open();
  await visit()(setUp, { body: { ...LOGIN, token: esa.setupToken ?? '' } });
  await esa.stop();
  await open();
  expect(esa.setupToken).toBeUndefined();
  const call = visit();
  expect(await call(getState)).toMatchObject({ setUp: true, place: 'esa03.example.com' });
  expect(await call(logIn, { body: LOGIN })).toMatchObject({ role: 'administrator' });
});

it('moves the mail listener at a commit; a port that is taken undoes it with the reason', async () => {
  await open();
  const call = visit();
  await call(setUp, { body: { ...LOGIN, token: esa.setupToken ?? '' } });
  const before = esa.smtpPort;
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => holder.once('listening', done));
  const { port } = holder.address() as { port: number };
  await call(submitConfig, { body: { listener: { port } } });
  await expect(call(commitConfig, { body: {} })).rejects.toMatchObject({ code: 'apply_failed' });
  expect(esa.smtpPort).toBe(before);
  await new Promise((done) => holder.close(done));
  await call(commitConfig, { body: {} });
  expect(esa.smtpPort).toBe(port);
});

it('keeps its data to itself, and refuses a second one on the same folder', async () => {
  await open();
  expect(statSync(dir).mode & 0o077).toBe(0);
  for (const file of ['conf.db', 'users.db', 'connector.db', 'device-key.json'])
    expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  await expect(app({ dataDir: dir, console: { host: '127.0.0.1', port: 0 } })).rejects.toThrow(
    'Another appliance is using',
  );
});

it('that cannot open its console says so and leaves nothing open', async () => {
  await open();
  const other = await app({
    dataDir: join(dir, '..', 'other'),
    console: { host: '127.0.0.1', port: Number(new URL(esa.consoleUrl).port) },
    seed: { listener: { port: 0 } },
    log: pino({ level: 'silent' }),
  });
  await expect(other.start()).rejects.toThrow('another program uses this port');
  await expect(
    createTransport({ host: '127.0.0.1', port: other.smtpPort, ignoreTLS: true }).sendMail({
      from: 'a@b.c',
      to: 'd@e.f',
    }),
  ).rejects.toThrow('ECONNREFUSED');
});
