import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, TrackEvent } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mail, type MailParts, openMail } from './mail.ts';

const log = pino({ level: 'silent' });

interface Caught {
  from: string;
  to: string[];
  raw: Buffer;
}

type Say = (text: string, code: number) => Error;
const say: Say = (text, code) => Object.assign(new Error(text), { responseCode: code });

/** A real next hop on loopback that keeps what it gets. */
class Hop {
  readonly mails: Caught[] = [];
  port = 0;
  /** Reply to RCPT by address; undefined accepts. */
  rcpt: (address: string) => Error | undefined = () => undefined;
  /** Reply to the final dot; 'cut' closes instead of answering. */
  data: () => Error | 'cut' | undefined = () => undefined;
  sessions = 0;
  #server: SMTPServer;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      hideENHANCEDSTATUSCODES: true,
      disableReverseLookup: true,
      logger: false,
      onConnect: (_session, done) => {
        this.sessions++;
        done();
      },
      onRcptTo: ({ address }, _session, done) => done(this.rcpt(address)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const answer = this.data();
          if (answer === 'cut')
            return [...this.#server.connections].forEach((one) => void one._socket.destroy());
          if (answer) return done(answer);
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom ? mailFrom.address : '';
          this.mails.push({ from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(chunks) });
          done(null, `2.0.0 kept as ${this.mails.length}`);
        });
      },
    });
    this.#server.on('error', () => undefined);
  }

  async open(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  close(): Promise<void> {
    for (const one of [...this.#server.connections]) one._socket.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

let dir: string;
let hop: Hop;
let mail: Mail;
let events: TrackEvent[];
let running: boolean;

const base = (): Config =>
  Config.parse({
    hostname: 'esa.example.com',
    listener: { port: 0, maxSize: 200_000 },
    recipientDomains: ['example.com', '.sub.example.com', 'xn--bcher-kva.example'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: hop.port }],
    delivery: { retrySeconds: [1], giveUpSeconds: 3600 },
  });

async function launch(config = base(), more: Partial<MailParts> = {}): Promise<void> {
  mail = await openMail({
    dir,
    config,
    append: (batch) => {
      events.push(...batch.map((one) => TrackEvent.parse(one)));
      return Promise.resolve();
    },
    log,
    clock: Date.now,
    dns: {
      reverse: () => Promise.resolve(['client.example.net']),
      addresses: () => Promise.resolve([]),
    },
    registry: new Registry(),
    ...more,
  });
  await mail.start();
  running = true;
}

async function halt(): Promise<void> {
  if (running) await mail.stop();
  running = false;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mail-'));
  events = [];
  hop = new Hop();
  await hop.open();
});

afterEach(async () => {
  await halt();
  await hop.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Sent {
  response: string;
  rejected: string[];
}

async function send(from: string, to: string[], raw: string | Buffer): Promise<Sent> {
  const connection = new SMTPConnection({
    host: '127.0.0.1',
    port: mail.port,
    name: 'client.test',
    tls: { rejectUnauthorized: false },
  });
  connection.on('error', () => undefined);
  await new Promise<void>((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  );
  try {
    return await new Promise<Sent>((resolve, reject) =>
      connection.send({ from, to }, raw, (error, info) =>
        error ? reject(error) : resolve(info as unknown as Sent),
      ),
    );
  } finally {
    connection.quit();
  }
}

/** Speaks line by line, as a client that need not be polite; returns the last reply to each line. */
async function talk(lines: (string | Buffer)[]): Promise<string[]> {
  const socket = connectSocket(mail.port, '127.0.0.1');
  const replies: string[] = [];
  let buffer = '';
  let wake: (() => void) | undefined;
  socket.on('data', (chunk) => {
    buffer += chunk.toString();
    if (/(^|\n)\d{3} [^\n]*\r\n$/.test(buffer)) wake?.();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', resolve);
    socket.on('error', () => undefined);
  });
  const next = async (): Promise<string> => {
    const reply = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!/(^|\n)\d{3} [^\n]*\r\n$/.test(buffer)) await Promise.race([reply, closed]);
    const text = buffer.trimEnd();
    buffer = '';
    return text.slice(text.lastIndexOf('\n') + 1);
  };
  await next();
  for (const line of lines) {
    socket.write(typeof line === 'string' ? `${line}\r\n` : line);
    replies.push(await next());
  }
  socket.destroy();
  return replies;
}

async function until<T>(what: () => T | undefined | false, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = what();
    if (value) return value;
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const of = <T extends TrackEvent['type']>(type: T): Extract<TrackEvent, { type: T }>[] =>
  events.filter((one): one is Extract<TrackEvent, { type: T }> => one.type === type);

const BODY =
  'Subject: hello\r\nFrom: A <a@client.test>\r\nMessage-ID: <1@client.test>\r\n\r\nSee https://x.example/a.\r\n';

describe('a message', () => {
  it('is accepted, delivered unchanged behind one trace header, and tracked', async () => {
    await launch();
    const { response } = await send('a@client.test', ['b@example.com'], BODY);
    expect(response).toMatch(/^250 2\.0\.0 ok: {2}Message 1 accepted$/);
    const got = await until(() => hop.mails[0]);
    const text = got.raw.toString();
    expect(got).toMatchObject({ from: 'a@client.test', to: ['b@example.com'] });
    expect(text.endsWith(BODY)).toBe(true);
    expect(text.slice(0, text.length - BODY.length)).toMatch(
      /^Received: from client\.test \(client\.example\.net \[127\.0\.0\.1\]\)\r\n\tby esa\.example\.com with ESMTPS id 1; [^\r]+\r\n$/,
    );
    await until(() => of('finished')[0]);
    expect(events.map((one) => one.type)).toEqual([
      'accepted',
      'headers',
      'url',
      'queued',
      'attempt',
      'delivered',
      'finished',
    ]);
    expect(events.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(of('accepted')[0]).toMatchObject({
      mid: 1,
      icid: 1,
      direction: 'incoming',
      sender: 'a@client.test',
      ip: '127.0.0.1',
      reverseDns: 'client.example.net',
      helo: 'client.test',
      senderGroup: 'UNKNOWNLIST',
      tls: expect.stringMatching(/^TLSv1\.3 /) as string,
    });
    expect(of('headers')[0]).toMatchObject({
      subject: 'hello',
      messageId: '1@client.test',
      headerFrom: ['a@client.test'],
      parse: 'complete',
    });
    expect(of('url')[0]?.url).toBe('https://x.example/a');
    expect(of('delivered')[0]?.reply).toEqual({ code: 250, status: '2.0.0', text: 'kept as 1' });
    expect(mail.status()).toMatchObject({ accepted: 1, delivered: 1, queued: 0, oldestQueued: null });
    const files = (): unknown[] =>
      readdirSync(join(dir, 'spool'), { recursive: true }).filter((name) => /[/]\d+$/.test(String(name)));
    await until(() => files().length === 0);
  });

  it('keeps dots and long lines byte for byte', async () => {
    await launch();
    const raw = `Subject: x\r\n\r\n.\r\n..\r\n.a\r\n${'y'.repeat(5000)}\r\n\r\n`;
    await send('', ['b@example.com'], raw);
    const got = await until(() => hop.mails[0]);
    expect(got.raw.toString().endsWith(raw)).toBe(true);
    expect(got.from).toBe('');
  });

  it('reuses the connection to the next hop', async () => {
    await launch();
    for (let i = 0; i < 5; i++) {
      await send('a@client.test', ['b@example.com'], BODY);
      await until(() => hop.mails.length === i + 1);
    }
    expect(hop.sessions).toBe(1);
    await until(() => of('delivered').length === 5);
    expect(new Set(of('delivered').map((one) => one.dcid)).size).toBe(1);
  });
});

describe('what the next hop says', () => {
  it('is kept word for word for each recipient; the refused half bounces, the rest is delivered', async () => {
    hop.rcpt = (address) => (address.startsWith('no') ? say('5.1.1 No such <user> here', 550) : undefined);
    await launch();
    await send(
      'a@client.test',
      ['y1@example.com', 'no1@example.com', 'y2@example.com', 'no2@example.com'],
      BODY,
    );
    await until(() => of('delivered').length === 3);
    expect(of('bounced').map((one) => [one.rid, one.reply])).toEqual([
      [1, { code: 550, status: '5.1.1', text: 'No such <user> here' }],
      [3, { code: 550, status: '5.1.1', text: 'No such <user> here' }],
    ]);
    const report = await until(() => hop.mails.find((one) => one.from === ''));
    expect(report.to).toEqual(['a@client.test']);
    expect(report.raw.toString()).toContain(
      'Final-Recipient: rfc822; no1@example.com\r\nAction: failed\r\nStatus: 5.1.1',
    );
    expect(report.raw.toString()).toContain('Diagnostic-Code: smtp; 550 5.1.1 No such <user> here');
    expect(report.raw.toString()).toContain('Subject: hello');
    expect(of('accepted')[1]).toMatchObject({
      mid: 2,
      icid: 0,
      sender: '',
      recipients: [{ rid: 0, address: 'a@client.test' }],
    });
  });

  it('never reports on a report', async () => {
    hop.rcpt = () => say('5.1.1 nobody', 550);
    await launch();
    await send('', ['b@example.com'], BODY);
    await until(() => of('finished').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(of('accepted')).toHaveLength(1);
  });

  it('defers and tries again until it is taken', async () => {
    let busy = 2;
    hop.rcpt = () => (busy-- > 0 ? say('4.2.1 come later', 450) : undefined);
    await launch();
    await send('a@client.test', ['b@example.com'], BODY);
    await until(() => of('delivered')[0]);
    expect(of('deferred').map((one) => one.reply)).toEqual([
      { code: 450, status: '4.2.1', text: 'come later' },
      { code: 450, status: '4.2.1', text: 'come later' },
    ]);
    const [first, second] = of('deferred');
    expect(second?.at).toBeGreaterThanOrEqual(first?.retryAt ?? Number.NaN);
  });

  it('defers when the hop closes after the dot or is not there', async () => {
    let cut = 1;
    hop.data = () => (cut-- > 0 ? 'cut' : undefined);
    await launch();
    await send('a@client.test', ['b@example.com'], BODY);
    await until(() => of('delivered')[0]);
    expect(of('deferred')[0]?.reply.code).toBe(0);
    await hop.close();
    const port = hop.port;
    await send('a@client.test', ['c@example.com'], BODY);
    await until(() => of('deferred').find((one) => one.mid === 2));
    expect(of('deferred').find((one) => one.mid === 2)?.reply.text).toContain('ECONNREFUSED');
    hop = new Hop();
    await hop.open(port);
    await until(() => hop.mails.find((one) => one.to.includes('c@example.com')));
  });

  it('gives up in the end', async () => {
    hop.data = () => say('4.3.0 never', 451);
    const config = base();
    config.delivery.giveUpSeconds = 4;
    await launch(config);
    await send('', ['b@example.com'], BODY);
    await until(() => of('bounced')[0]);
    expect(of('deferred').length).toBeGreaterThan(0);
    expect(of('bounced')[0]?.reply).toEqual({ code: 451, status: '4.3.0', text: 'never' });
  });
});

describe('a restart', () => {
  it('finds its queue, its numbers and its events', async () => {
    await hop.close();
    const port = hop.port;
    await launch(undefined, { append: () => Promise.reject(new Error('tracking is down')) });
    await send('a@client.test', ['b@example.com'], BODY);
    expect(mail.status().queued).toBe(1);
    await halt();
    expect(events).toEqual([]);
    hop = new Hop();
    await hop.open(port);
    await launch();
    await until(() => hop.mails[0]);
    await until(() => of('finished')[0]);
    expect(events[0]).toMatchObject({ type: 'accepted', mid: 1, seq: 1 });
    const { response } = await send('a@client.test', ['b@example.com'], BODY);
    expect(Number(/Message (\d+)/.exec(response)?.[1])).toBeGreaterThan(1);
  });

  it('says which message has lost its file, and goes on', async () => {
    await hop.close();
    await launch();
    await send('a@client.test', ['b@example.com'], BODY);
    await halt();
    rmSync(join(dir, 'spool', 'segments', '1'));
    await launch();
    await until(() => of('dropped')[0]);
    expect(mail.status().queued).toBe(0);
  });

  it('takes in a complete file without a row and sets an incomplete one aside', async () => {
    await hop.close();
    await launch();
    await send('a@client.test', ['b@example.com'], BODY);
    await halt();
    for (const name of readdirSync(dir)) if (name.startsWith('queue.db')) rmSync(join(dir, name));
    writeFileSync(join(dir, 'spool', '05', '5'), 'SLSPOOL1 torn');
    const port = hop.port;
    hop = new Hop();
    await hop.open(port);
    events = [];
    await launch();
    await until(() => hop.mails[0]);
    expect(readdirSync(join(dir, 'spool', 'incomplete'))).toEqual(['5']);
    const { response } = await send('a@client.test', ['b@example.com'], BODY);
    expect(Number(/Message (\d+)/.exec(response)?.[1])).toBeGreaterThan(5);
  });

  it('does not send altered content', async () => {
    await hop.close();
    await launch();
    await send('a@client.test', ['b@example.com'], BODY);
    await halt();
    const path = join(dir, 'spool', 'segments', '1');
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(path);
    bytes[bytes.length - 60] = (bytes[bytes.length - 60] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await launch();
    await until(() => of('dropped')[0]);
  });
});

describe('trouble of our own', () => {
  it('is answered with 452 where there is no space', async () => {
    await launch(undefined, { limits: { reserveBytes: Number.MAX_SAFE_INTEGER } });
    const replies = await talk(['EHLO x', 'MAIL FROM:<a@client.test>']);
    expect(replies[1]).toMatch(/^452 4\.3\.1 /);
  });

  it('is answered with 451 where the spool cannot be written, and nothing is kept', async () => {
    await launch();
    rmSync(join(dir, 'spool'), { recursive: true });
    await expect(send('a@client.test', ['b@example.com'], BODY)).rejects.toMatchObject({ responseCode: 451 });
    expect(mail.status()).toMatchObject({ accepted: 0, queued: 0, rejected: 1 });
  });
});

describe('stop and apply', () => {
  it('lets a message in transfer finish and sends the others away', async () => {
    await launch();
    const open = talk(['EHLO x', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@example.com>', 'DATA']).then(
      () => undefined,
    );
    await open;
    const idle = talk(['EHLO x', Buffer.alloc(0)]);
    const socket = connectSocket(mail.port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk.toString();
    });
    const step = async (line: string, code: string): Promise<void> => {
      socket.write(line);
      await until(() => got.split('\r\n').some((one) => one.startsWith(`${code} `)));
      got = '';
    };
    await until(() => got.startsWith('220'));
    got = '';
    await step('EHLO x\r\n', '250');
    await step('MAIL FROM:<a@client.test>\r\n', '250');
    await step('RCPT TO:<b@example.com>\r\n', '250');
    await step('DATA\r\n', '354');
    const stopped = halt();
    expect((await idle)[1]).toMatch(/^421 4\.3\.2 /);
    await step(`${BODY}.\r\n`, '250');
    await stopped;
    await launch();
    await until(() => hop.mails[0]);
  });

  it('moves to another port without losing a moment', async () => {
    await launch();
    const first = mail.port;
    const moved = (host: string, port: number): Config => ({
      ...base(),
      recipientDomains: ['other.example'],
      listener: { ...base().listener, host, port },
    });
    await mail.apply(moved('127.0.0.2', first));
    expect(mail.status().listener).toBe(`127.0.0.2:${first}`);
    await mail.apply(moved('127.0.0.1', 0));
    const taken = new Hop();
    await taken.open();
    await expect(mail.apply(moved('127.0.0.1', taken.port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await taken.close();
    await expect(send('a@client.test', ['b@example.com'], BODY)).rejects.toMatchObject({ responseCode: 550 });
    await send('a@client.test', ['b@other.example'], BODY);
    await until(() => hop.mails[0]);
  });
});

describe('load', () => {
  it('brings 200 messages over 10 connections, every byte of them', async () => {
    await launch();
    const bodies = Array.from({ length: 200 }, (_, i) => `Subject: ${i}\r\n\r\n${'z'.repeat(i * 37)}\r\n`);
    const sender = async (part: number): Promise<void> => {
      for (let i = part; i < bodies.length; i += 10)
        await send('a@client.test', ['b@example.com'], bodies[i] ?? '');
    };
    await Promise.all(Array.from({ length: 10 }, (_, part) => sender(part)));
    await until(() => of('finished').length === 200, 20_000);
    const hash = (raw: Buffer | string): string => createHash('sha256').update(raw).digest('hex');
    const body = (raw: Buffer): Buffer => raw.subarray(raw.indexOf('Subject: '));
    expect(hop.mails.map((one) => hash(body(one.raw))).sort()).toEqual(bodies.map(hash).sort());
    expect(new Set(of('accepted').map((one) => one.mid)).size).toBe(200);
    expect(events.map((one) => one.seq)).toEqual(events.map((_, i) => i + 1));
  }, 60_000);
});

describe('metrics', () => {
  it('show what happened and how long the queue is', async () => {
    const registry = new Registry();
    hop.rcpt = (address) => (address.startsWith('no') ? say('5.1.1 no', 550) : undefined);
    await launch(undefined, { registry });
    await send('', ['b@example.com', 'no@example.com'], BODY);
    await expect(send('', ['b@elsewhere.test'], BODY)).rejects.toMatchObject({ responseCode: 550 });
    await until(() => of('finished')[0]);
    const text = await registry.metrics();
    for (const line of [
      'accepted_total 1',
      'delivered_total 1',
      'bounced_total 1',
      'rejected_total 1',
      'queue_messages 0',
    ])
      expect(text).toContain(`sightline_mail_${line}\n`);
    expect(text).toMatch(/sightline_mail_scan_seconds_count 1\n/);
    expect(text).toMatch(/sightline_mail_commit_seconds_count [1-9]/);
    expect(text).toMatch(/sightline_mail_lost_content_total 0\n/);
  });
});
