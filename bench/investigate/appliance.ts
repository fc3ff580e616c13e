/** The appliance of the bench: a month of generated mail in the tracking store, and the connector that answers from it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { exchangeAt } from '../../packages/appliance/src/connector/exchange.ts';
import { loadIdentity } from '../../packages/appliance/src/connector/identity.ts';
import { runLink } from '../../packages/appliance/src/connector/link.ts';
import { serve } from '../../packages/appliance/src/connector/serve.ts';
import { wayTo } from '../../packages/appliance/src/connector/way.ts';
import { openTrack } from '../../packages/appliance/src/track/track.ts';
import type { World } from '../mail.ts';
import { build } from '../store/feed.ts';

/** What the bench sends. */
export interface Work {
  url: string;
  dir: string;
  token: string;
  world: World;
}

const HOST = 'esa01.example';
const facts = {
  name: HOST,
  type: 'ESA' as const,
  product: 'Sightline',
  version: '0.1.0',
  serial: 'B1',
  ip: '127.0.0.1',
  connectorVersion: '1.0.0',
};

const [{ url, dir, token, world }] = (await once(process, 'message')) as [Work];
let now = world.end;
const track = await openTrack({
  dir: join(dir, 'track'),
  host: HOST,
  serial: facts.serial,
  clock: () => now,
});
const began = performance.now();
await build(track, world, (n) => {
  if (n % 100_000 === 1) process.send?.({ built: n - 1 });
});
await track.settle();
now = Date.now();
process.send?.({ built: world.messages, seconds: (performance.now() - began) / 1000 });

const signal = new AbortController().signal;
const identity = await loadIdentity(join(dir, 'device-key.json'));
const way = wayTo({ url });
const exchange = exchangeAt(url, identity, { fetch: way.fetch, clock: Date.now });
const { deviceId } = await exchange.enrol(token, facts, signal);
const { proof, offset } = await exchange.proof(deviceId, signal);
process.once('disconnect', () => process.exit(0));
await runLink({
  url,
  proof,
  deviceId,
  facts,
  boot: identity.boot,
  trust: identity.trust(url),
  offset,
  clock: Date.now,
  agent: way.agent,
  serve: serve(
    {
      lookup: (query, ask) => track.lookup(query, ask),
      search: (query, ask) => track.search(query, ask),
      details: (mid) => track.details(mid),
      health: () => ({ version: facts.version, uptimeS: 1, queued: 0, indexedUntil: world.end }),
    },
    () => HOST,
  ),
  signal,
  onWelcome: () => process.send?.({ connected: deviceId }),
  onContact: () => {},
  onAnswered: () => {},
  onRoundTrip: () => {},
});
