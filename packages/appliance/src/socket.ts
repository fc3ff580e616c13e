/** Sockets of a data folder, for this user alone. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';

/** Longest address of a socket that every system takes, bytes. */
const LONGEST = 100;

/** Address of a socket of that data folder; undefined where the path is too long for one. */
export function socketOf(dataDir: string, name: 'control' | 'mta'): string | undefined {
  const path = join(resolve(dataDir), 'run', `${name}.sock`);
  return [path, relative(process.cwd(), path)].find((p) => Buffer.byteLength(p) <= LONGEST);
}

/** Opens it in a folder for this user alone, in place of what a crash has left there. */
export async function openSocket(server: Server, path: string): Promise<void> {
  const dir = dirname(path);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  rmSync(path, { force: true });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(path, done);
  });
  chmodSync(path, 0o600);
}
