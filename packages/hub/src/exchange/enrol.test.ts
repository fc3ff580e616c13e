import { randomBytes } from 'node:crypto';
import {
  addDevices,
  deleteDevice,
  deregister,
  editDevice,
  enrol,
  getNonce,
  listAudit,
  listDevices,
  listEvents,
  switchService,
} from '@sightline/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appliance, FACTS, oneToken, openHub, registered, type TestHub } from '../fixture.ts';
import { mintToken, writeToken } from './token.ts';

let at: TestHub;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  at = await openHub({
    clock: () => now,
    regions: [
      { name: 'AMERICAS', url: 'https://am.example' },
      { name: 'EUROPE', url: 'https://eu.example' },
    ],
  });
});
afterEach(() => at.close());

const actions = async (): Promise<string[]> =>
  (await at.admin(listAudit)).entries.map((entry) => `${entry.action}: ${entry.text}`);

describe('a registration token', () => {
  test('registers the appliance under its own name, once', async () => {
    const token = await oneToken(at.admin);
    const pending = await at.admin(listDevices);
    expect(pending).toMatchObject({ organisation: 'Example Ltd', region: 'AMERICAS' });
    expect(pending.devices[0]).toMatchObject({ status: 'pending', type: '', registered: null });
    expect(pending.devices[0]?.tokenExpires).toBe(new Date(now + 3_600_000).toISOString());

    const esa = await appliance(at.url);
    const answer = await esa.enrol(token);
    expect(answer).toEqual({
      deviceId: pending.devices[0]?.id,
      organisation: 'Example Ltd',
      region: 'AMERICAS',
      hubKeys: [{ kid: expect.stringMatching(/^.{43}$/), x: expect.stringMatching(/^.{43}$/) }],
      pins: [],
    });
    expect((await at.admin(listDevices)).devices).toMatchObject([
      { id: answer.deviceId, name: FACTS.name, type: 'ESA', version: '0.1.0', tokenExpires: null },
    ]);
  });

  test('keeps the name that a person has given the placeholder', async () => {
    const { tokens } = await at.admin(addDevices, { body: { count: 1 } });
    const { deviceId: id = '', token = '' } = tokens[0] ?? {};
    await at.admin(editDevice, { params: { id }, body: { name: 'Gateway Berlin', description: 'rack 4' } });
    await (await appliance(at.url)).enrol(token);
    expect((await at.admin(listDevices)).devices[0]).toMatchObject({
      name: 'Gateway Berlin',
      description: 'rack 4',
      type: 'ESA',
    });
  });

  test('answers the same appliance again for ten minutes, then no more', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url, () => now);
    const first = await esa.enrol(token);
    now += 9 * 60_000;
    expect(await esa.enrol(token)).toEqual(first);
    now += 2 * 60_000;
    await expect(esa.enrol(token)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('refuses another appliance and says so only in the audit log', async () => {
    const { token, deviceId } = await registered(at);
    const thief = await appliance(at.url);
    await expect(thief.enrol(token)).rejects.toMatchObject({ code: 'token_invalid', details: {} });
    expect(await actions()).toContainEqual(expect.stringMatching(/^token\.reuse: .*another appliance/));
    const { events } = await at.admin(listEvents, { query: { alarm: 'true' } });
    expect(events).toMatchObject([{ kind: 'token.reuse', alarm: true, device: deviceId }]);
  });

  test('gives one answer for unknown, expired and used tokens', async () => {
    const bodies: unknown[] = [];
    const used = (await registered(at)).token;
    const expired = await oneToken(at.admin);
    const unknown = writeToken(mintToken('AMERICAS'));
    // the administrator stays logged in
    for (let i = 0; i < 4; i++) {
      now += 20 * 60_000;
      await at.admin(listDevices);
    }
    for (const token of [used, expired, unknown]) {
      const esa = await appliance(at.url, () => now);
      const fault = await esa.enrol(token).then(
        () => undefined,
        (error: unknown) => error,
      );
      bodies.push((fault as { body(): unknown }).body());
    }
    expect(bodies[0]).toMatchObject({ error: 'token_invalid' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    const log = (await actions()).join('\n');
    for (const reason of ['another appliance', 'has expired', 'not known here'])
      expect(log).toContain(reason);
  });

  test('of fifty appliances at once registers exactly one', async () => {
    const token = await oneToken(at.admin);
    const many = await Promise.all(Array.from({ length: 50 }, () => appliance(at.url)));
    const bodies = await Promise.all(
      many.map(async (esa) => ({
        token,
        key: esa.key,
        facts: FACTS,
        proof: await esa.proof(token.split('_')[2] ?? ''),
      })),
    );
    const results = await Promise.allSettled(bodies.map((body) => at.call(enrol, { body })));
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const { devices } = await at.admin(listDevices);
    expect(devices.filter((one) => one.registered !== null)).toHaveLength(1);
  });

  test('of one appliance that asks twenty times at once gives the same device each time', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url);
    const answers = await Promise.all(Array.from({ length: 20 }, () => esa.enrol(token)));
    expect(new Set(answers.map((one) => one.deviceId)).size).toBe(1);
  });

  test('of another region names the right exchange and stays good', async () => {
    const esa = await appliance(at.url);
    await expect(esa.enrol(writeToken(mintToken('EUROPE')))).rejects.toMatchObject({
      code: 'wrong_region',
      message: expect.stringContaining('EUROPE (https://eu.example)'),
    });
    await expect(esa.enrol(writeToken(mintToken('APJC')))).rejects.toMatchObject({
      code: 'wrong_region',
      details: { token_region: 'APJC', this_region: 'AMERICAS' },
    });
  });

  test('is not spent while the service is off or the version too old', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url);
    await at.admin(switchService, { params: { id: 'threat-response' }, body: { enabled: false } });
    await expect(esa.enrol(token)).rejects.toMatchObject({ code: 'service_not_enabled' });
    await at.admin(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
    for (const [product, version, minimum] of [
      ['AsyncOS', '12.5.1-037', '13.0.0'],
      ['Sightline', '0.0.9', '0.1.0'],
    ] as const)
      await expect(esa.enrol(token, { product, version })).rejects.toMatchObject({
        code: 'version_unsupported',
        details: { minimum },
      });
    await expect(esa.enrol(token, { product: 'AsyncOS', version: '13.0.0-314' })).resolves.toBeDefined();
  });

  test('that lost a character is called none', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url);
    for (const text of [token.slice(0, -1), token.replace(/.$/, (c) => (c === '0' ? '1' : '0')), 'x'])
      await expect(esa.enrol(text)).rejects.toMatchObject({ code: 'token_malformed' });
    await expect(esa.enrol(`  ${token}\n`)).resolves.toBeDefined();
  });

  test('of a deleted placeholder is refused', async () => {
    const { tokens } = await at.admin(addDevices, { body: { count: 1 } });
    await at.admin(deleteDevice, { params: { id: tokens[0]?.deviceId ?? '' } });
    const esa = await appliance(at.url);
    await expect(esa.enrol(tokens[0]?.token ?? '')).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('cannot be guessed: ten refusals a minute and address', async () => {
    const esa = await appliance(at.url);
    const good = await oneToken(at.admin);
    for (let i = 0; i < 10; i++)
      await expect(esa.enrol(writeToken(mintToken('AMERICAS')))).rejects.toMatchObject({
        code: 'token_invalid',
      });
    await expect(esa.enrol(good)).rejects.toMatchObject({ code: 'too_many_requests' });
    now += 61_000;
    await expect((await appliance(at.url, () => now)).enrol(good)).resolves.toBeDefined();
  });
});

