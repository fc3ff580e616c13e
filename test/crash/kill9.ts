/**
 * Kills the mail process, as production runs it, with SIGKILL at random moments under load, again and again, and then joins what was promised
 * (250), what was delivered and what was tracked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Load, type Promised, sendLoad } from './load.ts';
import { QUARANTINING } from './place.ts';
import { kill, pause, spawn, start } from './program.ts';
import { seeded } from './random.ts';
import { type Appliance, openAppliance } from './real.ts';
import { openSink } from './sink.ts';
import { type Counts, compare } from './verdict.ts';

export interface Options {
  cycles: number;
  seed: number;
  /** Messages offered in each cycle. */
  messages: number;
  /** Negative control: a mail path of our own, not that of production, answers 250 before the message is durable. */
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
    const appliance = options.fault ? faulty(dir, sink.port, options.fault) : await real(dir, sink.port);
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await oneCycle({ appliance, cycle, random, options }, promised);
      options.say(`cycle ${cycle}: ${promised.length} accepted, ${sink.deliveries.length} deliveries so far`);
    }
    // One last start; ends by itself when its queue is empty.
    const last = await appliance.start();
    // Whoever is in the quarantine comes out only now: what is missing there is lost.
    const quarantined = await last.release();
    await last.drain(DRAIN_MS);
    await appliance.close();
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
  appliance: Appliance;
  cycle: number;
  random: () => number;
  options: Options;
}

/** Start, load, kill. Every third time it is killed once more while it starts, every fourth time the console too. */
async function oneCycle({ appliance, cycle, random, options }: Cycle, promised: Promised[]): Promise<void> {
  if (cycle % 3 === 0) {
    const early = appliance.spawn();
    await pause(100 + random() * (options.fault ? 400 : 2000));
    await kill(early);
  }
  const program = await appliance.start();
  const count = options.messages;
  const load = sendLoad({ port: program.port, cycle, count, random }, (one) => promised.push(one));
  if (cycle % 4 === 0) await appliance.killConsole();
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

const real = (dir: string, hop: number): Promise<Appliance> =>
  openAppliance(dir, {
    hostname: 'esa.crash.test',
    recipientDomains: ['crash.test'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: hop }],
    destinations: [{ domain: 'ALL', connections: 4 }],
    delivery: { retrySeconds: [1], giveUpSeconds: 86_400, connections: 4 },
    ...QUARANTINING,
  });

function faulty(dir: string, hop: number, fault: 'early'): Appliance {
  const options = { dir, hop, fault, env: { CRASH_QUARANTINE: '1' } };
  return {
    spawn: () => spawn(options),
    start: () => start(options),
    killConsole: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
