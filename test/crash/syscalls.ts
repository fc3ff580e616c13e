/**
 * One message's life, killed at each of its system calls: strace counts them once and then ends the program with
 * SIGKILL on entry to the first, the second, … of every kind in every thread. Needs strace and the right to trace.
 */
import { type ChildProcess, spawn as spawnProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Promised, sendLoad } from './load.ts';
import { type Program, pause, start } from './program.ts';
import { seeded } from './random.ts';
import { openSink, type Sink } from './sink.ts';
import { type Counts, compare, none, plus } from './verdict.ts';

export interface Options {
  /** At most so many points, spread over the message's life; 0: all. */
  points: number;
  seed: number;
  say(line: string): void;
}

export interface Result extends Counts {
  crash: 'syscalls';
  points: number;
  /** Of them, those at which the program was really killed. */
  killed: number;
}

const CALLS = [
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'fsync',
  'fdatasync',
  'rename',
  'unlink',
  'openat',
  'ftruncate',
];

export const canTrace = (): boolean =>
  spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;

/** The nth call of a kind in a thread; threads are told apart by their place in the process. */
interface Point {
  thread: number;
  call: string;
  nth: number;
}

export async function syscalls(options: Options): Promise<Result> {
  const all = await inFolder((dir) => record(dir));
  const points = spread(all, options.points);
  options.say(`${all.length} system calls in the life of one message; ${points.length} of them are tried`);
  let counts = none();
  let killed = 0;
  for (const [i, point] of points.entries()) {
    const found = await inFolder((dir) => killAt(dir, point, i, options));
    counts = plus(counts, found.counts);
    if (found.killed) killed++;
    options.say(`${point.call} ${point.nth} in thread ${point.thread}: ${JSON.stringify(found.counts)}`);
  }
  return { crash: 'syscalls', points: points.length, killed, ...counts };
}

const spread = (all: Point[], most: number): Point[] =>
  most === 0 || all.length <= most
    ? all
    : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)] as Point);

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'syscalls-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One thread for files makes their order the same each time. */
const launch = (dir: string, sink: Sink): Promise<Program> => {
  mkdirSync(join(dir, 'data'), { recursive: true });
  const env = { UV_THREADPOOL_SIZE: '1' };
  return start({ dir: join(dir, 'data'), hop: sink.port, log: join(dir, 'child.log'), env });
};

const threadsOf = (program: Program): number[] =>
  readdirSync(`/proc/${program.child.pid}/task`)
    .map(Number)
    .sort((a, b) => a - b);

/** The first message makes everything that is made once; the second one is the one that is watched. */
async function oneMessage(program: Program, name: number): Promise<Promised[]> {
  const promised: Promised[] = [];
  const random = seeded(7);
  await sendLoad({ port: program.port, cycle: name, count: 1, random }, (one) => promised.push(one)).finished;
  return promised;
}

const idle = async (program: Program): Promise<void> => {
  while ((await program.queued()) > 0) await pause(20);
  await pause(300);
};

async function record(dir: string): Promise<Point[]> {
  const sink = await openSink(join(dir, 'sink.log'), () => 1);
  const program = await launch(dir, sink);
  try {
    await oneMessage(program, 0);
    await idle(program);
    const threads = threadsOf(program);
    const out = join(dir, 'trace');
    const tracer = await trace([
      '-f',
      '-e',
      `trace=${CALLS.join(',')}`,
      '-o',
      out,
      '-p',
      String(program.child.pid),
    ]);
    await oneMessage(program, 1);
    await idle(program);
    await stop(tracer);
    return pointsOf(readFileSync(out, 'utf8'), threads);
  } finally {
    await program.kill();
    await sink.close();
  }
}

function pointsOf(trace: string, threads: number[]): Point[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line): Point[] => {
    const found = /^(\d+)\s+(\w+)\(/.exec(line);
    const thread = threads.indexOf(Number(found?.[1]));
    const call = found?.[2] ?? '';
    if (!found || thread < 0 || !CALLS.includes(call)) return [];
    const nth = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, nth);
    return [{ thread, call, nth }];
  });
}

async function killAt(
  dir: string,
  { thread, call, nth }: Point,
  i: number,
  { say }: Options,
): Promise<{ counts: Counts; killed: boolean }> {
  const sink = await openSink(join(dir, 'sink.log'), () => 1);
  let program = await launch(dir, sink);
  try {
    const promised = await oneMessage(program, i * 2);
    await idle(program);
    const tid = threadsOf(program)[thread];
    const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
    const tracer = await trace(['-o', '/dev/null', '-e', `trace=${call}`, '-e', inject, '-p', String(tid)]);
    promised.push(...(await oneMessage(program, i * 2 + 1)));
    const killed = await died(program, 700);
    await stop(tracer);
    await program.kill();
    program = await launch(dir, sink);
    if (!(await program.drain(30_000))) say('the queue was not empty in time');
    return { counts: await compare(join(dir, 'data'), promised, sink.deliveries, say), killed };
  } finally {
    await program.kill();
    await sink.close();
  }
}

/** Attached when this resolves. */
async function trace(args: string[]): Promise<ChildProcess> {
  const tracer = spawnProcess('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  tracer.stderr?.on('data', (data) => {
    said += data;
  });
  for (let i = 0; i < 250 && !/attached/.test(said) && tracer.exitCode === null; i++) await pause(20);
  if (!/attached/.test(said)) throw new Error(`strace does not attach: ${said}`);
  return tracer;
}

async function stop(tracer: ChildProcess): Promise<void> {
  if (tracer.exitCode !== null || tracer.signalCode !== null) return;
  const gone = once(tracer, 'exit');
  tracer.kill('SIGINT');
  await gone;
}

async function died({ child }: Program, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (child.exitCode !== null || child.signalCode !== null) return true;
    await pause(20);
  }
  return false;
}
