/** Connectors of the bench, many to a process: the appliance's own code, each from an address of its own. */
import { once } from 'node:events';
import { join } from 'node:path';
import { PACE } from '../../packages/appliance/src/connector/backoff.ts';
import { exchangeAt } from '../../packages/appliance/src/connector/exchange.ts';
import { type Identity, loadIdentity } from '../../packages/appliance/src/connector/identity.ts';
import { keepLink } from '../../packages/appliance/src/connector/keep.ts';
import { runLink } from '../../packages/appliance/src/connector/link.ts';
import { serve } from '../../packages/appliance/src/connector/serve.ts';
import { wayTo } from '../../packages/appliance/src/connector/way.ts';

interface Work {
  url: string;
  dir: string;
  /** Tokens, and the number of the first connector among all. */
  tokens: string[];
  first: number;
}

const health = { version: '0.1.0', uptimeS: 1, queued: 0, indexedUntil: 0 };
const none = async () => undefined;
const answer = serve(
  {
    lookup: async () => ({ results: [], indexedUntil: 0 }),
    search: async () => ({ rows: [], total: 0, totalIs: 'exact' as const, indexedUntil: 0 }),
    details: none,
    health: () => health,
  },
  () => 'bench',
);
/** At a time, until all are registered. */
const AT_ONCE = 16;
const state = { registered: 0, connected: 0, refused: 0, last: '' };

const [work] = (await once(process, 'message')) as [Work];
const facts = (n: number) => ({
  name: `bench-${n}`,
  type: 'ESA' as const,
  product: 'Sightline',
  version: '0.1.0',
  serial: String(n),
  ip: '127.0.0.1',
  connectorVersion: '1.0.0',
});

/** Twenty connectors an address: limits per address are meant for one site. */
const addressOf = (n: number): string => {
  const site = Math.floor(n / 20);
  return `127.20.${Math.floor(site / 250)}.${(site % 250) + 1}`;
};

async function start(token: string, n: number): Promise<void> {
  const identity = await loadIdentity(join(work.dir, `${n}.json`));
  const way = wayTo({ url: work.url, localAddress: addressOf(n) });
  const exchange = exchangeAt(work.url, identity, { fetch: way.fetch, clock: Date.now });
  const never = new AbortController().signal;
  const { deviceId } = await exchange.enrol(token, facts(n), never);
  state.registered += 1;
  void keepLink({
    connect: () => connection(n, deviceId, identity),
    onTrouble: (why) => {
      state.refused += 1;
      state.last = String(why instanceof Error ? why.message : JSON.stringify(why));
    },
    pace: PACE,
    random: Math.random,
    signal: never,
  });
}

async function connection(n: number, deviceId: string, identity: Identity) {
  const signal = new AbortController().signal;
  const way = wayTo({ url: work.url, localAddress: addressOf(n) });
  const exchange = exchangeAt(work.url, identity, { fetch: way.fetch, clock: Date.now });
  const { proof, offset } = await exchange.proof(deviceId, signal);
  let welcomed = 0;
  const end = await runLink({
    url: work.url,
    proof,
    deviceId,
    facts: facts(n),
    boot: identity.boot,
    trust: identity.trust(work.url),
    offset,
    clock: Date.now,
    agent: way.agent,
    serve: answer,
    signal,
    onWelcome: () => {
      if (welcomed === 0) state.connected += 1;
      welcomed ||= performance.now();
    },
    onContact: () => {},
    onAnswered: () => {},
    onRoundTrip: () => {},
  });
  if (welcomed > 0) state.connected -= 1;
  return { ...end, heldMs: welcomed > 0 ? performance.now() - welcomed : 0 };
}

setInterval(() => process.send?.(state), 250);
process.once('disconnect', () => process.exit(0));
const queue = work.tokens.map((token, i) => [token, work.first + i] as const);
const lane = async (): Promise<void> => {
  for (let next = queue.shift(); next; next = queue.shift()) await start(...next);
};
await Promise.all(Array.from({ length: AT_ONCE }, lane));
