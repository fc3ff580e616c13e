/**
 * The message tracking store, through its interface and in its threads: builds a month of generated mail, asks what
 * nobody asked before, and compares with a text log.
 *
 *   npm run bench -- store --messages 1000000 [--seed 1] [--dir DIR] [--keep] [--only q1,q4] [--seconds 20]
 *
 * With `--dir` and `--keep` the store stays and later runs with the same folder ask it again; `--questions 2` asks
 * what `--questions 1` did not. Every latency is that
 * of the caller, threads included; of three seeds the worst counts.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { KeyValue, Range, SearchInput } from '../packages/api/src/index.ts';
import { openTrack, type Track } from '../packages/appliance/src/track/track.ts';
import { arrival, beginning, type World } from './mail.ts';
import { check } from './store/check.ts';
import type { ColdStart, ColdTimes } from './store/cold.ts';
import { build, steadily } from './store/feed.ts';
import { bytesIn, dropCache, needRoom, readAll } from './store/files.ts';
import { MOST_LOGGED, searchLog } from './store/log.ts';
import {
  absent,
  ask,
  later,
  needle,
  observable,
  prefix,
  present,
  quantile,
  samples,
} from './store/sample.ts';

const COLD = fileURLToPath(new URL('./store/cold.ts', import.meta.url));
const DAY = 86_400_000;
const PHASES = [
  'check',
  'q1',
  'q4',
  'contains',
  'begins',
  'details',
  'counts',
  'ingesting',
  'ingest',
  'cold',
  'log',
] as const;
type Phase = (typeof PHASES)[number];

/** Questions a seed. */
const COUNT = {
  warm: 500,
  q1: 3000,
  q4: 200,
  contains: 250,
  begins: 250,
  details: 2000,
  counts: 60,
  cold: 500,
};
/** Messages at full speed into the store that is there. */
const MORE = 300_000;
/** While ingesting. */
const RATE = 5000;
const ASKS_PER_S = 200;

/** What stays with a store that is kept. */
interface Built extends World {
  /** Messages that came after the month. */
  added: number;
  ingest_per_s: number;
  append_per_s: number;
  bytes_per_message: number;
}

interface Plan {
  dir: string;
  /** The folder is this run's own. */
  temporary: boolean;
  messages: number;
  seed: number;
  keep: boolean;
  seconds: number;
  /** Share of the usual number of questions. */
  effort: number;
  /** Questions of a store that is asked again: others for each number. */
  questions: number;
  phases: ReadonlySet<Phase>;
}

type Figures = Record<string, number | string | null>;

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const ms = (n: number): number => Math.round(n * 1000) / 1000;

function planOf(args: string[]): Plan {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      messages: { ...text, default: '1000000' },
      seed: { ...text, default: '1' },
      seconds: { ...text, default: '20' },
      effort: { ...text, default: '1' },
      questions: { ...text, default: '1' },
      dir: text,
      only: text,
      keep: { type: 'boolean', default: false },
    },
  });
  const [messages, seed, seconds, effort, questions] = [
    values.messages,
    values.seed,
    values.seconds,
    values.effort,
    values.questions,
  ].map(Number) as [number, number, number, number, number];
  if (!Number.isInteger(messages) || messages < 1000)
    throw new Error('--messages: an integer, 1000 or more.');
  const only = values.only?.split(',') ?? PHASES;
  const unknown = only.filter((p) => !PHASES.includes(p as Phase));
  if (unknown.length > 0) throw new Error(`--only: ${PHASES.join(', ')}; not ${unknown.join(', ')}.`);
  if (values.dir) mkdirSync(values.dir, { recursive: true });
  return {
    dir: values.dir ?? mkdtempSync(join(tmpdir(), 'bench-store-')),
    temporary: values.dir === undefined,
    messages,
    seed,
    keep: values.keep,
    seconds,
    effort,
    questions,
    phases: new Set(only as Phase[]),
  };
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const plan = planOf(args);
  const data = join(plan.dir, 'track');
  const record = join(plan.dir, 'bench.json');
  const known = existing(plan, data, record);
  try {
    const built = { ...(known ?? (await make(plan, data))), questions: plan.questions };
    writeFileSync(record, JSON.stringify(built));
    const { figures, added } = await measure(plan, built, data);
    writeFileSync(record, JSON.stringify({ ...built, added: built.added + added }));
    return { ...blank(built), ...figures, questions: plan.questions };
  } finally {
    if (!plan.keep && !known)
      for (const path of [data, record]) rmSync(path, { recursive: true, force: true });
    if (!plan.keep && plan.temporary) rmSync(plan.dir, { recursive: true, force: true });
  }
}

