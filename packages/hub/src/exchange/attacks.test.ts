/** What an attacker may try at the exchange's end of the link: each row must be refused. */
import { generateKeyPairSync } from 'node:crypto';
import {
  CLOSE,
  deleteDevice,
  enrol,
  getDevice,
  getNonce,
  listEvents,
  MAX_FRAME,
  PROTOCOL,
  resolveConflict,
  rotate,
} from '@sightline/api';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Appliance,
  appliance,
  FACTS,
  helloFrame,
  oneToken,
  open,
  openHub,
  type TestHub,
} from '../fixture.ts';
import { mintToken, writeToken } from './token.ts';

let at: TestHub;
let esa: Appliance;
let deviceId: string;
let now = Date.now();
beforeAll(async () => {
  at = await openHub({ clock: () => now });
});
afterAll(() => at.close());
beforeEach(async () => {
  // limits per address begin anew, the administrator stays logged in
  now += 61_000;
  esa = await appliance(at.url, () => now);
  ({ deviceId } = await esa.enrol(await oneToken(at.admin)));
});

const claims = (sub: string, nonce: string, aud = at.url) => ({
  sub,
  aud,
  nonce,
  exp: Math.floor(now / 1000) + 60,
});
const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const nonce = async (): Promise<string> => (await at.call(getNonce)).nonce;

/** Proofs by which nobody may connect as the device. */
const PROOFS: Record<string, () => Promise<string>> = {
  none: async () => '',
  'no JWT': async () => 'hello',
  'a replayed proof': async () => {
    const proof = await esa.proof(deviceId);
    (await open(at.url, proof)).socket.close();
    return proof;
  },
  'a replayed nonce': async () => {
    const used = await nonce();
    (await open(at.url, await esa.proof(deviceId, { nonce: used }))).socket.close();
    return esa.proof(deviceId, { nonce: used });
  },
  'a nonce of another hub': async () => esa.proof(deviceId, { nonce: 'A'.repeat(54) }),
  'a forged signature': async () => {
    const proof = await esa.proof(deviceId);
    return `${proof.slice(0, -8)}${proof.slice(-8) === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA'}`;
  },
  "another device's key": async () => (await appliance(at.url, () => now)).proof(deviceId),
  'changed claims': async () => {
    const [head, , signature] = (await esa.proof(deviceId)).split('.');
    return `${head}.${text(claims(deviceId, await nonce()))}.${signature}`;
  },
  'alg none': async () => `${text({ alg: 'none' })}.${text(claims(deviceId, await nonce()))}.`,
  'alg HS256 with the public key': async () =>
    new SignJWT(claims(deviceId, await nonce()))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(esa.key.x.padEnd(64, '='))),
  'alg RS256': async () =>
    new SignJWT(claims(deviceId, await nonce()))
      .setProtectedHeader({ alg: 'RS256' })
      .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  'a key in its own header': async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>;
    return new SignJWT(claims(deviceId, await nonce()))
      .setProtectedHeader({ alg: 'EdDSA', jwk })
      .sign(privateKey);
  },
  'wrong aud': async () => esa.proof(deviceId, { aud: 'https://eu.example' }),
  expired: async () => esa.proof(deviceId, { expS: -400 }),
  'valid for a day': async () => esa.proof(deviceId, { expS: 86_400 }),
  'an unknown device': async () => esa.proof(crypto.randomUUID()),
  'hostile sub': async () => esa.proof("' OR 1=1 --"),
};

describe('a connection is refused for', () => {
  test.each(Object.keys(PROOFS))('%s', async (name) => {
    const proof = await (PROOFS[name] as () => Promise<string>)();
    await expect(open(at.url, proof)).rejects.toMatchObject({ status: 401, error: 'bad_proof' });
  });

  test('a revoked device', async () => {
    await at.admin(deleteDevice, { params: { id: deviceId } });
    await expect(open(at.url, await esa.proof(deviceId))).rejects.toMatchObject({
      status: 401,
      error: 'device_revoked',
    });
  });

  test('a browser', async () => {
    const origin = 'https://evil.example';
    await expect(open(at.url, await esa.proof(deviceId), { origin })).rejects.toMatchObject({ status: 403 });
  });

  test.each([[[]], [['other']], [['sightline.connector.v0', 'chat']]])(
    'sub-protocols %j',
    async (protocol) => {
      await expect(open(at.url, await esa.proof(deviceId), { protocol })).rejects.toMatchObject({
        status: 400,
      });
    },
  );
});

