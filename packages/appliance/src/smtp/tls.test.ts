import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { ConfigPart } from '@sightline/api';
import { passwords } from '@sightline/api/web/password';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { login } from './login.ts';
import { selfSigned } from './selfsigned.ts';
import { openSubmission, type SubmissionStore } from './store.ts';
import { Client, type Gate, gateConfig, KEYS, plain, startGate } from './testgate.ts';

let gate: Gate;
afterEach(() => gate.stop());

const open = async (part: ConfigPart = {}): Promise<void> => {
  gate = await startGate(gateConfig(part));
};
const secure = async (port = gate.port): Promise<Client> => {
  const client = gate.client(port);
  await client.reply();
  await client.talk('EHLO client.test');
  await client.startTls();
  await client.talk('EHLO client.test');
  return client;
};

describe('STARTTLS', () => {
  it('is offered, used once, and in the envelope', async () => {
    await open();
    const client = gate.client();
    await client.reply();
    expect(await client.say('EHLO client.test\r\n')).toContain('STARTTLS');
    expect(await client.say('STARTTLS now\r\n')).toMatch(/^501 /);
    expect(await client.startTls()).toMatch(/^220 /);
    expect(await client.say('EHLO client.test\r\n')).not.toContain('STARTTLS');
    expect(await client.say('STARTTLS\r\n')).toMatch(/^503 /);
    await client.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>', 'DATA');
    expect(await client.say('x\r\n.\r\n')).toMatch(/^250 /);
    expect(gate.taken[0]?.envelope.tls).toMatch(/^TLSv1\.3 TLS_/);
    expect(gate.taken[0]?.bytes.toString()).toContain('with ESMTPS id');
    client.end();
  });

  it('takes nothing that came in the clear for commands after it', async () => {
    await open();
    const client = gate.client();
    await client.reply();
    await client.talk('EHLO client.test');
    const behind = 'EHLO evil.test\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<b@us.example>\r\n'.repeat(200);
    expect(await client.startTls(behind)).toMatch(/^220 /);
    expect(await client.talk('RCPT TO:<b@us.example>', 'NOOP')).toEqual([
      expect.stringMatching(/^503 /),
      expect.stringMatching(/^250 /),
    ]);
    await client.talk('EHLO client.test');
    expect(await client.say('DATA\r\n')).toMatch(/^503 /);
    client.end();
  });

  it('forgets what was said before', async () => {
    await open();
    const client = gate.client();
    await client.reply();
    await client.talk('EHLO client.test', 'MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>');
    await client.startTls();
    expect(await client.say('DATA\r\n')).toMatch(/^503 /);
    expect(await client.say('MAIL FROM:<a@x.test>\r\n')).toMatch(/^503 .*HELO/);
    client.end();
  });

  it('can be required, by the listener or by the policy', async () => {
    await open({ listener: { tls: 'required' } });
    const client = gate.client();
    await client.reply();
    await client.talk('EHLO client.test');
    expect(await client.say('MAIL FROM:<a@x.test>\r\n')).toMatch(/^530 5\.7\.0 Must issue a STARTTLS/);
    await client.startTls();
    expect((await client.talk('EHLO client.test', 'MAIL FROM:<a@x.test>'))[1]).toMatch(/^250 /);
    client.end();
  });

  it('is not offered by a listener without TLS', async () => {
    await open({ listener: { tls: 'none' } });
    const client = gate.client();
    await client.reply();
    expect(await client.say('EHLO client.test\r\n')).not.toContain('STARTTLS');
    expect(await client.say('STARTTLS\r\n')).toMatch(/^500 /);
    client.end();
  });
});

