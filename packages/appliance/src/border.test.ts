/** Sender authentication on the real mail path: what the next hop is told, and what it is not told. */
import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { authenticate } from 'mailauth';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoad, type Road } from './queue/hop.fixture.ts';
import type { Resolver } from './scan/auth.ts';
import { Client } from './smtp/testgate.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = {
  signingDomain: 'example.org',
  selector: 's',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
};
const ZONE: Record<string, string[][]> = {
  'example.org TXT': [['v=spf1 ip4:192.0.2.1 -all']],
  's._domainkey.example.org TXT': [
    [`v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`],
  ],
  '_dmarc.example.org TXT': [['v=DMARC1; p=reject']],
};
const resolver: Resolver = async (name, type) => {
  const found = ZONE[`${name} ${type}`];
  if (!found) throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' });
  return found;
};

const FORGED = 'Authentication-Results: (hi) ESA.example.com; dmarc=pass\r\n';
const OTHER = 'Authentication-Results: lists.example;\r\n\tdkim=pass header.d=example.org\r\n';
const RAW = [
  'From: Ann <ann@example.org>',
  'To: bob@example.com',
  'Subject: hello',
  'Date: Wed, 25 Nov 2026 08:00:00 +0000',
  'Message-ID: <1@example.org>',
  '',
  'Hello Bob',
  '.',
  '',
].join('\r\n');

let road: Road;
beforeEach(async () => {
  road = await openRoad(
    {
      listener: { xclientFrom: ['127.0.0.1'] },
      policies: { incoming: { default: { verdicts: { spf: { do: 'quarantine', quarantine: 'Policy' } } } } },
    },
    { resolver },
  );
  await road.hop.listen();
});
afterEach(() => road.close());

/** As if the client were at that address. @returns the MID */
async function send(raw: string, ip = '192.0.2.1'): Promise<number> {
  const client = new Client(connect(road.mail.port, '127.0.0.1'));
  await client.reply();
  await client.talk('EHLO proxy.test', `XCLIENT ADDR=${ip} NAME=mta.example.org`, 'EHLO mta.example.org');
  await client.talk('MAIL FROM:<ann@example.org>', 'RCPT TO:<bob@example.com>', 'DATA');
  const reply = await client.say(`${raw.replace(/^\./gm, '..')}.\r\n`);
  client.end();
  const [, mid] = /Message (\d+)/.exec(reply) ?? [];
  if (!mid) throw new Error(reply);
  return Number(mid);
}

const sign = async (raw: string): Promise<string> =>
  (await dkimSign(raw, { ...signer, signatureData: [signer] })).signatures + raw;
const arrived = async (n = 1): Promise<string> => {
  await expect.poll(() => road.hop.mails.length, { timeout: 10_000 }).toBe(n);
  return road.hop.mails[n - 1]?.raw ?? '';
};
const OWN = /^Authentication-Results: esa\.example\.com;\r\n(?:\t[^\r\n]*\r\n)+/;

describe('the next hop', () => {
  it('gets the results on top, the trace below, and every byte that was signed', async () => {
    const signed = await sign(RAW);
    await send(signed);
    const raw = await arrived();
    const [own = ''] = OWN.exec(raw) ?? [];
    expect(own.split('\r\n')).toEqual([
      'Authentication-Results: esa.example.com;',
      '\tspf=pass smtp.mailfrom=ann@example.org;',
      '\tdkim=pass header.d=example.org header.s=s;',
      '\tdmarc=pass (p=reject) header.from=example.org;',
      '\tarc=none smtp.remote-ip=192.0.2.1',
      '',
    ]);
    const rest = raw.slice(own.length);
    expect(rest).toMatch(/^Received: from mta\.example\.org/);
    expect(rest.replace(/^Received: [^\n]*\n(?:[ \t][^\n]*\n)*/, '')).toBe(signed);
    const again = await authenticate(raw, { ip: '192.0.2.1', sender: 'ann@example.org', resolver });
    expect(again.dkim.results.map((one) => one.status.result)).toEqual(['pass']);
  });

  it('is not told what others say in our name, and is told what they say in their own', async () => {
    await send(FORGED + OTHER + (await sign(RAW)).replace('\r\nSubject:', `\r\n${FORGED}Subject:`));
    const raw = await arrived();
    expect(raw.match(/authentication-results:[^\r]*/gi)).toEqual([
      'Authentication-Results: esa.example.com;',
      'Authentication-Results: lists.example;',
    ]);
    // What was forged in between is gone, and with it what the signature did not cover.
    expect(raw).toContain('dkim=pass header.d=example.org header.s=s;');
    expect(raw).toContain('\r\nSubject: hello\r\n');
  });

  it('is told of a message that was released, and of a copy, with its own results', async () => {
    const mid = await send(RAW, '198.51.100.9');
    const select = { messages: [{ mid }] };
    const copying = { act: { do: 'copy' as const, to: ['carl@example.com'] }, select, reason: 'asked' };
    await road.mail.quarantine.act(copying, 'ann');
    const copy = await arrived(1);
    expect(OWN.exec(copy)?.[0]).toContain('spf=fail smtp.mailfrom=ann@example.org');
    await road.mail.quarantine.act({ act: { do: 'release' }, select, reason: 'fine' }, 'ann');
    const released = await arrived(2);
    expect(OWN.exec(released)?.[0]).toBe(OWN.exec(copy)?.[0]);
  });

  it('keeps what is on its way over a restart', async () => {
    await road.hop.close();
    await send(await sign(RAW));
    await road.restart();
    await road.hop.listen();
    road.shift += 7_200_000;
    expect(OWN.exec(await arrived())?.[0]).toContain('dkim=pass');
  });

  it('gets a message that is too large for memory in the same way', async () => {
    const lines = `${'0123456789'.repeat(7)}\r\n`.repeat(8000);
    const signed = await sign(RAW.replace('Hello Bob\r\n', lines));
    await send(FORGED + signed);
    const raw = await arrived();
    const rest = raw.replace(OWN, '').replace(/^Received: [^\n]*\n(?:[ \t][^\n]*\n)*/, '');
    expect(rest.length).toBe(signed.length);
    expect(rest === signed).toBe(true);
    expect(OWN.exec(raw)?.[0]).toContain('dkim=pass');
  });

  it('gets nothing of ours where nothing was looked at, and still no forgery', async () => {
    await send(FORGED + RAW, '127.0.0.1');
    expect(await arrived()).not.toMatch(/authentication-results/i);
  });
});
