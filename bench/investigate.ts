/**
 * An investigation all the way: API call to the hub over HTTP, question to one appliance over its connector, message
 * tracking of a month of generated mail, sightings back. Hub and appliance are processes of their own.
 *
 *   npm run bench -- investigate [--messages 1000000] [--observables 20] [--asks 200] [--seed 1]
 *
 * Every question is asked once; 40 % of the observables are in some message, the others in none.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  addDevices,
  addModule,
  type LookupKey,
  listModuleTypes,
  observe,
} from '../packages/api/src/index.ts';
import type { Observable, ObservableType } from '../packages/ctim/src/index.ts';
import { administrator, type HubProcess, startHub } from './hub/process.ts';
import type { Work } from './investigate/appliance.ts';
import type { World } from './mail.ts';
import { observable, quantile, samples } from './store/sample.ts';

const APPLIANCE = fileURLToPath(new URL('./investigate/appliance.ts', import.meta.url));
/** Purposes of random numbers beyond those of the store's bench. */
const SEQUENTIAL = 120;
const WARM = 121;
const TOGETHER = 122;
/** Questions at once when their number in a second is measured. */
const CALLERS = 4;

const TYPES: Partial<Record<LookupKey, ObservableType>> = {
  mid: 'cisco_mid',
  ip: 'ip',
  domain: 'domain',
  address: 'email',
  subject: 'email_subject',
  message_id: 'email_messageid',
  sha256: 'sha256',
  file_name: 'file_name',
  url: 'url',
  md5: 'md5',
  sha1: 'sha1',
};

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

interface Plan {
  messages: number;
  observables: number;
  asks: number;
  seed: number;
}

function planOf(args: string[]): Plan {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const options = { messages: text('1000000'), observables: text('20'), asks: text('200'), seed: text('1') };
  const { values } = parseArgs({ args, options });
  const plan = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
  for (const [key, value] of Object.entries(plan))
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${key}: an integer, 1 or more.`);
  return plan as unknown as Plan;
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const plan = planOf(args);
  const dir = mkdtempSync(join(tmpdir(), 'bench-investigate-'));
  const hub = await startHub(join(dir, 'hub'), 0);
  const child = fork(APPLIANCE, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    return await measured(plan, hub, child, dir);
  } finally {
    if (child.connected) child.disconnect();
    hub.child.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measured(plan: Plan, hub: HubProcess, child: ChildProcess, dir: string) {
  const { call, cookie } = await administrator(hub);
  const { tokens } = await call(addDevices, { body: { count: 1, expiryHours: 12 } });
  const world: World = { seed: plan.seed, messages: plan.messages, end: Date.now() };
  const device = await ready(child, { url: hub.url, dir, token: tokens[0]?.token ?? '', world });
  const { types } = await call(listModuleTypes);
  const type = types.find((one) => one.title === 'Email Security Appliance');
  const settings = { device, timeframe_days: 31 };
  await call(addModule, { body: { name: 'bench', module_type_id: type?.id ?? '', settings } });
  const ask = asker(hub.url, cookie);
  const questions = (purpose: number, count: number): Observable[][] =>
    samples(plan.seed, purpose, count, (draw) =>
      Array.from({ length: plan.observables }, () => {
        const { key, value } = observable(world, draw);
        return { type: TYPES[key] ?? 'domain', value };
      }),
    );
  for (const one of questions(WARM, 20)) await ask(one);
  const answers: Asked[] = [];
  for (const one of questions(SEQUENTIAL, plan.asks)) answers.push(await ask(one));
  const perSecond = await together(questions(TOGETHER, plan.asks), ask);
  return result(plan, answers, perSecond);
}

/** Builds the store and connects; resolves with the id of the device. */
function ready(child: ChildProcess, work: Work): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the appliance ended with ${code}`)));
    child.on('message', (told: { built?: number; seconds?: number; connected?: string }) => {
      if (told.built) say(`${told.built} messages${told.seconds ? ` in ${Math.round(told.seconds)} s` : ''}`);
      if (told.connected) resolve(told.connected);
    });
    child.send(work);
  });
}

interface Asked {
  ms: number;
  bytes: number;
  sightings: number;
}

/** Asks as a client does, up to the last byte of the answer. */
const asker =
  (url: string, cookie: string) =>
  async (observables: Observable[]): Promise<Asked> => {
    const began = performance.now();
    const res = await fetch(url + observe.path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(observables),
    });
    const text = await res.text();
    const ms = performance.now() - began;
    const { data, errors = [] } = observe.answer.parse(JSON.parse(text));
    const serious = errors.filter((one) => one.type !== 'warning');
    if (!res.ok || data.length === 0 || serious.length > 0)
      throw new Error(`the hub answered ${res.status}: ${text.slice(0, 300)}`);
    return { ms, bytes: text.length, sightings: data[0]?.data.sightings?.count ?? 0 };
  };

/** Answers in a second with several callers at once. */
async function together(
  questions: Observable[][],
  ask: (one: Observable[]) => Promise<Asked>,
): Promise<number> {
  const count = questions.length;
  const began = performance.now();
  const caller = async (): Promise<void> => {
    for (let next = questions.shift(); next; next = questions.shift()) await ask(next);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (count * 1000) / (performance.now() - began);
}

function result(plan: Plan, answers: Asked[], perSecond: number): Record<string, unknown> {
  const times = answers.map((one) => one.ms);
  const round = (n: number): number => Math.round(n * 10) / 10;
  const mean = (of: (one: Asked) => number): number =>
    Math.round(answers.reduce((sum, one) => sum + of(one), 0) / answers.length);
  return {
    bench: 'investigate',
    messages: plan.messages,
    observables: plan.observables,
    p50_ms: round(quantile(times, 0.5)),
    p95_ms: round(quantile(times, 0.95)),
    max_ms: round(Math.max(...times)),
    per_s: round(perSecond),
    sightings_mean: mean((one) => one.sightings),
    kib_mean: Math.round(mean((one) => one.bytes) / 1024),
    seed: plan.seed,
  };
}
