/** Programs have so many calls an hour, all of an organisation together; people are not counted. */
import { addApiClient, INTEL, irohWhoami, issueToken, listApiClients, listDevices } from '@sightline/api';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { rate } from './rate.ts';

const HOUR = 3_600_000;

test('the hour moves along; what was used longest ago comes back first', () => {
  const at = rate(3);
  expect([at.take('o', 'a', 0), at.take('o', 'a', 0), at.take('o', 'b', 120_000)]).toEqual([2, 1, 0]);
  expect([at.used('o', 120_000), at.used('a', 120_000), at.used('b', 120_000)]).toEqual([3, 2, 1]);
  expect(() => at.take('o', 'a', 180_000)).toThrow('3420 seconds');
  expect(at.take('other', 'c', 180_000)).toBe(2);
  expect(at.used('o', HOUR)).toBe(1);
  expect(at.take('o', 'a', HOUR)).toBe(1);
});

test('only so many are kept', () => {
  const at = rate(9, 4);
  for (let i = 0; i < 50; i++) at.take(`o${i}`, `c${i}`, 0);
  expect([at.used('o0', 0), at.used('o49', 0)]).toEqual([0, 1]);
});

describe('the hub', () => {
  let at: TestHub;
  let now = Date.now();
  beforeEach(async () => {
    at = await openHub({ requestsPerHour: 2, clock: () => now });
  });
  afterEach(() => at.close());

  const program = async () => {
    const scopes = ['profile', 'private-intel'];
    const { client, password } = await at.admin(addApiClient, { body: { name: 'busy', scopes } });
    const basic = { authorization: `Basic ${btoa(`${client.id}:${password}`)}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const res = await fetch(at.url + issueToken.path, { method: 'POST', headers: basic, body });
    const { access_token } = (await res.json()) as { access_token: string };
    const get = (path: string) =>
      fetch(at.url + path, { headers: { authorization: `Bearer ${access_token}` } });
    return { id: client.id, get };
  };

  it('says in each answer how many are left, and then 429 in the words of each side', async () => {
    const { id, get } = await program();
    const first = await get(irohWhoami.path);
    expect([first.status, first.headers.get('x-ratelimit-org-remaining')]).toEqual([200, '1']);
    expect((await get(INTEL.sighting.search.path)).headers.get('x-ratelimit-org-limit')).toBe('2');
    const platform = await get(irohWhoami.path);
    expect(platform.status).toBe(429);
    expect(Number(platform.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect(platform.headers.get('x-ratelimit-org-remaining')).toBe('0');
    expect(await platform.json()).toMatchObject({
      error: 'too_many_requests',
      error_description: expect.stringContaining('Wait'),
    });
    const ctia = await get(INTEL.sighting.search.path);
    expect([ctia.status, await ctia.json()]).toEqual([
      429,
      expect.objectContaining({ error: 'Too Many Requests' }),
    ]);
    expect(await at.admin(listApiClients)).toMatchObject({
      requests: { limit: 2, used: 2, byClient: { [id]: 2 } },
    });
    await at.admin(listDevices);
    now += HOUR;
    expect((await get(irohWhoami.path)).status).toBe(401);
  });
});
