/** A hub for one run, with TLS in front of it so that relays can fetch its keys, and a program that calls it. */
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setUp } from '@sightline/api';
import { app } from '@sightline/hub';
import { pino } from 'pino';

const PASSWORD = 'correct horse battery staple';

export interface ConformanceHub {
  /** Calls as the administrator; the answer's JSON. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export async function conformanceHub(
  dir: string,
  tls: { key: string; cert: string },
): Promise<ConformanceHub> {
  let inner = 0;
  const front = createServer(tls, (req, res) => {
    const { method, url: path, headers } = req;
    const onward = request({ host: '127.0.0.1', port: inner, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const publicUrl = `https://localhost:${(front.address() as AddressInfo).port}`;
  const port = await freePort();
  inner = port;
  const hub = await app({
    dataDir: join(dir, 'hub'),
    listen: { host: '127.0.0.1', port },
    publicUrl,
    region: 'AMERICAS',
    regions: [],
    outboundAllow: ['127.0.0.0/8'],
    log: pino({ level: 'silent' }),
  });
  await hub.start();
  const base = `http://127.0.0.1:${port}`;
  const cookie = await enter(base, hub.setupToken ?? '', publicUrl);
  return {
    async call(method, path, body) {
      const headers = { cookie, 'content-type': 'application/json', origin: publicUrl };
      const url = base + path.replace(publicUrl, '');
      const res = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await res.text();
      return { status: res.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async close() {
      front.close();
      front.closeAllConnections();
      await hub.stop();
    },
  };
}

async function enter(base: string, token: string, origin: string): Promise<string> {
  const body = JSON.stringify({ token, name: 'ada', password: PASSWORD, organisation: 'Conformance' });
  const headers = { 'content-type': 'application/json', origin };
  const res = await fetch(base + setUp.path, { method: 'POST', headers, body });
  if (!res.ok) throw new Error(`the hub was not set up: ${await res.text()}`);
  return (res.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