/** Every key of the result, in order. */
function blank({ messages, seed, ingest_per_s, append_per_s, bytes_per_message }: Built) {
  const keys = [
    'q1_p50_ms',
    'q1_p99_ms',
    'q1_cold_p99_ms',
    'q1_absent_p99_ms',
    'q4_p99_ms',
    'contains_p99_ms',
  ];
  keys.push('contains_two_words_p99_ms', 'begins_p99_ms', 'details_p99_ms', 'q1_p99_ms_while_ingesting');
  const none = (names: string[]) => Object.fromEntries(names.map((name) => [name, null]));
  return {
    bench: 'store',
    messages,
    ingest_per_s,
    ...none(keys),
    bytes_per_message,
    ...none(['rss_mb', 'rg_s', 'grep_s', 'open_ms', 'start_ms']),
    append_per_s,
    seed,
  };
}

/** The store that an earlier run kept. */
function existing({ dir, messages, seed }: Plan, data: string, record: string): Built | undefined {
  if (!existsSync(record)) {
    if (existsSync(data)) throw new Error(`${dir} holds a store that was not finished: remove it.`);
    return undefined;
  }
  const built = JSON.parse(readFileSync(record, 'utf8')) as Built;
  if (built.messages === messages && built.seed === seed) return built;
  throw new Error(`${dir} holds a store of ${built.messages} messages with seed ${built.seed}.`);
}

const open = (dir: string, clock: () => number): Promise<Track> =>
  openTrack({ dir, host: 'bench.example', serial: '0000-0000', clock });

/** Builds the month; its clock is the mail's own, so that days end as they would. */
async function make({ dir, messages, seed }: Plan, data: string): Promise<Built> {
  await needRoom(dir, messages * 2000 + MOST_LOGGED * 1000);
  const world = { seed, messages, end: Date.now() };
  let now = beginning(world);
  const track = await open(data, () => now);
  const began = performance.now();
  let next = began + 5000;
  const rate = (n: number): number => Math.round((n * 1000) / (performance.now() - began));
  await build(track, world, (n) => {
    now = arrival(world, n);
    if (performance.now() < next) return;
    next = performance.now() + 10_000;
    say(`${n} of ${messages} messages, ${rate(n)} a second`);
  });
  const append_per_s = rate(messages);
  now = world.end;
  await track.settle();
  const ingest_per_s = rate(messages);
  await track.close();
  say(`built: ${append_per_s} messages a second taken, ${ingest_per_s} with all of it sealed`);
  const bytes_per_message = Math.round(bytesIn(data) / messages);
  return { ...world, added: 0, ingest_per_s, append_per_s, bytes_per_message };
}

async function measure(plan: Plan, built: Built, data: string): Promise<{ figures: Figures; added: number }> {
  const figures: Figures = {};
  const on = (phase: Phase): boolean => plan.phases.has(phase);
  const track = await open(data, () => built.end);
  let added = 0;
  try {
    if (on('check'))
      figures.totals_checked = await check(track, built, (n) => n % 1_000_000 === 0 && say(`counted ${n}`));
    await warmUp(track, built, data);
    for (const phase of ['q1', 'q4', 'contains', 'begins', 'details', 'counts'] as const)
      if (on(phase)) await WARM[phase](track, built, plan, figures);
    if (on('ingesting')) added = await whileIngesting(track, built, plan, figures);
    if (on('ingest')) added += await atFullSpeed(track, built, added, figures);
    await track.settle();
  } finally {
    await track.close();
  }
  figures.rss_mb = Math.round(process.resourceUsage().maxRSS / 1024);
  if (on('cold')) await cold(built, plan, data, figures);
  if (on('log')) await logged(built, plan, figures);
  return { figures, added };
}

/** Three for each number of questions. */
const seedsOf = ({ seed, questions = 1 }: World & { questions?: number }): number[] =>
  [1, 2, 3].map((n) => seed * 1000 + (questions - 1) * 3 + n);
const rangeOf = (world: World): Range => ({ from: beginning(world), to: world.end + DAY });

