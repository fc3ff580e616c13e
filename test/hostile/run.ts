/**
 * Hostile mail against the whole mail path: bombs of every kind and mails with damage, while other mail flows.
 * `--mails 20000`. Nothing may crash, be lost or hang, and the other mail keeps its pace.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SMTPServer } from 'smtp-server';
import { hostileMail, ordinaryMail } from './mails.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const LANES = 2;
/** Of the other mail. */
const PER_SECOND = 10;
const HANG_MS = 10_000;
const SETTLE_MS = 60_000;

interface Count {
  accepted: Set<string>;
  refused: number;
  failed: number;
  slowestMs: number;
  hangs: number;
}

const fresh = (): Count => ({ accepted: new Set(), refused: 0, failed: 0, slowestMs: 0, hangs: 0 });

/** Keeps the sender of everything that comes. */
async function sink(got: Set<string>): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => {
      stream.on('end', () => {
        if (session.envelope.mailFrom) got.add(session.envelope.mailFrom.address);
        done(null, 'kept');
      });
      stream.resume();
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function open(port: number): Promise<SMTPConnection> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true, socketTimeout: 120_000 });
  connection.on('error', () => undefined);
  await new Promise<void>((resolve) => connection.connect(() => resolve()));
  return connection;
}

/** Sends one mail under a name of its own and counts what came of it. */
async function send(connection: SMTPConnection, from: string, bytes: Buffer, count: Count): Promise<void> {
  const start = performance.now();
  const envelope = { from, to: ['bob@example.com'], use8BitMime: true };
  const error = await new Promise<(Error & { responseCode?: number }) | null>((resolve) => {
    connection.send(envelope, bytes, (fault) => resolve(fault));
  });
  const ms = performance.now() - start;
  count.slowestMs = Math.max(count.slowestMs, ms);
  if (ms > HANG_MS + 1000) count.hangs++;
  if (!error) count.accepted.add(from);
  else if (error.responseCode) count.refused++;
  else count.failed++;
}

async function attack(port: number, mails: number, count: Count): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    let connection: SMTPConnection | undefined;
    for (let n = next++; n < mails; n = next++) {
      if (n % 1000 === 0) console.error(`${n} of ${mails}`);
      if (!connection || connection.destroyed || n % 100 < LANES) {
        connection?.close();
        connection = await open(port);
      }
      const before = count.refused + count.failed;
      await send(connection, `h${n}@example.org`, hostileMail(n), count);
      if (count.refused + count.failed > before) {
        connection.close();
        connection = undefined;
      }
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Other mail, at a steady pace, until `over`; returns its rate. */
async function flow(port: number, name: string, over: Promise<unknown>, count: Count): Promise<number> {
  let running = true;
  void over.finally(() => {
    running = false;
  });
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let n = 0; running; n++) {
    const connection = await open(port);
    sending.push(
      send(connection, `${name}${n}@example.org`, ordinaryMail, count).finally(() => connection.close()),
    );
    await sleep(Math.max(0, start + ((n + 1) * 1000) / PER_SECOND - performance.now()));
  }
  await Promise.all(sending);
  return (count.accepted.size * 1000) / (performance.now() - start);
}

/** Largest resident set of the process so far, MiB. */
const peakMiB = (child: ChildProcess): number => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
};

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { mails: { type: 'string', default: '20000' } } });
  const mails = Number(values.mails);
  const dir = mkdtempSync(join(tmpdir(), 'hostile-'));
  const got = new Set<string>();
  const hop = await sink(got);
  const child = fork(CHILD, [dir, String((hop.server.address() as AddressInfo).port)]);
  let crashes = 0;
  child.once('exit', () => crashes++);
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    // The workers begin with the first mail.
    await flow(port, 'w', sleep(1000), fresh());
    const alone = await flow(port, 'a', sleep(Math.min(10_000, 3000 + mails)), fresh());
    const [hostile, other] = [fresh(), fresh()];
    const start = performance.now();
    const attacking = attack(port, mails, hostile);
    const under = await flow(port, 'o', attacking, other);
    await attacking;
    const seconds = (performance.now() - start) / 1000;
    const sent = [...hostile.accepted, ...other.accepted];
    const lost = (): number => sent.filter((one) => !got.has(one)).length;
    for (const end = performance.now() + SETTLE_MS; lost() > 0 && performance.now() < end; ) await sleep(100);
    return {
      bench: 'hostile',
      mails,
      accepted: hostile.accepted.size,
      refused: hostile.refused,
      failed: hostile.failed,
      crashes,
      lost: lost(),
      hangs: hostile.hangs + other.hangs,
      slowest_ms: Math.round(hostile.slowestMs),
      per_s: Math.round(mails / seconds),
      other_ratio: Math.round((under / alone) * 100) / 100,
      rss_mb: crashes > 0 ? null : peakMiB(child),
    };
  } finally {
    child.removeAllListeners('exit');
    child.disconnect();
    await once(child, 'exit');
    hop.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
