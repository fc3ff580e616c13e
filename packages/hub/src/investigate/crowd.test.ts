/** Twenty modules at once, most of them in trouble, through a whole hub: the good ones are quick, each failure is told. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { addModule, type InvestigationLine, investigate, lines } from '@sightline/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { GENERIC_RELAY } from '../module/relay/type.ts';
import { bodyOf, type Site, site } from '../outbound/fixture.ts';

const ip = { type: 'ip' as const, value: '198.51.100.7' };
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

let at: TestHub;
const sites: Site[] = [];

async function listening(behaviour: RequestListener): Promise<string> {
  const made = await site(async (req, res) => {
    await bodyOf(req);
    behaviour(req, res);
  });
  sites.push(made);
  return made.url;
}

/** An address at which nothing listens. */
const dead = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });

const add = (name: string, url: string) =>
  at.admin(addModule, {
    body: {
      name,
      module_type_id: GENERIC_RELAY.id,
      settings: { url, 'auth-type': 'none', 'supported-apis': 'observe/observables' },
    },
  });

beforeAll(async () => {
  at = await openHub({ outboundAllow: ['127.0.0.0/8'] });
  const { good: works, busy, resetting, ...others } = BEHAVIOURS as Record<string, RequestListener>;
  for (const n of [1, 2, 3, 4]) await add(`good${n}`, await listening(works as RequestListener));
  for (const n of [1, 2, 3, 4, 5]) await add(`dead${n}`, await dead());
  for (const n of [1, 2, 3]) await add(`busy${n}`, await listening(busy as RequestListener));
  for (const n of [1, 2]) await add(`resetting${n}`, await listening(resetting as RequestListener));
  for (const [name, behaviour] of Object.entries(others)) await add(name, await listening(behaviour));
});
afterAll(async () => {
  await at.close();
  for (const one of sites) await one.close();
});

type ModuleLine = Extract<InvestigationLine, { type: 'module' }>;

it('has the good results at once, everything settled within thirty, and every failure explained', async () => {
  const began = performance.now();
  const seen: (ModuleLine & { at: number })[] = [];
  let ended = 0;
  const body = { observables: [ip] };
  for await (const line of lines({ base: at.url, headers: { cookie: at.cookie } }, investigate, { body })) {
    if (line.type === 'module') seen.push({ ...line, at: performance.now() - began });
    if (line.type === 'end') ended = performance.now() - began;
  }
  const of = (name: string) => seen.filter((one) => one.module.module.startsWith(name));
  expect(seen).toHaveLength(20);
  for (const one of of('good')) {
    expect(one).toMatchObject({ state: 'ok', errors: [], data: { sightings: { count: 1 } } });
    // A second on an idle machine; here other tests run beside it.
    expect(one.at).toBeLessThan(5000);
  }
  expect(ended).toBeGreaterThan(0);
  expect(ended).toBeLessThan(31_000);
  const told = (name: string) =>
    of(name).map((one) => [one.state, one.errors[0]?.code, one.errors[0]?.message]);
  const everywhere = (count: number, ...one: unknown[]) => Array.from({ length: count }, () => one);
  expect(told('dead')).toEqual(
    everywhere(5, 'error', 'connection-error', '127.0.0.1 cannot be reached: nothing listens there.'),
  );
  expect(told('resetting')).toEqual(
    everywhere(2, 'error', 'connection-error', '127.0.0.1 cannot be reached: it ended the connection.'),
  );
  expect(told('busy')).toEqual(
    everywhere(
      3,
      'error',
      'too many requests',
      expect.stringContaining('It can be asked again in 60 seconds.'),
    ),
  );
  expect(told('slow').map(([state, code]) => [state, code])).toEqual(
    everywhere(3, 'error', 'module-timeout'),
  );
  expect(
    told('lying')
      .map(([, code]) => code)
      .sort(),
  ).toEqual(['invalid-entities-warning', 'invalid-entities-warning', 'invalid-json-response']);
  for (const { data } of of('lying'))
    expect(Object.values(data).every((kind) => kind.count === 0)).toBe(true);
}, 45_000);