describe('the proof of an enrolment', () => {
  const refused = (reason: string) => ({
    code: 'bad_proof',
    details: { reason: expect.stringContaining(reason) },
  });

  test('must be signed by the key in the request, with EdDSA', async () => {
    const token = await oneToken(at.admin);
    const [esa, other] = [await appliance(at.url), await appliance(at.url)];
    const sub = token.split('_')[2] ?? '';
    const body = { token, key: esa.key, facts: FACTS, proof: await other.proof(sub) };
    await expect(at.call(enrol, { body })).rejects.toMatchObject(refused('not signed by the key'));
    const [, payload] = (await esa.proof(sub)).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await expect(at.call(enrol, { body: { ...body, proof: none } })).rejects.toMatchObject({
      code: 'bad_proof',
    });
  });

  test('must be meant for this exchange, this token, and soon over', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url);
    await expect(esa.enrol(token, {}, { aud: 'https://eu.example' })).rejects.toMatchObject(
      refused('not meant for'),
    );
    await expect(esa.enrol(token, {}, { expS: 3600 })).rejects.toMatchObject(refused('too long'));
    await expect(esa.enrol(token, {}, { expS: -301 })).rejects.toMatchObject(refused('expired'));
    const body = { token, key: esa.key, facts: FACTS, proof: await esa.proof('anotherone') };
    await expect(at.call(enrol, { body })).rejects.toMatchObject(refused('claim sub'));
    await expect(esa.enrol(token, {}, { expS: -200 })).resolves.toBeDefined();
  });

  test('needs a nonce of ours that is fresh and has not been used', async () => {
    const token = await oneToken(at.admin);
    const esa = await appliance(at.url, () => now);
    const foreign = randomBytes(40).toString('base64url');
    await expect(esa.enrol(token, {}, { nonce: foreign })).rejects.toMatchObject(refused('not one of ours'));
    const { nonce } = await at.call(getNonce);
    now += 60_000;
    await expect(esa.enrol(token, {}, { nonce })).rejects.toMatchObject(refused('nonce has expired'));
    const fresh = await at.call(getNonce);
    await esa.enrol(token, {}, { nonce: fresh.nonce });
    await expect(esa.enrol(token, {}, { nonce: fresh.nonce })).rejects.toMatchObject(refused('used before'));
  });
});