describe('a connection ends at', () => {
  test.each([
    ['garbage', 'x'.repeat(100)],
    ['a frame beyond 1 MiB', `{"type":"answer","id":"1","body":"${'x'.repeat(MAX_FRAME)}"}`],
    ['bytes', Buffer.alloc(64)],
    ['an unknown order', '{"type":"exec","cmd":"id"}'],
    ['a frame of the exchange', '{"type":"welcome"}'],
    ['a second hello', JSON.stringify(helloFrame())],
  ])('%s', async (_, frame) => {
    const wire = await esa.connect(deviceId);
    wire.socket.on('error', () => {});
    wire.socket.send(frame);
    expect([CLOSE.badFrame, 1009, 1006]).toContain(await wire.ended);
  });

  test.each([0, PROTOCOL + 1, 999])('protocol %d, with a reason', async (protocol) => {
    const wire = await esa.connect(deviceId, { hello: false });
    wire.send(helloFrame({ protocol }));
    expect(await wire.next('refused')).toMatchObject({ code: 'protocol_unsupported' });
    expect(await wire.ended).toBe(CLOSE.protocol);
  });

  test('a flood of frames', async () => {
    const wire = await esa.connect(deviceId);
    for (let i = 0; i < 60; i++) wire.send({ type: 'part', id: String(i), n: 0, last: false, text: 'x' });
    expect(await wire.ended).toBe(CLOSE.tooFast);
  });

  test('a flood of pings', async () => {
    const wire = await esa.connect(deviceId);
    for (let i = 0; i < 60; i++) wire.socket.ping();
    expect(await wire.ended).toBe(CLOSE.tooFast);
  });
});

describe('a token is refused', () => {
  const redeem = async (token: string, sub = token.split('_')[2] ?? ''): Promise<unknown> => {
    const thief = await appliance(at.url, () => now);
    return at.call(enrol, { body: { token, key: thief.key, facts: FACTS, proof: await thief.proof(sub) } });
  };

  test('of a foreign region, forged, expired, used or with the proof of another', async () => {
    await expect(redeem(writeToken(mintToken('MARS')))).rejects.toMatchObject({ code: 'wrong_region' });
    await expect(redeem(writeToken(mintToken('AMERICAS')))).rejects.toMatchObject({ code: 'token_invalid' });
    const good = await oneToken(at.admin);
    const forged = { region: 'americas', id: good.split('_')[2] ?? '', secret: 'A'.repeat(43) };
    await expect(redeem(writeToken(forged))).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(redeem(good, 'another000')).rejects.toMatchObject({ code: 'bad_proof' });
    await redeem(good);
    await expect(redeem(good)).rejects.toMatchObject({ code: 'token_invalid' });
    const { events } = await at.admin(listEvents, { query: { kind: 'token.reuse' } });
    expect(events[0]).toMatchObject({ alarm: true });
    await expect(redeem('x'.repeat(20_000))).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('a new key', () => {
  const change = async (by: Appliance, to: Appliance, claimed = to.key.x, possession = to) =>
    at.call(rotate, {
      body: {
        key: to.key,
        proof: await by.proof(deviceId, { key: claimed }),
        possession: await possession.proof(deviceId),
      },
    });

  test('is taken from the old one only; the old one is good for a day; the same again is answered', async () => {
    const next = await appliance(at.url, () => now);
    const thief = await appliance(at.url, () => now);
    await expect(change(thief, next)).rejects.toMatchObject({ code: 'bad_proof' });
    await expect(change(esa, next, thief.key.x)).rejects.toMatchObject({ code: 'bad_proof' });
    await expect(change(esa, next, next.key.x, thief)).rejects.toMatchObject({ code: 'bad_proof' });
    const first = await change(esa, next);
    expect(first.oldKeyUntil - now).toBe(24 * 3_600_000);
    expect(await change(esa, next)).toEqual(first);
    (await esa.connect(deviceId)).socket.terminate();
    (await next.connect(deviceId)).socket.terminate();
    const keep = now;
    now += 24 * 3_600_000 + 1;
    await expect(open(at.url, await esa.proof(deviceId))).rejects.toMatchObject({ error: 'bad_proof' });
    (await next.connect(deviceId)).socket.terminate();
    now = keep;
  });
});

describe('a copy of a device', () => {
  test('pushes the other out three times; then neither is let in until a person decides', async () => {
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    const wires = [];
    for (const boot of [one, two, one, two]) wires.push(await esa.connect(deviceId, { says: { boot } }));
    expect(await wires[0]?.ended).toBe(CLOSE.replaced);
    const last = await esa.connect(deviceId, { hello: false });
    last.send(helloFrame({ boot: one }));
    expect(await last.next('refused')).toMatchObject({ code: 'device_conflict' });
    expect(await wires[3]?.ended).toBe(CLOSE.conflict);
    expect(await last.ended).toBe(CLOSE.conflict);
    const refused = { status: 409, error: 'device_conflict' };
    await expect
      .poll(async () => (await at.admin(getDevice, { params: { id: deviceId } })).status)
      .toBe('conflict');
    await expect(open(at.url, await esa.proof(deviceId))).rejects.toMatchObject(refused);
    const { events } = await at.admin(listEvents, { query: { kind: 'device.conflict' } });
    expect(events).toMatchObject([{ alarm: true, device: deviceId }]);
    await at.admin(resolveConflict, { params: { id: deviceId } });
    await esa.connect(deviceId, { says: { boot: one } });
  });

  test('is not what a program is that comes back by itself', async () => {
    const boot = crypto.randomUUID();
    for (let i = 0; i < 8; i++) await esa.connect(deviceId, { says: { boot } });
    expect((await at.admin(getDevice, { params: { id: deviceId } })).status).toBe('registered');
  });
});
