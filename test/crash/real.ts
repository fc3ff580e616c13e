/**
 * The processes of production: `sightline appliance mta`, to be killed, and the console process beside it, which takes
 * the tracking events over the socket between them.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigPart } from '@sightline/api';
import { pino } from 'pino';
import { connectMta } from '../../packages/appliance/src/mta/connect.ts';
import { socketOf } from '../../packages/appliance/src/socket.ts';
import { freePort } from '../conformance/hub.ts';
import { kill, type Program, pause } from './program.ts';

export interface Appliance {
  /** The mail process, which may be killed before it says anything. */
  spawn(): ChildProcess;
  /** The mail process, when it listens. */
  start(): Promise<Program>;
  /** Kills the console process and starts another. */
  killConsole(): Promise<void>;
  /** Ends the console process in order. */
  close(): Promise<void>;
}

const MAIN = new URL('../../packages/appliance/src/main.ts', import.meta.url);
/** A start on a machine that does other things. */
const START_MS = 60_000;
const silent = pino({ level: 'silent' });

/** @param part of the first configuration */
export async function openAppliance(dir: string, part: ConfigPart): Promise<Appliance> {
  const port = await freePort();
  const first = join(dir, 'first.json');
  writeFileSync(first, JSON.stringify({ ...part, listener: { port } }));
  const log = join(dir, 'appliance.log');
  const out = openSync(log, 'a');
  const run = (name: 'mta' | 'console'): ChildProcess =>
    fork(MAIN, [name, `--data=${dir}`, '--port=0', `--first-config=${first}`, '--log-level=warn'], {
      execArgv: [],
      stdio: ['ignore', out, out, 'ipc'],
    });
  const ready = (child: ChildProcess): Promise<void> =>
    Promise.race([once(child, 'message'), once(child, 'exit')]).then(() => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`A process ended by itself:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    });
  let console_ = run('console');
  const path = socketOf(dir, 'mta') ?? '';
  return {
    spawn: () => run('mta'),
    async start() {
      const child = run('mta');
      await ready(child);
      return program(child, path, port);
    },
    async killConsole() {
      await kill(console_);
      console_ = run('console');
    },
    async close() {
      await ended(console_);
    },
  };
}

async function program(child: ChildProcess, path: string, port: number): Promise<Program> {
  const { mta, close } = connectMta({ path, connected: () => undefined, log: silent });
  const status = () => mta.mail.status();
  const listening = async (): Promise<boolean> =>
    status().then(
      (said) => said.listening,
      () => false,
    );
  for (const end = Date.now() + START_MS; !(await listening()); await pause(20))
    if (Date.now() > end) throw new Error('The mail process does not listen.');
  const queued = async (): Promise<number> => (await status()).queued;
  return {
    child,
    port,
    queued,
    async kill() {
      close();
      await kill(child);
    },
    async release() {
      const select = { filter: { quarantine: 'Policy' } };
      const order = { act: { do: 'release' as const }, select, reason: 'the crashes are over' };
      return (await mta.quarantine.act(order, 'crash')).messages;
    },
    async drain(ms) {
      const end = Date.now() + ms;
      let left = await queued();
      const untold = async (): Promise<number> =>
        Number(/^sightline_mail_outbox_events (\d+)/m.exec(await mta.mail.metrics())?.[1] ?? 0);
      for (; left + (await untold()) > 0 && Date.now() < end; left = await queued()) await pause(100);
      close();
      await ended(child);
      return left === 0;
    },
  };
}

/** In order: what it still has to tell is told. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
