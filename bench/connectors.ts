/**
 * Live connectors against one hub: a hub process, the appliance's own connector code in child processes, questions
 * at a steady rate, and a kill -9 of the hub in the middle. `--count 10000 --rate 50 --seconds 20 --children 4`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addDevices, addModule, type Call, listModuleTypes, testModule } from '../packages/api/src/index.ts';
import { administrator, startHub } from './hub/process.ts';

const CHILD = fileURLToPath(new URL('./connectors/child.ts', import.meta.url));
/** Modules over which the questions are spread. */
const MODULES = 50;

interface State {
  registered: number;
  connected: number;
  refused: number;
  last: string;
}
async function tokens(call: Call, count: number): Promise<{ token: string; deviceId: string }[]> {
  const all: { token: string; deviceId: string }[] = [];
  while (all.length < count) {
    const body = { count: Math.min(100, count - all.length), expiryHours: 12 };
    all.push(...(await call(addDevices, { body })).tokens);
  }
  return all;
}

async function modules(call: Call, deviceIds: string[]): Promise<string[]> {
  const { types } = await call(listModuleTypes);
  const type = types.find((one) => one.title.includes('Email Security Appliance'));
  const ids: string[] = [];
  for (const [i, device] of deviceIds.entries()) {
    const settings = { device, timeframe_days: 30 };
    const body = { name: `bench ${i}`, module_type_id: type?.id ?? '', settings };
    ids.push((await call(addModule, { body })).id);
  }
  return ids;
}

/** Asks at a steady rate until told to stop; keeps the milliseconds of those that were answered. */
function asker(call: Call, ids: string[], rate: number) {
  const times: number[] = [];
  let failed = 0;
  const ask = async (id: string): Promise<void> => {
    const began = performance.now();
    const answer = await call(testModule, { params: { id } });
    if (answer.status === 'ok') times.push(performance.now() - began);
    else failed += 1;
  };
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    ask(ids[n % ids.length] as string).catch(() => {
      failed += 1;
    });
  }, 1000 / rate);
  return { times, stop: () => clearInterval(timer), failed: () => failed };
}

const rssOf = (pid: number | undefined): number => {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
};

const quantile = (times: number[], q: number): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? -1) * 10) / 10;
};

/** Seconds until `is`, -1 when it was not within `most` seconds. */
async function until(is: () => boolean, most: number): Promise<number> {
  const began = performance.now();
  while (!is()) {
    if (performance.now() - began > most * 1000) return -1;
    await sleep(100);
  }
  return Math.round((performance.now() - began) / 100) / 10;
}

interface Fleet {
  children: ChildProcess[];
  sum: (of: 'registered' | 'connected') => number;
  states: State[];
}

async function launch(url: string, dir: string, all: string[], count: number): Promise<Fleet> {
  const size = Math.ceil(all.length / count);
  const states: State[] = [];
  const children = Array.from({ length: count }, (_, i) => {
    const child = fork(CHILD, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (state) => {
      states[i] = state as State;
    });
    child.send({ url, dir, tokens: all.slice(i * size, (i + 1) * size), first: i * size });
    return child;
  });
  return { children, states, sum: (of) => states.reduce((n, state) => n + (state?.[of] ?? 0), 0) };
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const options = { count: text('10000'), rate: text('50'), seconds: text('20'), children: text('4') };
  const { values } = parseArgs({ args, options });
  const [count, rate, seconds, children] = [values.count, values.rate, values.seconds, values.children].map(
    Number,
  ) as [number, number, number, number];
  const dir = mkdtempSync(join(tmpdir(), 'bench-connectors-'));
  let hub = await startHub(join(dir, 'hub'), 0);
  const { call } = await administrator(hub);
  const made = await tokens(call, count);
  const fleet = await launch(
    hub.url,
    dir,
    made.map((one) => one.token),
    children,
  );
  try {
    const connectS = await until(() => fleet.sum('connected') >= count, 120 + count / 25);
    const connected = fleet.sum('connected');
    const step = Math.max(1, Math.floor(count / MODULES));
    const asked = made.filter((_, i) => i % step === 0).slice(0, MODULES);
    const ids = await modules(
      call,
      asked.map((one) => one.deviceId),
    );
    const before = asker(call, ids, rate);
    let rss = 0;
    const sampler = setInterval(() => {
      rss = Math.max(rss, rssOf(hub.child.pid));
    }, 1000);
    await sleep(seconds * 1000);
    before.stop();
    clearInterval(sampler);
    await sleep(1000);
    const port = Number(new URL(hub.url).port);
    process.kill(hub.child.pid as number, 'SIGKILL');
    await once(hub.child, 'exit');
    const killed = performance.now();
    hub = await startHub(join(dir, 'hub'), port);
    const during = asker(call, ids, rate);
    await until(() => fleet.sum('connected') < connected / 2, 10);
    await until(() => fleet.sum('connected') >= connected * 0.99, 300);
    const reconnectS = Math.round((performance.now() - killed) / 100) / 10;
    await sleep(seconds * 500);
    during.stop();
    rss = Math.max(rss, rssOf(hub.child.pid));
    const times = [...before.times, ...during.times];
    return {
      bench: 'connectors',
      count,
      connected,
      connect_s: connectS,
      rss_mb: rss,
      asks: times.length,
      ask_p50_ms: quantile(times, 0.5),
      ask_p99_ms: quantile(times, 0.99),
      ask_p99_steady_ms: quantile(before.times, 0.99),
      asks_failed_steady: before.failed(),
      asks_failed_restart: during.failed(),
      reconnect_99_s: fleet.sum('connected') >= connected * 0.99 ? reconnectS : -1,
    };
  } finally {
    for (const child of fleet.children) child.disconnect();
    hub.child.kill('SIGTERM');
    await Promise.race([once(hub.child, 'exit'), sleep(20_000)]);
    rmSync(dir, { recursive: true, force: true });
  }
}
