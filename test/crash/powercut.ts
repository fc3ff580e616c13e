/**
 * Cuts the power: all data are on ext4 in an image file, and under load that file is copied as it is. The copy is
 * what a disk holds when the power goes: what the file system has written, and nothing of what it still meant to.
 * The copy is mounted (the journal replays), the program is started on it, and everything that had its 250 before
 * the cut must be there. Needs root for the loop mount.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Promised, sendLoad } from './load.ts';
import { type Program, pause, start } from './program.ts';
import { seeded } from './random.ts';
import { type Delivery, openSink, type Sink } from './sink.ts';
import { type Counts, compare, none, plus } from './verdict.ts';

export interface Options {
  images: number;
  seed: number;
  /** Negative control: nothing is ever synced. */
  fault?: 'nosync';
  say(line: string): void;
}

export interface Result extends Counts {
  crash: 'powercut';
  images: number;
  /** Images in which everything was there. */
  whole: number;
}

const IMAGE_MB = 512;
const DRAIN_MS = 60_000;
/** Images of one life; then a new file system, so that each has little to check. */
const PER_LIFE = 5;

/** Whether this machine can do it: root, and tools to make and mount a file system. */
export const canCutPower = (): boolean =>
  process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v mkfs.ext4 mount umount cp']).status === 0;

export async function powercut(options: Options): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'powercut-'));
  const random = seeded(options.seed);
  let counts = none();
  let whole = 0;
  const each = (found: Counts, image: number): void => {
    counts = plus(counts, found);
    if (found.lost === 0 && found.untracked === 0) whole++;
    options.say(`image ${image}: ${JSON.stringify(found)}`);
  };
  try {
    for (let done = 0; done < options.images; done += PER_LIFE)
      await oneLife(dir, done, Math.min(PER_LIFE, options.images - done), random, options, each);
    return { crash: 'powercut', images: options.images, whole, ...counts };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Life {
  dir: string;
  program: Program;
  sink: Sink;
  promised: Promised[];
  options: Options;
}

/** A file system from its making on; several images are taken of it. */
async function oneLife(
  dir: string,
  first: number,
  images: number,
  random: () => number,
  options: Options,
  each: (found: Counts, image: number) => void,
): Promise<void> {
  const image = join(dir, 'live.img');
  makeImage(image);
  const unmount = mount(image, join(dir, 'live'));
  const sink = await openSink(join(dir, `sink-${first}.log`), seeded(options.seed + first));
  const promised: Promised[] = [];
  const fault = options.fault ? { fault: options.fault } : {};
  const program = await start({
    dir: join(dir, 'live'),
    hop: sink.port,
    log: join(dir, 'live.log'),
    ...fault,
  });
  try {
    const life = { dir, program, sink, promised, options };
    for (let i = 0; i < images; i++) each(await oneImage(life, first + i + 1, random), first + i + 1);
  } finally {
    await program.kill();
    await sink.close();
    unmount();
    rmSync(image, { force: true });
  }
}

/** Load, and in the middle of it a copy of the disk; then the check of that copy. */
async function oneImage(life: Life, image: number, random: () => number): Promise<Counts> {
  const { dir, program, sink, promised } = life;
  const copy = join(dir, 'cut.img');
  const load = sendLoad({ port: program.port, cycle: image, count: 150, random }, (one) =>
    promised.push(one),
  );
  const moment = 20 + Math.floor(random() * 120);
  let over = false;
  void load.finished.then(() => {
    over = true;
  });
  while (load.begun() < moment && !over) await pause(2);
  // The program stands still while the disk is copied, so that the copy is of one moment.
  program.child.kill('SIGSTOP');
  const before = { promised: [...promised], deliveries: [...sink.deliveries] };
  run('cp', ['--sparse=always', join(dir, 'live.img'), copy]);
  program.child.kill('SIGCONT');
  await load.finished;
  return check(life, copy, before, image);
}

async function check(
  { dir, options }: Life,
  copy: string,
  before: { promised: Promised[]; deliveries: Delivery[] },
  image: number,
): Promise<Counts> {
  const unmount = mount(copy, join(dir, 'cut'));
  const sink = await openSink(join(dir, `cut-${image}.log`), () => 1);
  try {
    const program = await start({ dir: join(dir, 'cut'), hop: sink.port, log: join(dir, 'cut.log') });
    if (!(await program.drain(DRAIN_MS))) options.say(`image ${image}: the queue was not empty in time`);
    const deliveries = [...before.deliveries, ...sink.deliveries];
    return await compare(join(dir, 'cut'), before.promised, deliveries, options.say);
  } finally {
    await sink.close();
    unmount();
    rmSync(copy, { force: true });
  }
}

function run(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

export function makeImage(path: string, megabytes = IMAGE_MB): void {
  rmSync(path, { force: true });
  run('truncate', ['-s', `${megabytes}M`, path]);
  run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', path]);
}

/** Returns what unmounts it again. */
export function mount(image: string, at: string): () => void {
  mkdirSync(at, { recursive: true });
  run('mount', ['-o', 'loop', image, at]);
  return () => run('umount', [at]);
}
