/** For tests: twenty modules, most of them in trouble, and the servers behind them. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { addModule, type Call } from '@sightline/api';
import { GENERIC_RELAY } from '../module/relay/type.ts';
import { bodyOf, type Site, site } from '../outbound/fixture.ts';

export const ip = { type: 'ip' as const, value: '198.51.100.7' };
const sighting = {
  type: 'sighting',
  id: 'transient:sighting-1',
  schema_version: '1.3.29',
  observed_time: { start_time: '2026-11-20T10:00:00Z' },
  confidence: 'High',
  count: 1,
  observables: [ip],
};
const good = { data: { sightings: { count: 1, docs: [sighting] } } };

/** What each server does with a question. */
const BEHAVIOURS: Record<string, RequestListener> = {
  good: (_, res) => res.end(JSON.stringify(good)),
  // one drips, one never answers, one takes the question and is silent
  slow1: (_, res) => {
    const drip = setInterval(() => res.write(' '), 100);
    res.once('close', () => clearInterval(drip));
  },
  slow2: () => {},
  slow3: (_, res) => res.flushHeaders(),
  // not JSON, not CTIM, and about what nobody asked
  lying1: (_, res) => res.end('<html>Welcome</html>'),
  lying2: (_, res) =>
    res.end(JSON.stringify({ data: { sightings: { count: 99, docs: [{ type: 'sighting' }, 7] } } })),
  lying3: (_, res) =>
    res.end(
      JSON.stringify({
        data: {
          verdicts: {
            docs: [
              {
                type: 'verdict',
                disposition: 1,
                observable: { type: 'ip', value: '8.8.8.8' },
                valid_time: {},
              },
            ],
          },
        },
      }),
    ),
  busy: (_, res) => res.writeHead(429, { 'retry-after': '60' }).end(),
  resetting: (req) => req.socket.destroy(),
};

/** An address at which nothing listens. */
const dead = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });

/** Adds four good modules, five dead, three slow, three lying, three that answer 429, two that reset. */
export async function addCrowd(admin: Call): Promise<{ close: () => Promise<void> }> {
  const sites: Site[] = [];
  const listening = async (behaviour: RequestListener): Promise<string> => {
    const made = await site(async (req, res) => {
      await bodyOf(req);
      behaviour(req, res);
    });
    sites.push(made);
    return made.url;
  };
  const add = (name: string, url: string): Promise<unknown> => {
    const settings = { url, 'auth-type': 'none', 'supported-apis': 'observe/observables' };
    return admin(addModule, { body: { name, module_type_id: GENERIC_RELAY.id, settings } });
  };
  const { good: works, busy, resetting, ...others } = BEHAVIOURS as Record<string, RequestListener>;
  for (const n of [1, 2, 3, 4]) await add(`good${n}`, await listening(works as RequestListener));
  for (const n of [1, 2, 3, 4, 5]) await add(`dead${n}`, await dead());
  for (const n of [1, 2, 3]) await add(`busy${n}`, await listening(busy as RequestListener));
  for (const n of [1, 2]) await add(`resetting${n}`, await listening(resetting as RequestListener));
  for (const [name, behaviour] of Object.entries(others)) await add(name, await listening(behaviour));
  return {
    close: async () => {
      for (const one of sites) await one.close();
    },
  };
}
