import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryTls } from '@sightline/api';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../smtp/selfsigned.ts';
import type { Letter } from './command.ts';
import type { Leaving } from './leaving.ts';
import { connect, type Link } from './link.ts';

let dir: string;
const closing: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'link-'));
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(dir, { recursive: true, force: true });
});

const BODY = Buffer.from('Subject: x\r\n\r\n.dot\r\nhello\r\n');
const content: Leaving = { size: BODY.length, bytes: [BODY], chunks: async function* () {} };
const letter = (more: Partial<Letter> = {}): Letter => ({
  sender: 'a@x.test',
  recipients: [
    { rid: 0, address: 'b@y.test' },
    { rid: 1, address: 'c@y.test' },
  ],
  size: BODY.length,
  ...more,
});

interface Options {
  tls?: DeliveryTls;
  lmtp?: boolean;
  ca?: string;
  auth?: { user: string; password: string };
  host?: string;
}

async function link(
  port: number,
  { tls = 'none', lmtp = false, ca = '', host = 'localhost', auth }: Options = {},
) {
  const opening = {
    name: 'esa.test',
    lmtp,
    tls,
    ca,
    limits: { connectMs: 3000, idleMs: 3000 },
    ...(auth ? { auth } : {}),
  };
  const made: Link = await connect([{ host, ip: '127.0.0.1', port }], opening, () => 7);
  closing.push(() => made.close());
  return made;
}