/** Files into the file cache, code into the compiler; with questions that are not asked again. */
async function warmUp(track: Track, world: World, data: string): Promise<void> {
  await readAll(data);
  const range = rangeOf(world);
  for (const key of samples(world.seed, ask.warm, COUNT.warm, (d) => observable(world, d)))
    await track.lookup({ range, keys: [key], limit: 20 });
  for (const value of samples(world.seed, ask.warm, COUNT.warm / 20, (d) => needle(world, d, 1)))
    await track.search({ range, subject: { op: 'contains', value } });
  for (const value of samples(world.seed, ask.warm, COUNT.warm / 20, (d) => prefix(world, d)))
    await track.search({ range, sender: { op: 'begins_with', value } });
}

/** Milliseconds of each question, one after another. */
async function timed<T>(questions: T[], put: (question: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const question of questions) {
    const began = performance.now();
    await put(question);
    times.push(performance.now() - began);
  }
  return times;
}

const worst = (runs: number[][], share: number): number =>
  ms(Math.max(...runs.map((r) => quantile(r, share))));

type Measurement = (track: Track, world: World, plan: Plan, figures: Figures) => Promise<void>;

/** Times of each seed. */
async function perSeed<T>(
  world: World,
  what: string,
  make: (seed: number) => T[],
  put: (question: T) => Promise<unknown>,
): Promise<number[][]> {
  const runs: number[][] = [];
  for (const seed of seedsOf(world)) runs.push(await timed(make(seed), put));
  say(`${what}: p50 ${worst(runs, 0.5)} ms, p99 ${worst(runs, 0.99)} ms, at most ${worst(runs, 1)} ms`);
  return runs;
}

const searching = (track: Track, world: World, criterion: (value: string) => Omit<SearchInput, 'range'>) => {
  const range = rangeOf(world);
  return (value: string) => track.search({ range, ...criterion(value) });
};

const WARM: Record<'q1' | 'q4' | 'contains' | 'begins' | 'details' | 'counts', Measurement> = {
  q1: async (track, world, { effort }, figures) => {
    const put = (key: KeyValue) => track.lookup({ range: rangeOf(world), keys: [key], limit: 20 });
    const n = COUNT.q1 * effort;
    const mixed = await perSeed(world, 'q1', (s) => samples(s, ask.q1, n, (d) => observable(world, d)), put);
    figures.q1_p50_ms = worst(mixed, 0.5);
    figures.q1_p99_ms = worst(mixed, 0.99);
    const none = await perSeed(world, 'q1 absent', (s) => samples(s, ask.absent, n, absent), put);
    figures.q1_absent_p99_ms = worst(none, 0.99);
  },
  q4: async (track, world, { effort }, figures) => {
    const put = (keys: KeyValue[]) => track.lookup({ range: rangeOf(world), keys, limit: 10 });
    const batches = (s: number) =>
      samples(s, ask.q4, COUNT.q4 * effort, (d) => Array.from({ length: 100 }, () => observable(world, d)));
    figures.q4_p99_ms = worst(await perSeed(world, 'q4', batches, put), 0.99);
  },
  contains: async (track, world, { effort }, figures) => {
    const put = searching(track, world, (value) => ({ subject: { op: 'contains', value } }));
    const n = COUNT.contains * effort;
    const one = (s: number) => samples(s, ask.one, n, (d) => needle(world, d, 1));
    const two = (s: number) => samples(s, ask.two, n, (d) => needle(world, d, 2));
    figures.contains_p99_ms = worst(await perSeed(world, 'contains a word', one, put), 0.99);
    figures.contains_two_words_p99_ms = worst(await perSeed(world, 'contains two words', two, put), 0.99);
  },
  begins: async (track, world, { effort }, figures) => {
    const put = searching(track, world, (value) => ({ sender: { op: 'begins_with', value } }));
    const make = (s: number) => samples(s, ask.begins, COUNT.begins * effort, (d) => prefix(world, d));
    figures.begins_p99_ms = worst(await perSeed(world, 'begins with', make, put), 0.99);
  },
  details: async (track, world, { effort }, figures) => {
    const make = (s: number) =>
      samples(s, ask.details, COUNT.details * effort, (d) => 1 + d.below(world.messages));
    figures.details_p99_ms = worst(await perSeed(world, 'details', make, (mid) => track.details(mid)), 0.99);
  },
  counts: async (track, world, { effort }, figures) => {
    const range = rangeOf(world);
    const n = COUNT.counts * effort;
    const make = (s: number) => samples(s, ask.counts, n, (d) => needle(world, d, 1));
    const hours = (value: string) => track.histogram({ range, subject: { op: 'contains', value } });
    figures.histogram_p99_ms = worst(await perSeed(world, 'histogram', make, hours), 0.99);
    const again = (s: number) => samples(s, ask.tops, n, (d) => needle(world, d, 1));
    const tops = (value: string) =>
      track.top({ range, subject: { op: 'contains', value }, fields: ['sender', 'recipient'] });
    figures.top_p99_ms = worst(await perSeed(world, 'top of two fields', again, tops), 0.99);
  },
};