test('an appliance can end its registration; its key is then refused as removed', async () => {
  const { deviceId, esa } = await registered(at);
  await at.call(deregister, { body: { proof: await esa.proof(deviceId) } });
  expect((await at.admin(listDevices)).devices).toEqual([]);
  await expect(at.call(deregister, { body: { proof: await esa.proof(deviceId) } })).rejects.toMatchObject({
    code: 'device_revoked',
  });
  expect((await actions())[0]).toMatch(/^device\.deregistered/);
});

test('a batch of a hundred has a hundred different tokens; the audit log has each, and never a secret', async () => {
  const { tokens } = await at.admin(addDevices, { body: { count: 100, expiryHours: 120 } });
  expect(new Set(tokens.map((one) => one.token)).size).toBe(100);
  const log = await at.admin(listAudit, { query: { limit: 500, search: 'token.minted' } });
  expect(log.entries).toHaveLength(100);
  const text = JSON.stringify(log);
  for (const { token } of tokens) expect(text.includes(token.slice(-52, -9))).toBe(false);
});

test('two hubs side by side: each knows its own tokens only', async () => {
  const europe = await openHub({
    region: 'EUROPE',
    regions: [{ name: 'AMERICAS', url: at.url }],
  });
  try {
    const token = await oneToken(at.admin);
    const esa = await appliance(europe.url);
    await expect(esa.enrol(token)).rejects.toMatchObject({
      code: 'wrong_region',
      message: expect.stringContaining(`AMERICAS (${at.url})`),
    });
    await expect((await appliance(at.url)).enrol(token)).resolves.toBeDefined();
    expect(at.cookie.split('=')[0]).not.toBe(europe.cookie.split('=')[0]);
  } finally {
    await europe.close();
  }
});