describe('TLS', () => {
  const handshake = (
    port: number,
    more: object = {},
  ): Promise<{ protocol: string | null; subject: string }> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more }, () => {
        const { subjectaltname = '' } = socket.getPeerCertificate();
        resolve({ protocol: socket.getProtocol(), subject: subjectaltname });
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('can come first, and not below 1.2', async () => {
    await open({ listener: { tls: 'implicit' } });
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
    await expect(handshake(gate.port, old)).rejects.toThrow(/protocol version|alert/i);
    expect(await handshake(gate.port, { maxVersion: 'TLSv1.2' })).toMatchObject({ protocol: 'TLSv1.2' });
    const client = new Client(
      connectTls({ port: gate.port, host: '127.0.0.1', ca: KEYS.certificate, servername: 'esa.us.example' }),
    );
    expect(await client.reply()).toMatch(/^220 esa\.us\.example ESMTP/);
    expect(await client.say('EHLO client.test\r\n')).not.toContain('STARTTLS');
    client.end();
  });

  it('comes after the PROXY header, which is in the clear', async () => {
    await open({ listener: { tls: 'implicit', proxyFrom: ['127.0.0.1'] } });
    const client = gate.client();
    client.socket.write('PROXY TCP4 192.0.2.55 127.0.0.1 4711 465\r\n');
    await client.handshake();
    await client.reply();
    await client.talk('EHLO client.test', 'MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>', 'DATA');
    await client.say('x\r\n.\r\n');
    expect(gate.taken[0]?.envelope).toMatchObject({ ip: '192.0.2.55', tls: expect.stringMatching(/^TLS/) });
    client.end();
  });

  it('takes another certificate without a listener or a connection closing', async () => {
    await open({ listener: { tls: 'implicit' } });
    const kept = new Client(connectTls({ port: gate.port, host: '127.0.0.1', rejectUnauthorized: false }));
    await kept.reply();
    const other = selfSigned('other.us.example', Date.now());
    await gate.listeners.apply(
      gateConfig({
        listener: { tls: 'implicit', certificate: 'mx' },
        certificates: [{ name: 'mx', ...other }],
      }),
    );
    expect((await handshake(gate.port)).subject).toBe('DNS:other.us.example');
    expect(await kept.say('NOOP\r\n')).toMatch(/^250 /);
    kept.end();
  });
});