/** As fast as the store takes it, until all of it is sealed. Returns how many messages came. */
async function atFullSpeed(track: Track, built: Built, before: number, figures: Figures): Promise<number> {
  const first = built.messages + built.added + before + 1;
  const began = performance.now();
  await build(track, built, () => {}, { first, last: first + MORE - 1 });
  await track.settle();
  figures.ingest_into_it_per_s = Math.round((MORE * 1000) / (performance.now() - began));
  say(`${MORE} messages more, sealed: ${figures.ingest_into_it_per_s} a second`);
  return MORE;
}

/** Returns how many messages came. */
async function whileIngesting(track: Track, built: Built, plan: Plan, figures: Figures): Promise<number> {
  const range = rangeOf(built);
  const runs: number[][] = [];
  let added = 0;
  const began = performance.now();
  for (const seed of seedsOf(built)) {
    const stop = new AbortController();
    const feed = steadily(track, built, built.messages + built.added + added + 1, RATE, stop.signal);
    const times: number[] = [];
    const keys = samples(seed, later.ingesting, plan.seconds * ASKS_PER_S, (d) => observable(built, d));
    const until = performance.now() + plan.seconds * 1000;
    for (const [i, key] of keys.entries()) {
      const turn = until - ((keys.length - i) * 1000) / ASKS_PER_S;
      if (turn > performance.now()) await sleep(turn - performance.now());
      times.push(...(await timed([key], () => track.lookup({ range, keys: [key], limit: 20 }))));
    }
    stop.abort();
    added += await feed;
    runs.push(times);
  }
  figures.q1_p99_ms_while_ingesting = worst(runs, 0.99);
  figures.ingested_per_s_meanwhile = Math.round((added * 1000) / (performance.now() - began));
  say(
    `q1 while ingesting ${figures.ingested_per_s_meanwhile} a second: p99 ${figures.q1_p99_ms_while_ingesting} ms`,
  );
  return added;
}

/** A new process for each seed, none of the store's files in the file cache. */
async function cold(built: Built, plan: Plan, data: string, figures: Figures): Promise<void> {
  const results: ColdTimes[] = [];
  for (const seed of seedsOf(built)) {
    if (!dropCache(data)) return;
    const [first] = samples(seed, later.open, 1, (d) => present(built, d));
    const keys = samples(seed, later.cold, COUNT.cold * plan.effort, (d) => observable(built, d));
    results.push(await inProcess({ dir: data, range: rangeOf(built), first: first as KeyValue, keys }));
  }
  figures.q1_cold_p99_ms = worst(
    results.map((r) => r.times),
    0.99,
  );
  figures.open_ms = ms(Math.max(...results.map((r) => r.openMs)));
  figures.start_ms = ms(Math.max(...results.map((r) => r.startMs)));
  figures.cold_by = 'dd iflag=nocache count=0 on each file before each of three new processes';
  say(`cold: q1 p99 ${figures.q1_cold_p99_ms} ms, open ${figures.open_ms} ms`);
}

const inProcess = (start: ColdStart): Promise<ColdTimes> =>
  new Promise((resolve, reject) => {
    const child = fork(COLD, [JSON.stringify(start)]);
    let times: ColdTimes | undefined;
    child.on('message', (message) => {
      times = message as ColdTimes;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      times ? resolve(times) : reject(new Error(`the cold process ended (${code})`)),
    );
  });

async function logged(built: Built, plan: Plan, figures: Figures): Promise<void> {
  const [nobody] = samples(built.seed, later.log, 1, (d) => `${d.hex(8)}@qxnowhere.example`);
  const { messages, bytes, rg, grep } = await searchLog(join(plan.dir, 'mail.log'), built, nobody as string);
  figures.rg_s = rg === null ? null : ms(rg);
  figures.grep_s = grep === null ? null : ms(grep);
  figures.log_messages = messages;
  figures.log_bytes_per_message = Math.round(bytes / messages);
  if (messages < built.messages)
    figures.log_note = `rg_s and grep_s are those of ${messages} messages, times ${built.messages / messages}`;
  if (rg === null) figures.rg_note = 'ripgrep is not installed here';
}
