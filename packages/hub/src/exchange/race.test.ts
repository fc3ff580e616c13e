import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listDevices } from '@sightline/api';
import { expect, inject, test } from 'vitest';
import { FACTS, oneToken, openHub } from '../fixture.ts';
import { freshSchema } from '../postgres.fixture.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A second hub in a process of its own, on the data of the first. */
async function secondHub(dir: string, database: string | undefined): Promise<[ChildProcess, string]> {
  const env = { ...process.env, SIGHTLINE_DATA: dir, SIGHTLINE_PORT: '0', SIGHTLINE_DATABASE_URL: database };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url) return [child, url];
  }
  throw new Error('the second hub did not start');
}

/** One request from an address of its own, so that limits per address play no part. */
function call(
  url: string,
  from: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const req = request(url + path, { method, headers, localAddress: from, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (part) => {
        text += part;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text }));
    });
    req.on('error', reject);
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function jwt(claims: object, key: KeyObject): string {
  const input = `${part({ alg: 'EdDSA' })}.${part(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

/** An appliance that is ready to redeem the token: its request has only to be sent. */
async function contender(url: string, from: string, token: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const { nonce } = JSON.parse((await call(url, from, '/connector/nonce')).text);
  const claims = { sub: token.split('_')[2], aud: url, nonce, exp: Math.floor(Date.now() / 1000) + 60 };
  const body = {
    token,
    key: { kty: 'OKP', crv: 'Ed25519', x },
    facts: FACTS,
    proof: jwt(claims, privateKey),
  };
  return () => call(url, from, '/connector/enrol', body);
}

const COUNT = 1000;

test('of a thousand appliances with one token at two hubs of one database exactly one becomes the device', async () => {
  const server = inject('postgres');
  const database = server && (await freshSchema(server));
  const dir = mkdtempSync(join(tmpdir(), 'race-'));
  const first = await openHub({ dataDir: dir, database });
  const [child, url] = await secondHub(dir, database);
  try {
    const token = await oneToken(first.admin);
    const urls = [first.url, url];
    const ready: (() => ReturnType<typeof call>)[] = [];
    for (let i = 0; i < COUNT; i += 50) {
      const some = Array.from(
        { length: 50 },
        (_, j) => `127.9.${Math.floor((i + j) / 250)}.${((i + j) % 250) + 1}`,
      );
      ready.push(
        ...(await Promise.all(some.map((from, j) => contender(urls[j % 2] as string, from, token)))),
      );
    }
    const answers = await Promise.all(ready.map((go) => go()));
    expect(answers).toHaveLength(COUNT);
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    const refusals = new Set(
      answers.filter((one) => one.status !== 200).map((one) => JSON.parse(one.text).error),
    );
    expect([...refusals].filter((code) => code !== 'token_invalid' && code !== 'too_many_requests')).toEqual(
      [],
    );
    expect(refusals).toContain('token_invalid');
    const { devices } = await first.admin(listDevices);
    expect(devices.filter((one) => one.registered !== null)).toHaveLength(1);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await first.close();
  }
}, 90_000);
