/**
 * Kills the mail path with SIGKILL at random moments under load, again and again, and then joins what was promised
 * (250), what was delivered and what was tracked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Load, type Promised, sendLoad } from './load.ts';
import { kill, pause, type Start, spawn, start } from './program.ts';
import { seeded } from './random.ts';
import { openSink } from './sink.ts';
import { type Counts, compare } from './verdict.ts';

export interface Options {
  cycles: number;
  seed: number;
  /** Messages offered in each cycle. */
  messages: number;
  /** Negative control: the child answers 250 before the message is durable. */
  fault?: 'early';
  say(line: string): void;
}

export interface Result extends Counts {
  crash: 'kill9';
  cycles: number;
  /** Of the accepted ones, that were found in the quarantine after the last kill, and delivered out of it. */
  quarantined: number;
}

const DRAIN_MS = 120_000;

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
    // One last start; ends by itself when its queue is empty.
    const last = await start({ dir, hop: sink.port, ...ways(options) });
    // Whoever is in the quarantine comes out only now: what is missing there is lost.
    const quarantined = await last.release();
    await last.drain(DRAIN_MS);
    const counts = await compare(dir, promised, sink.deliveries, options.say);
    const result: Result = { crash: 'kill9', cycles: options.cycles, quarantined, ...counts };
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
    const early = spawn({ dir, hop: port, ...ways(options) });
    await pause(100 + random() * 400);
    await kill(early);
  }
  const program = await start({ dir, hop: port, ...ways(options) });
  const count = options.messages;
  const load = sendLoad({ port: program.port, cycle, count, random }, (one) => promised.push(one));
  await moment(load, Math.floor(count * (0.1 + 0.85 * random())), random() * 60);
  await program.kill();
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

const ways = ({ fault }: Options): Pick<Start, 'fault' | 'env'> => ({
  env: { CRASH_QUARANTINE: '1' },
  ...(fault ? { fault } : {}),
});
