import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubFrame } from '@sightline/api';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';
import { causeOf, skewSentence } from './cause.ts';
import { readFrame } from './frame.ts';
import { loadIdentity } from './identity.ts';

const dir = mkdtempSync(join(tmpdir(), 'identity-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('identity', () => {
  const path = join(dir, 'key.json');

  it('is made once, readable by its owner only, and stays the same', async () => {
    const first = await loadIdentity(path);
    const text = readFileSync(path, 'utf8');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await loadIdentity(path)).publicKey).toEqual(first.publicKey);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(Object.keys(first.publicKey)).toEqual(['kty', 'crv', 'x']);
  });

  it('proves itself for one minute, to one exchange, with one nonce', async () => {
    const identity = await loadIdentity(path);
    const now = Date.now();
    const given = { audience: 'https://hub.example.com', subject: 'device-1', nonce: 'n-1', now };
    const proof = await identity.prove(given);
    expect(decodeProtectedHeader(proof)).toEqual({ alg: 'EdDSA', typ: 'JWT' });
    const { payload } = await jwtVerify(proof, await importJWK(identity.publicKey, 'EdDSA'), {
      audience: given.audience,
      subject: given.subject,
    });
    expect(payload.nonce).toBe('n-1');
    expect((payload.exp ?? 0) * 1000 - now).toBeLessThanOrEqual(60_000);
    expect(decodeJwt(await identity.prove(given)).jti).not.toBe(payload.jti);
  });

  it('says what to do about a damaged key instead of making another', async () => {
    const damaged = join(dir, 'damaged.json');
    writeFileSync(damaged, '{"kty":"OK');
    await expect(loadIdentity(damaged)).rejects.toThrow('is damaged. Restore it');
  });
});

describe('frames', () => {
  it('never throws and never takes what the contract does not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readFrame(text);
        expect(read.is === 'frame' ? HubFrame.safeParse(JSON.parse(text)).success : true).toBe(true);
      }),
    );
  });
});

describe('backoff', () => {
  it('is anywhere between nothing and a doubling limit', () => {
    const pace = { base: 1000, cap: 300_000, lost: 30_000 };
    fc.assert(
      fc.property(fc.nat(5000), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
        const ms = backoff(tries, pace, () => random);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(Math.min(pace.cap, pace.base * 2 ** tries));
      }),
    );
  });
});

describe('causes', () => {
  const coded = (code: string): Error => Object.assign(new Error(code), { code });
  const wrapped = (cause: unknown): Error => new TypeError('fetch failed', { cause });
  const url = 'https://hub.example.com:8443';

  it.each([
    ['ENOTFOUND', 'DNS servers'],
    ['ECONNREFUSED', 'refused the connection'],
    ['UND_ERR_CONNECT_TIMEOUT', 'does not answer'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'inspecting TLS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'inspecting TLS'],
    ['CERT_NOT_YET_VALID', 'clock of this appliance'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'expected protocol'],
    ['ESOMETHING', '(ESOMETHING)'],
  ])('%s is told in words', (code, words) => {
    expect(causeOf(wrapped(coded(code)), url)).toContain(words);
    expect(causeOf(wrapped(new AggregateError([coded(code)])), url)).toContain(words);
    expect(causeOf(wrapped(coded(code)), url)).not.toMatch(/\.$/);
  });

  it('a wrong clock is told from five minutes on', () => {
    expect(skewSentence(299_000)).toBe('');
    expect(skewSentence(420_000)).toContain('7 minutes behind the exchange');
    expect(skewSentence(-3_600_000)).toContain('60 minutes ahead of the exchange');
  });
});
