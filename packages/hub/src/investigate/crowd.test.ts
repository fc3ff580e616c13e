/** Twenty modules at once, most of them in trouble, through a whole hub: the good ones are quick, each failure is told. */
import { type InvestigationLine, investigate, lines } from '@sightline/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { addCrowd, ip } from './crowd.fixture.ts';

let at: TestHub;
let crowd: { close: () => Promise<void> };
beforeAll(async () => {
  at = await openHub({ outboundAllow: ['127.0.0.0/8'] });
  crowd = await addCrowd(at.admin);
});
afterAll(async () => {
  await at.close();
  await crowd.close();
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
