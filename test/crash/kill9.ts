/**
 * Kills the mail path with SIGKILL at random moments under load, again and again, and then joins what was promised
 * (250), what was delivered and what was tracked.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrack } from '../../packages/appliance/src/track/track.ts';
import { type Load, type Promised, sendLoad } from './load.ts';
import { trackOptions } from './place.ts';
import { type Delivery, openSink } from './sink.ts';

export interface Options {
  cycles: number;
  seed: number;
  /** Messages offered in each cycle. */
  messages: number;
  /** Negative control: the child answers 250 before the message is durable. */
  fault?: 'early';
  say(line: string): void;
}

export interface Result {
  crash: 'kill9';
  cycles: number;
  accepted: number;
  lost: number;
  untracked: number;
  duplicates: number;
}

const DRAIN_MS = 120_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers from a seed, so that a run can be repeated (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs the test in a folder of its own, which stays only if something is wrong that should not be. */
export async function kill9(options: Options): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'kill9-'));
  const random = seeded(options.seed);
  const promised: Promised[] = [];
  const sink = await openSink(join(dir, 'sink.log'), seeded(options.seed + 1));
  try {
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await oneCycle({ dir, port: sink.port, cycle, random, options }, promised);
      options.say(`cycle ${cycle}: ${promised.length} accepted, ${sink.deliveries.length} deliveries so far`);
    }
    await drain(dir, sink.port, options);
    const result = await join3(dir, promised, sink.deliveries, options);
    if (options.fault || (result.lost === 0 && result.untracked === 0))
      rmSync(dir, { recursive: true, force: true });
    else options.say(`kept for inspection: ${dir}`);
    return result;
  } finally {
    await sink.close();
  }
}

interface Cycle {
  dir: string;
  port: number;
  cycle: number;
  random: () => number;
  options: Options;
}

/** Start, load, kill. Every third time it is killed once more while it recovers. */
async function oneCycle({ dir, port, cycle, random, options }: Cycle, promised: Promised[]): Promise<void> {
  if (cycle % 3 === 0) {
    const early = spawn(dir, port, options);
    await pause(100 + random() * 400);
    await kill(early);
  }
  const child = spawn(dir, port, options);
  const { port: smtp } = await answer<{ port: number }>(child, dir);
  const count = options.messages;
  const load = sendLoad({ port: smtp, cycle, count, random }, (one) => promised.push(one));
  await moment(load, Math.floor(count * (0.1 + 0.85 * random())), random() * 60);
  await kill(child);
  await load.finished;
}

/** Waits until so many messages were begun, and a little longer. */
async function moment(load: Load, begun: number, ms: number): Promise<void> {
  let over = false;
  const done = load.finished.then(() => {
    over = true;
  });
  while (load.begun() < begun && !over) await pause(2);
  await Promise.race([pause(ms), done]);
}

function spawn(dir: string, port: number, { fault }: Options): ChildProcess {
  const log = openSync(join(dir, 'child.log'), 'a');
  const file = new URL('./child.ts', import.meta.url);
  return fork(file, [dir, String(port), fault ?? ''], { execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The child's next message; its log is shown if it ends instead. */
function answer<T>(child: ChildProcess, dir: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = (message: unknown): void => {
      child.off('exit', gone);
      resolve(message as T);
    };
    const gone = (): void => {
      child.off('message', heard);
      const log = readFileSync(join(dir, 'child.log'), 'utf8').slice(-4000);
      reject(new Error(`The child ended by itself:\n${log}`));
    };
    child.once('message', heard);
    child.once('exit', gone);
  });
}

/** One last start; ends by itself when its queue is empty. */
async function drain(dir: string, port: number, options: Options): Promise<void> {
  const child = spawn(dir, port, options);
  await answer(child, dir);
  const end = Date.now() + DRAIN_MS;
  for (let queued = 1; queued > 0 && Date.now() < end; ) {
    await pause(200);
    child.send('status');
    ({ queued } = await answer<{ queued: number }>(child, dir));
  }
  const gone = once(child, 'exit');
  child.send('stop');
  await Promise.race([gone, pause(15_000)]);
  await kill(child);
}

/** Ledgers side by side: promised, delivered, tracked. */
async function join3(
  dir: string,
  promised: Promised[],
  deliveries: Delivery[],
  { cycles, say }: Options,
): Promise<Result> {
  const seen = new Map<string, { hash: string; times: number }>();
  for (const { id, recipient, hash } of deliveries) {
    const key = `${id} ${recipient}`;
    seen.set(key, { hash, times: (seen.get(key)?.times ?? 0) + 1 });
  }
  const missing = promised.filter(({ id, hash, recipients }) =>
    recipients.some((recipient) => seen.get(`${id} ${recipient}`)?.hash !== hash),
  );
  for (const one of missing.slice(0, 20)) say(`lost: ${one.id}, MID ${one.mid}`);
  const duplicates = [...seen.values()].reduce((sum, { times }) => sum + times - 1, 0);
  const untracked = await countUntracked(dir, promised, say);
  return { crash: 'kill9', cycles, accepted: promised.length, lost: missing.length, untracked, duplicates };
}

async function countUntracked(dir: string, promised: Promised[], say: Options['say']): Promise<number> {
  const track = await openTrack(trackOptions(dir));
  try {
    let untracked = 0;
    for (const one of promised) {
      const found = await track.details(one.mid);
      const row = found?.row;
      const delivered = row?.recipients.filter((recipient) => recipient.state === 'delivered').length;
      const good =
        row?.subject === one.id && delivered === one.recipients.length && row.attachments.length === 1;
      if (good) continue;
      if (untracked++ < 20)
        say(`untracked: ${one.id}, MID ${one.mid}: ${JSON.stringify(row?.recipients ?? null)}`);
    }
    return untracked;
  } finally {
    await track.close();
  }
}
