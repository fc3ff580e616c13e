/** Both ends of the load: Debian's smtp-source and smtp-sink. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Free now; nobody else is likely to take it before its user does. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something listens. */
export async function listening(port: number, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      setTimeout(() => socket.destroy(), 200).unref();
    });
    if (open) return;
    await pause(100);
  }
  throw new Error(`Nothing listens on port ${port}.`);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Sink {
  port: number;
  /** So far. */
  messages(): number;
  /** Waits until it has so many. */
  reached(messages: number): Promise<void>;
  /** Waits until nothing came for half a second. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

const STALL_MS = 60_000;

/** A next hop that takes everything and keeps nothing. */
export async function openSink(): Promise<Sink> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('smtp-sink', [...user, '-c', `127.0.0.1:${port}`, '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let count = 0;
  let changed = Date.now();
  child.stdout?.on('data', (data: Buffer) => {
    const text = data.toString();
    const at = text.lastIndexOf('mesg=');
    const found = /^mesg=(\d+)/.exec(text.slice(at))?.[1];
    if (found === undefined || Number(found) <= count) return;
    count = Number(found);
    changed = Date.now();
  });
  await listening(port);
  return {
    port,
    messages: () => count,
    async reached(messages) {
      changed = Date.now();
      while (count < messages) {
        await pause(2);
        if (Date.now() - changed > STALL_MS)
          throw new Error(`The next hop has only ${count} of ${messages}.`);
      }
    },
    async quiet() {
      while (Date.now() - changed < 500) await pause(50);
    },
    close: () => ended(child),
  };
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** Sends the messages; resolves when the last is accepted. */
export async function fill(load: {
  port: number;
  file: string;
  messages: number;
  sessions: number;
}): Promise<void> {
  const { port, file, messages, sessions } = load;
  const args = ['-s', String(sessions), '-m', String(messages), '-d', '-f', 'ann@sender.test'];
  const child = spawn('smtp-source', [...args, '-t', 'bob@bench.test', '-F', file, `127.0.0.1:${port}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`smtp-source ended with ${code}.`);
}
