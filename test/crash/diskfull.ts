/**
 * Fills the disk under load: each message is either kept and answered with 250, or refused for a while (4yz); the
 * program stays up, and takes mail again when there is room. Needs root for the loop mount.
 */
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Promised, sendLoad } from './load.ts';
import { makeImage, mount } from './powercut.ts';
import { type Program, pause, start } from './program.ts';
import { seeded } from './random.ts';
import { openSink, type Sink } from './sink.ts';
import { type Counts, compare } from './verdict.ts';

export interface Options {
  seed: number;
  /** Times that the disk fills. */
  rounds: number;
  say(line: string): void;
}

export interface Result extends Counts {
  crash: 'diskfull';
  rounds: number;
  /** Messages refused for a while. */
  refused: number;
  /** Messages refused for good, which must not be: the disk is our trouble. */
  failed: number;
  /** Longest time until mail was taken again, ms. */
  recoveredMs: number;
}

const IMAGE_MB = 96;
const RECOVER_MS = 20_000;

export async function diskfull(options: Options): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'diskfull-'));
  const image = join(dir, 'small.img');
  makeImage(image, IMAGE_MB);
  const at = join(dir, 'small');
  const unmount = mount(image, at);
  const sink = await openSink(join(dir, 'sink.log'), () => 1);
  const program = await start({ dir: at, hop: sink.port, log: join(dir, 'child.log'), fault: 'small' });
  const promised: Promised[] = [];
  const refusals: number[] = [];
  let recoveredMs = 0;
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const life = { at, program, sink, promised, refusals, seed: options.seed + round };
      recoveredMs = Math.max(recoveredMs, await oneRound(life, round));
      options.say(`round ${round}: ${promised.length} accepted, ${refusals.length} refused`);
    }
    if (!(await program.drain(60_000))) options.say('the queue was not empty in time');
    const counts = await compare(at, promised, sink.deliveries, options.say);
    const failed = refusals.filter((code) => code >= 500).length;
    return {
      crash: 'diskfull',
      rounds: options.rounds,
      ...counts,
      refused: refusals.length,
      failed,
      recoveredMs,
    };
  } catch (error) {
    options.say(readFileSync(join(dir, 'child.log'), 'utf8').slice(-2000));
    throw error;
  } finally {
    await program.kill();
    await sink.close();
    unmount();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Life {
  at: string;
  program: Program;
  sink: Sink;
  promised: Promised[];
  refusals: number[];
  seed: number;
}

/** Load with the disk full to within a few messages; then room again. Returns how long it took to take mail again. */
async function oneRound({ at, program, promised, refusals, seed }: Life, round: number): Promise<number> {
  const filler = join(at, 'filler');
  const random = seeded(seed);
  const load = (name: number, count: number) =>
    sendLoad(
      { port: program.port, cycle: name, count, random },
      (one) => promised.push(one),
      (code) => refusals.push(code),
    ).finished;
  const soFar = refusals.length;
  let name = round * 1000;
  // Delivery frees room meanwhile: with less and less of it, until a message finds none.
  for (let room = 1_000_000 + random() * 1_500_000; refusals.length === soFar && room > 10_000; room /= 3) {
    leave(filler, at, room);
    await load(name++, 200);
  }
  rmSync(filler);
  const start = Date.now();
  const before = promised.length;
  while (promised.length === before) {
    if (Date.now() - start > RECOVER_MS) throw new Error('No mail is taken although there is room again.');
    await load(name++, 1);
    if (promised.length === before) await pause(200);
  }
  return Date.now() - start;
}

/** Fills the disk until so many bytes are left. */
function leave(filler: string, at: string, bytes: number): void {
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(at);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}
