/** Every way in which the exchange is not reached, each with a real little server, and what the page then says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type Obstacle } from '@sightline/api';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPIRED, GOOD, KEY, NOT_YET, OTHER_NAME } from './certificate.fixture.ts';
import { Connector } from './connector.ts';
import { loadIdentity } from './identity.ts';
import { openRegistrations } from './store.ts';

let dir: string;
let connector: Connector;
let servers: Server[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'obstacle-'));
  servers = [];
  connector = new Connector({
    identity: await loadIdentity(join(dir, 'key.json')),
    registrations: openRegistrations(join(dir, 'connector.db')),
    answers: {} as never,
    facts: () => {
      throw new Error('not asked here');
    },
    log: pino({ level: 'silent' }),
    clock: Date.now,
    random: Math.random,
    fetch,
    pace: { base: 60_000, cap: 60_000, lost: 60_000 },
  });
});
afterEach(async () => {
  await connector.stop();
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true, force: true });
});

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return (server.address() as AddressInfo).port;
};
const closedPort = async (): Promise<number> => {
  const port = await listen(createTcp());
  await new Promise((done) => servers.pop()?.close(done));
  return port;
};

/** An exchange whose clock is wrong by so much, ms. */
const exchange =
  (skew = 0): RequestListener =>
  (_, res) => {
    const nonce = { nonce: 'a-nonce', now: Date.now() + skew, region: 'americas' };
    res
      .writeHead(200, { 'content-type': 'application/json', connection: 'close' })
      .end(JSON.stringify(nonce));
  };
const plain = async (skew = 0): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(exchange(skew)))}`;
const secure = async (cert: string): Promise<string> =>
  `https://127.0.0.1:${await listen(createTls({ key: KEY, cert }, exchange()))}`;

/** A proxy that lets out who knows the password, or answers with that status. */
const proxy = async (status = 200): Promise<string> => {
  const server = createServer();
  server.on('connect', (req, socket) => {
    const [host = '', port = ''] = (req.url ?? '').split(':');
    const wanted = `Basic ${Buffer.from('user:secret word').toString('base64')}`;
    const answer = req.headers['proxy-authorization'] === wanted ? status : 407;
    socket.on('error', () => {});
    if (answer !== 200) return void socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const out = connect(Number(port), host);
    out.on('error', () => socket.destroy());
    out.pipe(socket).pipe(out);
  });
  return `http://user@127.0.0.1:${await listen(server)}`;
};

interface Way {
  url: string;
  proxy?: string;
  proxyPassword?: string;
  ca?: string;
}

const apply = ({ url, ...way }: Way): void =>
  connector.apply(Config.parse({ cloud: { enabled: true, servers: [{ name: 'AMERICAS', url }], ...way } }));

/** Commits such settings and waits until the connector has made up its mind. */
async function tried(way: Way) {
  apply(way);
  for (let i = 0; i < 500 && connector.view().state === 'busy'; i++)
    await new Promise((done) => setTimeout(done, 10));
  return connector.view();
}

const PASSWORD = { proxyPassword: 'secret word' };

describe('the way to the exchange is broken', () => {
  const cases: [string, Obstacle, RegExp, () => Promise<Way>][] = [
    ['DNS', 'dns', /name exchange\.invalid is not known/, async () => ({ url: 'https://exchange.invalid' })],
    [
      'a refused port',
      'refused',
      /refused the connection/,
      async () => ({ url: `http://127.0.0.1:${await closedPort()}` }),
    ],
    [
      'a certificate that nobody vouches for',
      'tls',
      /is not trusted.*inspecting TLS/,
      async () => ({ url: await secure(GOOD) }),
    ],
    [
      'an expired certificate',
      'tls',
      /has expired/,
      async () => ({ url: await secure(EXPIRED), ca: EXPIRED }),
    ],
    [
      'a certificate of another name',
      'tls',
      /certificate is not for/,
      async () => ({ url: await secure(OTHER_NAME), ca: OTHER_NAME }),
    ],
    [
      'a clock that is years behind',
      'clock',
      /not valid yet. Check the clock/,
      async () => ({ url: await secure(NOT_YET), ca: NOT_YET }),
    ],
    [
      'plain HTTP where TLS is expected',
      'protocol',
      /does not speak the expected protocol/,
      async () => ({ url: (await plain()).replace('http:', 'https:') }),
    ],
    [
      'some other web server',
      'protocol',
      /not as an exchange/,
      async () => ({ url: `http://127.0.0.1:${await listen(createServer((_, res) => res.end('hello')))}` }),
    ],
    [
      'a proxy that is not there',
      'proxy',
      /the proxy refused the connection/,
      async () => ({ url: await plain(), proxy: `http://127.0.0.1:${await closedPort()}` }),
    ],
    [
      'a proxy whose name is not known',
      'proxy',
      /name of the proxy is not known/,
      async () => ({ url: await plain(), proxy: 'http://proxy.invalid:3128' }),
    ],
    [
      'a proxy that wants another password',
      'proxy',
      /wants another user name or password/,
      async () => ({ url: await plain(), proxy: await proxy(), proxyPassword: 'wrong' }),
    ],
    [
      'a proxy that forbids it',
      'proxy',
      /does not let this appliance reach/,
      async () => ({ url: await plain(), proxy: await proxy(403), ...PASSWORD }),
    ],
  ];

  it.each(cases)('by %s', async (_, obstacle, words, way) => {
    const view = await tried(await way());
    expect(view).toMatchObject({ state: 'unreachable', obstacle });
    expect(view.status).toMatch(words);
    expect(view.status).not.toMatch(/secret word|wrong/);
    expect(connector.connection().lastError).toMatchObject({ obstacle });
    expect(await connector.test()).toMatchObject({ ok: false, obstacle, skewMs: null });
  });
});

describe('the way is open', () => {
  it('through a proxy with a password', async () => {
    expect(await tried({ url: await plain(), proxy: await proxy(), ...PASSWORD })).toMatchObject({
      state: 'ready',
      obstacle: '',
    });
  });

  it('over TLS through a proxy to a certificate of an authority of our own', async () => {
    const way = { url: await secure(GOOD), ca: GOOD, proxy: await proxy(), ...PASSWORD };
    expect(await tried(way)).toMatchObject({ state: 'ready', obstacle: '' });
  });

  it('and the clock is ten minutes wrong: said, but not in the way', async () => {
    const view = await tried({ url: await plain(600_000) });
    expect(view).toMatchObject({ state: 'ready', obstacle: 'clock' });
    expect(view.status).toContain('10 minutes behind the exchange');
    const test = await connector.test();
    expect(test).toMatchObject({ ok: true, obstacle: 'clock', region: 'americas' });
    expect(Math.abs((test.skewMs ?? 0) - 600_000)).toBeLessThan(2000);
  });
});

it('is tried again at once when a test finds it open', async () => {
  const port = await closedPort();
  expect((await tried({ url: `http://127.0.0.1:${port}` })).state).toBe('unreachable');
  const server = createServer(exchange()).listen(port, '127.0.0.1');
  servers.push(server);
  await new Promise((done) => server.once('listening', done));
  expect(await connector.test()).toMatchObject({ ok: true });
  for (let i = 0; i < 300 && connector.view().state !== 'ready'; i++)
    await new Promise((done) => setTimeout(done, 10));
  expect(connector.view().state).toBe('ready');
});

it('says nothing of an exchange that is switched off', async () => {
  await expect(connector.test()).rejects.toMatchObject({ code: 'cloud_disabled' });
});
