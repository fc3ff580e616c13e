import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { causeOf, obstacleOf } from './cause.ts';
import { GOOD, KEY } from './certificate.fixture.ts';
import { spkiPin, wayTo } from './way.ts';

const ca = GOOD;
let exchange: Server;
let plain: Server;
let proxy: Server;
/** What was asked of the proxy. */
const asked: { target: string; authorization: string | undefined }[] = [];
let status = 200;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async (server: Server): Promise<Server> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const tlsUrl = (): string => `https://127.0.0.1:${portOf(exchange)}`;
const proxyUrl = (user = ''): string => `http://${user}127.0.0.1:${portOf(proxy)}`;

function answer(req: IncomingMessage, res: import('node:http').ServerResponse): void {
  let text = '';
  req.on('data', (part) => {
    text += part;
  });
  req.on('end', () =>
    res.writeHead(req.url === '/none' ? 204 : 200).end(req.url === '/none' ? '' : `${req.method} ${text}`),
  );
}

beforeAll(async () => {
  exchange = await listening(createTls({ key: KEY, cert: GOOD }, answer));
  plain = await listening(createServer(answer));
  new WebSocketServer({ server: exchange }).on('connection', (ws) => ws.send('hello'));
  proxy = await listening(createServer());
  proxy.on('connect', (req, socket: Duplex) => {
    asked.push({ target: req.url ?? '', authorization: req.headers['proxy-authorization'] });
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = '', port] = (req.url ?? '').split(':');
    const out = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      out.pipe(socket).pipe(out);
    });
    out.on('error', () => socket.destroy());
    socket.on('error', () => out.destroy());
  });
});
afterAll(() => {
  for (const server of [exchange, plain, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (e: Error) => e,
  );
  return `${obstacleOf(error)}: ${causeOf(error, tlsUrl())}`;
};

describe('through a proxy', () => {
  test('requests and the link reach an exchange with TLS of an own authority', async () => {
    const url = tlsUrl();
    const way = wayTo({ url, proxy: proxyUrl('ann:s%3Ae@'), ca });
    const res = await way.fetch(`${url}/a`, { method: 'POST', body: 'x€', headers: { a: 'b' } });
    expect(await res.text()).toBe('POST x€');
    expect((await way.fetch(`${url}/none`)).status).toBe(204);
    const socket = new WebSocket(url.replace('https', 'wss'), { agent: way.agent });
    expect(String((await once(socket, 'message'))[0])).toBe('hello');
    socket.terminate();
    const target = url.slice('https://'.length);
    expect(asked[0]).toEqual({ target, authorization: `Basic ${btoa('ann:s:e')}` });
  });

  test('one without TLS too', async () => {
    const url = `http://127.0.0.1:${portOf(plain)}`;
    const res = await wayTo({ url, proxy: proxyUrl() }).fetch(`${url}/b`);
    expect(await res.text()).toBe('GET ');
    expect(asked.at(-1)).toEqual({ target: url.slice('http://'.length), authorization: undefined });
  });

  test.each([
    [407, 'another user name or password'],
    [403, 'does not let this appliance reach'],
    [502, 'it answered 502'],
  ])('%d is told as what it is', async (code, words) => {
    status = code;
    const way = wayTo({ url: tlsUrl(), proxy: proxyUrl(), ca });
    expect(await failure(way.fetch(tlsUrl()))).toMatch(new RegExp(`^proxy: .*${words}`));
    status = 200;
  });

  test('one that is not there is told', async () => {
    const way = wayTo({ url: tlsUrl(), proxy: 'http://127.0.0.1:1', ca });
    expect(await failure(way.fetch(tlsUrl()))).toContain('proxy: the proxy refused the connection');
  });
});

describe('TLS', () => {
  test('of an unknown authority is not trusted', async () => {
    expect(await failure(wayTo({ url: tlsUrl() }).fetch(tlsUrl()))).toMatch(/^tls: .*not trusted/);
  });

  test('must have one of the pinned keys, also when it is valid', async () => {
    const pin = spkiPin(new X509Certificate(ca));
    const other = 'A'.repeat(43).concat('=');
    const good = wayTo({ url: tlsUrl(), ca, pins: [other, pin] });
    expect((await good.fetch(tlsUrl())).status).toBe(200);
    const bad = wayTo({ url: tlsUrl(), ca, pins: [other] });
    await expect(bad.fetch(tlsUrl())).rejects.toMatchObject({ code: 'ERR_TLS_PIN' });
    const socket = new WebSocket(tlsUrl().replace('https', 'wss'), { agent: bad.agent });
    expect((await once(socket, 'error').catch((e) => [e]))[0]).toMatchObject({ code: 'ERR_TLS_PIN' });
  });
});

test('an aborted request ends with the reason', async () => {
  const silent = await listening(createServer(() => {}));
  const url = `http://127.0.0.1:${portOf(silent)}`;
  await expect(wayTo({ url }).fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  silent.closeAllConnections();
  silent.close();
});
