/**
 * The intel store over HTTP: a hub in a process of its own is given judgements in bundles; then single ones are made,
 * and verdicts, searches, pages and investigations are asked for, one after the other.
 *
 *   npm run bench -- intel [--judgements 200000] [--asks 200] [--engine sqlite|postgres] [--seed 1]
 *
 * Half of the questions are about an observable that is in the store. PostgreSQL is the one of the packages, with its
 * own settings for durability.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../packages/hub/src/postgres.fixture.ts';
import { administrator, type HubProcess, startHub } from './hub/process.ts';
import { quantile } from './store/sample.ts';

const BUNDLE = 1000;
const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

interface Plan {
  judgements: number;
  asks: number;
  seed: number;
  engine: 'sqlite' | 'postgres';
}

function planOf(args: string[]): Plan {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const options = { judgements: text('200000'), asks: text('200'), seed: text('1'), engine: text('sqlite') };
  const { values } = parseArgs({ args, options });
  if (values.engine !== 'sqlite' && values.engine !== 'postgres')
    throw new Error('--engine: sqlite or postgres.');
  const [judgements, asks, seed] = [values.judgements, values.asks, values.seed].map(Number);
  for (const [name, value] of Object.entries({ judgements, asks, seed }))
    if (!Number.isInteger(value) || Number(value) < 1) throw new Error(`--${name}: an integer, 1 or more.`);
  return { judgements, asks, seed, engine: values.engine } as Plan;
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const plan = planOf(args);
  const dir = mkdtempSync(join(tmpdir(), 'bench-intel-'));
  const server = plan.engine === 'postgres' ? await startPostgres({ durable: true }) : undefined;
  const hub = await startHub(join(dir, 'hub'), 0, server ? { SIGHTLINE_DATABASE_URL: server.url } : {});
  try {
    return await measured(plan, hub);
  } finally {
    hub.child.kill();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

type Send = (method: string, path: string, body?: unknown) => Promise<unknown>;

async function measured(plan: Plan, hub: HubProcess): Promise<Record<string, unknown>> {
  const { cookie } = await administrator(hub);
  const send = sender(hub.url, cookie);
  const began = performance.now();
  for (let at = 0; at < plan.judgements; at += BUNDLE) {
    const count = Math.min(BUNDLE, plan.judgements - at);
    const judgements = Array.from({ length: count }, (_, i) => judgement(plan, at + i));
    await send('POST', '/ctia/bundle/import', { type: 'bundle', source: 'bench', judgements });
    if ((at / BUNDLE) % 20 === 19) say(`${at + count} judgements`);
  }
  const perSecond = (plan.judgements * 1000) / (performance.now() - began);
  const figures: Record<string, unknown> = {};
  for (const [name, ask] of Object.entries(questions(plan, send))) {
    figures[name] = await timed(plan, ask);
    say(`${name} ${JSON.stringify(figures[name])}`);
  }
  return { bench: 'intel', ...plan, import_per_s: Math.round(perSecond), ...figures };
}

const sender =
  (url: string, cookie: string): Send =>
  async (method, path, body) => {
    const headers = { cookie, 'content-type': 'application/json' };
    const res = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await res.text();
    if (res.status >= 400 && res.status !== 404)
      throw new Error(`${method} ${path} answered ${res.status}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  };

const address = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

const judgement = ({ seed }: Plan, n: number) => ({
  source: `feed ${n % 10}`,
  observable: { type: 'ip', value: address(n) },
  disposition: (n % 5) + 1,
  priority: n % 101,
  confidence: 'High',
  severity: ['Low', 'Medium', 'High'][n % 3],
  reason: `Seen in campaign ${(n * 7 + seed) % 997} of list ${n % 31}`,
});

/** What is asked, by what it is called in the result; each time about something else. */
function questions(plan: Plan, send: Send): Record<string, (n: number) => Promise<unknown>> {
  const some = (n: number): string =>
    address(n % 2 === 0 ? (n * 7919 + plan.seed) % plan.judgements : 0x9f0000 + n);
  const search = (query: string) => send('GET', `/ctia/judgement/search?limit=20&${query}`);
  return {
    create: (n) => send('POST', '/ctia/judgement', judgement(plan, plan.judgements + n)),
    verdict: (n) => send('GET', `/ctia/ip/${some(n)}/verdict`),
    by_observable: (n) => send('GET', `/ctia/ip/${some(n)}/judgements`),
    search_value: (n) => search(`query=observable.value:"${some(n)}"`),
    search_words: (n) => search(`query=reason:"campaign ${n % 997}"`),
    search_filters: (n) => search(`disposition=2&severity=High&query=source:"feed ${n % 10}"`),
    newest: (n) => search(`offset=${n}`),
    by_priority: () => search('sort_by=priority:desc'),
    count: () => send('GET', '/ctia/judgement/search/count'),
    deliberate_20: (n) =>
      send(
        'POST',
        '/iroh/iroh-enrich/deliberate/observables',
        Array.from({ length: 20 }, (_, i) => ({ type: 'ip', value: some(n * 20 + i) })),
      ),
  };
}

async function timed({ asks }: Plan, ask: (n: number) => Promise<unknown>): Promise<object> {
  const times: number[] = [];
  const deadline = performance.now() + 60_000;
  for (let n = 0; n < asks && performance.now() < deadline; n++) {
    const began = performance.now();
    await ask(n);
    times.push(performance.now() - began);
  }
  const at = (part: number): number => Math.round(quantile(times, part) * 10) / 10;
  return { p50_ms: at(0.5), p95_ms: at(0.95), asked: times.length };
}