/** A next hop that is told what to answer: by the beginning of the command. */
async function scripted(
  answers: Record<string, string>,
): Promise<{ port: number; heard: string[]; server: Server }> {
  const heard: string[] = [];
  const server = createServer((socket: Socket) => {
    let data = false;
    let rest = '';
    socket.on('error', () => undefined);
    socket.write('220 hop\r\n');
    socket.on('data', (piece) => {
      const lines = (rest + piece.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data && line !== '.') continue;
        heard.push(line);
        const known = Object.keys(answers).find((key) => line.startsWith(key));
        const answer = known
          ? (answers[known] ?? '')
          : data
            ? '250 taken'
            : line === 'DATA'
              ? '354 go'
              : '250 ok';
        data = line === 'DATA' && answer.startsWith('354');
        socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { port: (server.address() as { port: number }).port, heard, server };
}

interface Got {
  raw: string;
  session: { secure: boolean; user: unknown; dsn: unknown; args: unknown };
}

async function real(options: SMTPServerOptions): Promise<{ port: number; got: Got[] }> {
  const got: Got[] = [];
  const server = new SMTPServer({
    disableReverseLookup: true,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      done(username === 'u' && password === 'p' ? null : new Error('no'), { user: username }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom } = session.envelope;
        const dsn = session.envelope as unknown as { dsn?: unknown };
        got.push({
          raw: Buffer.concat(chunks).toString(),
          session: {
            secure: session.secure,
            user: session.user,
            dsn: dsn.dsn,
            args: mailFrom ? mailFrom.args : undefined,
          },
        });
        done(null, 'kept');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { port: (server.server.address() as { port: number }).port, got };
}

describe('a transaction', () => {
  it.each([['PIPELINING'], ['HELP']])('with %s carries many messages, byte for byte', async (extension) => {
    const hop = await scripted({ EHLO: `250-hop\r\n250 ${extension}`, '.': '250 2.0.0 kept' });
    const one = await link(hop.port);
    for (let i = 0; i < 3; i++)
      expect(await one.send(letter(), content)).toEqual([
        { code: 250, status: '2.0.0', text: 'kept' },
        { code: 250, status: '2.0.0', text: 'kept' },
      ]);
    expect(hop.heard.filter((line) => line === 'DATA')).toHaveLength(3);
    expect(one.usable()).toBe(true);
  });

  it('tells each recipient what was said to it', async () => {
    const hop = await scripted({ EHLO: '250 PIPELINING', 'RCPT TO:<b': '550 5.1.1 nobody', '.': '250 kept' });
    const one = await link(hop.port);
    expect((await one.send(letter(), content)).map(({ code }) => code)).toEqual([550, 250]);
    const none = letter({ recipients: [{ rid: 0, address: 'b@y.test' }] });
    expect(await one.send(none, content)).toEqual([{ code: 550, status: '5.1.1', text: 'nobody' }]);
    expect((await one.send(letter(), content)).map(({ code }) => code)).toEqual([550, 250]);
  });

  it.each([
    ['MAIL', '552 too big', [552, 552], true],
    ['MAIL', '421 go away', [421, 421], false],
    ['DATA', '451 not now', [451, 451], true],
    ['.', '554 spam', [554, 554], true],
    ['.', '421 4.3.2 closing', [421, 421], false],
  ])('refused at %s with %s', async (at, answer, codes, usable) => {
    for (const extension of ['PIPELINING', 'HELP']) {
      const hop = await scripted({ EHLO: `250 ${extension}`, [at]: answer });
      const one = await link(hop.port);
      expect((await one.send(letter(), content)).map(({ code }) => code)).toEqual(codes);
      expect(one.usable()).toBe(usable);
    }
  });

  it('by LMTP has an answer for each recipient', async () => {
    const hop = await scripted({ LHLO: '250 PIPELINING', '.': '250 for b\r\n452 4.2.2 c is full' });
    const one = await link(hop.port, { lmtp: true });
    expect((await one.send(letter(), content)).map(({ code }) => code)).toEqual([250, 452]);
  });

  it('passes on what the next hop knows, and returns what it cannot take', async () => {
    const wishes = {
      ret: 'HDRS' as const,
      envid: 'a+b=c',
      recipients: [{ rid: 0, notify: ['SUCCESS' as const, 'DELAY' as const], orcpt: 'rfc822;b@old.test' }],
    };
    const knows = await scripted({
      EHLO: '250-x\r\n250-SIZE 99\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 PIPELINING',
    });
    const full = letter({ body: '8bitmime', smtputf8: true, dsn: wishes });
    await (await link(knows.port)).send(full, content);
    expect(knows.heard).toContain(
      `MAIL FROM:<a@x.test> SIZE=${BODY.length} BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb+3Dc`,
    );
    expect(knows.heard).toContain('RCPT TO:<b@y.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@old.test');
    const plain = await scripted({ EHLO: '250 PIPELINING' });
    const one = await link(plain.port);
    expect((await one.send(full, content)).map(({ code, status }) => `${code} ${status}`)).toEqual([
      '550 5.6.7',
      '550 5.6.7',
    ]);
    await one.send(letter({ body: '8bitmime', dsn: wishes }), content);
    expect(plain.heard).toContain('MAIL FROM:<a@x.test>');
    const address = letter({ recipients: [{ rid: 0, address: 'j\u00fcrg@y.test' }] });
    expect((await one.send(address, content))[0]?.status).toBe('5.6.7');
  });

  it('that is cut off is for nobody', async () => {
    const hop = await scripted({ EHLO: '250 PIPELINING' });
    const one = await link(hop.port);
    hop.server.on('connection', () => undefined);
    const sending = one.send(letter(), content);
    one.close();
    expect((await sending).map(({ code }) => code)).toEqual([0, 0]);
    expect(one.usable()).toBe(false);
  });
});

describe('TLS', () => {
  const pair = selfSigned('localhost', Date.now());
  const keys = { key: pair.privateKey, cert: pair.certificate };

  it('is used where it is offered, and verified where that is asked for', async () => {
    const hop = await real(keys);
    const one = await link(hop.port, { tls: 'opportunistic' });
    expect(one.tls).toMatch(/^TLSv1\.3 \S+$/);
    await one.send(letter(), content);
    expect(hop.got[0]).toMatchObject({ raw: BODY.toString(), session: { secure: true } });
    expect((await link(hop.port, { tls: 'verify', ca: pair.certificate })).tls).toMatch(/ verified$/);
    await expect(link(hop.port, { tls: 'verify' })).rejects.toThrow('TLS');
    await expect(link(hop.port, { tls: 'verify', ca: pair.certificate, host: 'other.test' })).rejects.toThrow(
      'TLS',
    );
    expect((await link(hop.port, { tls: 'none' })).tls).toBe('');
  });

  it('that is required is never left out; opportunistic falls back to none', async () => {
    const plain = await real({ disabledCommands: ['STARTTLS'] });
    await expect(link(plain.port, { tls: 'required' })).rejects.toThrow('TLS is required');
    expect((await link(plain.port, { tls: 'opportunistic' })).tls).toBe('');
    const broken = await scripted({ EHLO: '250 STARTTLS', STARTTLS: '220 go\r\n250 injected' });
    await expect(link(broken.port, { tls: 'required' })).rejects.toThrow();
  });

  it('comes before the log-in, whatever the destination says', async () => {
    const hop = await real({ ...keys, authMethods: ['PLAIN', 'LOGIN'] });
    const one = await link(hop.port, { tls: 'none', auth: { user: 'u', password: 'p' } });
    await one.send(letter(), content);
    expect(hop.got[0]?.session).toMatchObject({ secure: true, user: 'u' });
    await expect(link(hop.port, { auth: { user: 'u', password: 'wrong' } })).rejects.toMatchObject({
      reply: { code: 535 },
    });
    const login = await real({ ...keys, authMethods: ['LOGIN'] });
    expect((await link(login.port, { auth: { user: 'u', password: 'p' } })).usable()).toBe(true);
  });
});

it('the next target is tried where one cannot be reached', async () => {
  const hop = await scripted({ EHLO: '250 ok' });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const targets = [port, hop.port].map((one) => ({ host: `h${one}`, ip: '127.0.0.1', port: one }));
  const limits = { connectMs: 1000, idleMs: 1000 };
  const made = await connect(targets, { name: 'x', lmtp: false, tls: 'none', ca: '', limits }, () => 1);
  closing.push(() => made.close());
  expect(made.target.port).toBe(hop.port);
});
