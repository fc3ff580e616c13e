/** A message on the disk and engines that speak the protocols of the real ones, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type ConfigPart } from '@sightline/api';
import { pino } from 'pino';
import type { Head } from '../queue/message.ts';
import type { Engine, Examined } from './engine.ts';
import { examining } from './examine.ts';
import { engineHealth, type Health } from './health.ts';
import { type Lists, noLists } from './lists.ts';
import { ScanPool } from './pool.ts';

export const FRONT =
  'Received: from mx (mx [192.0.2.1])\r\n\tby esa.test; Wed, 25 Nov 2026 08:00:00 +0000\r\n';

export const head = (part: Partial<Head> = {}): Head => ({
  mid: 8,
  icid: 1,
  at: 1000,
  direction: 'incoming',
  sender: 'ann@example.org',
  recipients: [{ rid: 0, address: 'bob@example.com' }],
  ip: '192.0.2.1',
  reverseDns: 'mx.example.org',
  helo: 'mx.example.org',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
  ...part,
});

interface Bench {
  look(raw: string, part?: Partial<Head>): Promise<Examined>;
  health: Health;
  config: Config;
  close(): Promise<void>;
}

/** The whole examination, over a file as the spool has it. */
export function bench(engines: Engine[], part: ConfigPart, lists: Partial<Lists> = {}): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'engines-'));
  const pool = new ScanPool(pino({ level: 'silent' }), { workers: 1 });
  const config = Config.parse(part);
  const health = engineHealth(() => 1000);
  const examine = examining({
    scan: (source, wanted) => pool.scan(source, wanted),
    engines,
    lists: () => ({ ...noLists, ...lists }),
    health,
    config: () => config,
  });
  return {
    health,
    config,
    look(raw, more) {
      const path = join(dir, 'message');
      const bytes = Buffer.from(`HEAD${FRONT}${raw}END`);
      writeFileSync(path, bytes);
      return examine({ path, start: 4, end: bytes.length - 3 }, head(more));
    },
    async close() {
      await pool.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export interface Asked {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers `/checkv2`. */
export async function httpDaemon(answer: (asked: Asked) => unknown): Promise<{ url: string; close(): void }> {
  const server = createHttp((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const reply = answer({ headers: req.headers, body: Buffer.concat(parts).toString() });
      if (reply === undefined) return;
      res.writeHead(typeof reply === 'number' ? reply : 200, { server: 'rspamd/3.4' });
      res.end(typeof reply === 'number' ? 'trouble' : JSON.stringify(reply));
    });
  });
  const url = await listening(server);
  return { url: `http://${url}`, close: () => closing(server) };
}

/** Reads INSTREAM to its end, or `limit` bytes, and says what `judge` says. */
export async function clamDaemon(judge: (message: string) => string, limit = 1e9) {
  const server = createServer((socket) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (socket.writableEnded) return;
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.includes('zVERSION\0')) return void socket.end('ClamAV 1.4.3/27800/Tue Nov 24\0');
      const message = dechunk(bytes.subarray('zINSTREAM\0'.length));
      if (bytes.length > limit) socket.end('INSTREAM size limit exceeded. ERROR\0');
      else if (message !== undefined) socket.end(`${judge(message)}\0`);
    });
  });
  const url = await listening(server);
  return { endpoint: `tcp://${url}`, close: () => closing(server) };
}

function dechunk(bytes: Buffer): string | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts).toString();
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closing(server: Server): void {
  server.close();
  if ('closeAllConnections' in server)
    (server as unknown as { closeAllConnections(): void }).closeAllConnections();
}
