/** The connector's own ends at a real exchange: enrolment pins, keys are replaced, a removed device is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeAt } from '../packages/appliance/src/connector/exchange.ts';
import { loadIdentity } from '../packages/appliance/src/connector/identity.ts';
import { wayTo } from '../packages/appliance/src/connector/way.ts';
import { FACTS, oneToken, open, openHub, type TestHub } from '../packages/hub/src/fixture.ts';

const DAY = 86_400_000;
const PINS = ['A'.repeat(43).concat('='), 'B'.repeat(43).concat('=')];
const never = new AbortController().signal;
let dir: string;
let at: TestHub;
let now = Date.now();
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'link-'));
  at = await openHub({ clock: () => now, pins: PINS });
});
afterAll(async () => {
  await at.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a key is replaced after ninety days, also when the answer is lost; the old one is good for a day', async () => {
  const path = join(dir, 'key.json');
  const identity = await loadIdentity(path);
  let lose = false;
  const { fetch: send } = wayTo({ url: at.url });
  const lossy: typeof fetch = async (input, init) => {
    const res = await send(input, init);
    if (!lose || !String(input).endsWith('/rotate')) return res;
    lose = false;
    throw new TypeError('lost');
  };
  const exchange = exchangeAt(at.url, identity, { fetch: lossy, clock: () => now });
  const { deviceId } = await exchange.enrol(await oneToken(at.admin), FACTS, never);
  expect(identity.trust(at.url)).toMatchObject({ hubKeys: [{ x: expect.any(String) }], pins: PINS });
  const connects = async (proof: string): Promise<void> => (await open(at.url, proof)).socket.terminate();
  await connects((await exchange.proof(deviceId, never)).proof);
  const first = identity.keyFor(at.url).x;

  now += 91 * DAY;
  lose = true;
  await expect(exchange.proof(deviceId, never)).rejects.toThrow('lost');
  expect(identity.keyFor(at.url).x).toBe(first);
  const { nonce } = await exchange.hello(never);
  const old = await identity.prove({ audience: at.url, subject: deviceId, nonce, now });
  await connects(old);
  await connects((await exchange.proof(deviceId, never)).proof);
  const second = identity.keyFor(at.url).x;
  expect(second).not.toBe(first);

  const again = await loadIdentity(path);
  expect(again.keyFor(at.url).x).toBe(second);
  expect(again.keyFor('https://another.example').x).toBe(first);
  expect(again.trust(at.url)?.pins).toEqual(PINS);

  now += 2 * DAY;
  await connects((await exchange.proof(deviceId, never)).proof);
  await exchange.deregister(deviceId, never);
  await expect(exchange.deregister(deviceId, never)).rejects.toMatchObject({ code: 'device_revoked' });
});