describe('AUTH', () => {
  const PASSWORD = 'a password for a scanner';
  let dir: string;
  let users: SubmissionStore;
  let now: number;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'auth-'));
    users = openSubmission(join(dir, 'submission.db'));
    now = Date.now();
    const hashes = passwords();
    users.add({
      name: 'Scanner',
      password: await hashes.hash(PASSWORD),
      senders: ['scan@us.example', '.dev.example'],
      created: now,
    });
    const submission = {
      name: 'Submission',
      port: 0,
      kind: 'private',
      tls: 'required',
      policy: 'SUBMISSION',
    } as const;
    const clock = (): number => now;
    gate = await startGate(gateConfig({ listeners: [submission] }), {
      clock,
      login: login({ users, passwords: hashes, clock }),
    });
  });
  afterEach(() => {
    users.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const port = (): number => gate.listeners.open[1]?.port ?? 0;

  it('is for TLS only, and only where the policy wants it', async () => {
    const client = gate.client(port());
    await client.reply();
    expect(await client.say('EHLO client.test\r\n')).not.toContain('AUTH');
    expect(await client.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^538 5\.7\.0 /);
    await client.startTls();
    expect(await client.say('EHLO client.test\r\n')).toContain('AUTH PLAIN LOGIN');
    client.end();
    const public_ = await secure();
    expect(await public_.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^504 /);
    public_.end();
  });

  it('lets a user send anywhere, in the own name', async () => {
    const client = await secure(port());
    expect(await client.say('MAIL FROM:<scan@us.example>\r\n')).toMatch(
      /^530 5\.7\.0 Authentication required/,
    );
    expect(await client.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^235 2\.7\.0 /);
    expect(
      await client.talk('MAIL FROM:<boss@us.example>', 'MAIL FROM:<>', 'MAIL FROM:<x@dev.example>'),
    ).toEqual(Array(3).fill(expect.stringMatching(/^553 5\.7\.1 /)));
    const [mail, rcpt, data] = await client.talk(
      'MAIL FROM:<Scan@US.example>',
      'RCPT TO:<x@dom.test>',
      'DATA',
    );
    expect([mail, rcpt, data].map((reply) => reply?.slice(0, 3))).toEqual(['250', '250', '354']);
    expect(await client.say('x\r\n.\r\n')).toMatch(/^250 /);
    expect(gate.taken[0]).toMatchObject({
      envelope: { user: 'Scanner', direction: 'outgoing', listener: 'Submission', flowPolicy: 'SUBMISSION' },
    });
    expect(gate.taken[0]?.bytes.toString()).toContain('with ESMTPSA id');
    expect((await client.talk('MAIL FROM:<any@a.dev.example>'))[0]).toMatch(/^250 /);
    expect(users.user('scanner')?.used).toBe(now);
    client.end();
  });

  it('takes LOGIN too', async () => {
    const client = await secure(port());
    const coded = (text: string): string => Buffer.from(text).toString('base64');
    const [user, word, done] = await client.talk('AUTH LOGIN', coded('SCANNER'), coded(PASSWORD));
    expect([user, word]).toEqual(['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6']);
    expect(done).toMatch(/^235 /);
    client.end();
  });

  it('ends for a user who is disabled while connected', async () => {
    const client = await secure(port());
    await client.say(`${plain('scanner', PASSWORD)}\r\n`);
    users.change('scanner', { disabled: true });
    expect(await client.say('MAIL FROM:<scan@us.example>\r\n')).toMatch(/^530 /);
    client.end();
    const again = await secure(port());
    expect(await again.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^535 5\.7\.8 /);
    again.end();
  });

  it('answers a wrong password and an unknown user alike, and gives no endless tries', async () => {
    const client = await secure(port());
    const wrong = await client.talk(plain('scanner', 'wrong'), plain('nobody', PASSWORD));
    expect(new Set(wrong)).toEqual(new Set(['535 5.7.8 The user name or the password is wrong.']));
    expect(await client.say(`${plain('scanner', 'wrong')}\r\n`)).toMatch(/^421 4\.7\.0 /);
    expect(await client.reply()).toBe('');
    expect(gate.attempts.at(-1)).toMatchObject({ stage: 'auth', refusals: [{ by: 'SMTP AUTH' }] });
    expect(JSON.stringify(gate.attempts)).not.toContain(PASSWORD);
  });

  it('makes an address wait after ten failures, and lets it in afterwards', async () => {
    for (let i = 0; i < 5; i++) {
      const client = await secure(port());
      await client.talk(plain('scanner', 'wrong'), plain('scanner', 'wrong'));
      client.end();
    }
    const client = await secure(port());
    expect(await client.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^454 4\.7\.0 /);
    expect(await client.reply()).toBe('');
    now += 901_000;
    const later = await secure(port());
    expect(await later.say(`${plain('scanner', PASSWORD)}\r\n`)).toMatch(/^235 /);
    later.end();
  });

  it('is taken from a trusted proxy for a user that exists, and for no other', async () => {
    await gate.listeners.apply(gateConfig({ listener: { xclientFrom: ['127.0.0.1'] } }));
    const client = await secure();
    expect(await client.say('XCLIENT ADDR=192.0.2.9 LOGIN=scanner\r\n')).toMatch(/^220 /);
    await client.talk('EHLO client.test');
    expect((await client.talk('MAIL FROM:<scan@us.example>', 'RCPT TO:<x@dom.test>'))[1]).toMatch(/^250 /);
    client.end();
    const nobody = await secure();
    expect(await nobody.say('XCLIENT ADDR=192.0.2.9 LOGIN=nobody\r\n')).toMatch(/^550 /);
    expect(await nobody.reply()).toBe('');
  });

  it('lets nobody act for somebody else', async () => {
    const client = await secure(port());
    const token = Buffer.from(`admin\0scanner\0${PASSWORD}`).toString('base64');
    expect(await client.say(`AUTH PLAIN ${token}\r\n`)).toMatch(/^535 /);
    client.end();
  });
});
