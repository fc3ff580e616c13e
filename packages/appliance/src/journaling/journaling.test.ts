import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, FLOW_POLICIES, TrackEvent, type TrackRow } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mail, type MailParts, openMail } from '../mail.ts';
import { beginIntake } from '../queue/intake.ts';
import { foldRow } from '../track/fold.ts';

const FILE = Buffer.from('%PDF-1.4 not really');
/** Larger than what is kept in memory, when padded. */
const original = (padding = 0): string =>
  [
    'From: Juan <juan@supplier.example>',
    'To: all@example.com',
    'Subject: Invoice 123',
    'Message-ID: <1@supplier.example>',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'Pay at https://pay.example/now',
    ...Array.from({ length: padding / 64 }, () => 'x'.repeat(62)),
    '--b',
    'Content-Type: application/pdf; name=invoice.pdf',
    'Content-Disposition: attachment; filename=invoice.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    FILE.toString('base64'),
    '--b--',
    '',
  ].join('\r\n');

const TEXT = [
  'Sender: bounce@supplier.example',
  'Subject: Invoice 123',
  'Message-Id: <1@supplier.example>',
  'To: ann@example.com, Expanded: all@example.com',
  'Recipient: out@dom.test',
];

const report = (text: string[] = TEXT, inner = original()): string =>
  [
    'From: <MicrosoftExchange329e@example.com>',
    'To: journal@example.com',
    'Subject: Invoice 123',
    'X-MS-Journal-Report:',
    'Content-Type: multipart/mixed; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...text,
    '',
    '--b1',
    ...(inner === '' ? [] : ['Content-Type: message/rfc822', '', inner, '--b1--']),
    '',
  ].join('\r\n');

let dir: string;
let mail: Mail;
let events: TrackEvent[];
let delivered: string[];
let hop: SMTPServer;

const config = (journal: boolean, more: object = {}): Config =>
  Config.parse({
    hostname: 'esa.example.com',
    listener: { port: 0, maxSize: 2_000_000 },
    recipientDomains: ['example.com'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: portOf(hop) }],
    flowPolicies: [...FLOW_POLICIES, { name: 'JOURNAL', journal, ...more }],
    senderGroups: [{ name: 'EXCHANGE', policy: 'JOURNAL', senders: ['127.0.0.1'] }],
  });

function portOf(server: SMTPServer): number {
  const address = server.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function launch(conf = config(true), more: Partial<MailParts> = {}): Promise<void> {
  mail = await openMail({
    dir,
    config: conf,
    append: (batch) => {
      events.push(...batch.map((one) => TrackEvent.parse(one)));
      return Promise.resolve();
    },
    log: pino({ level: 'silent' }),
    clock: Date.now,
    dns: {
      reverse: () => Promise.resolve(['exchange.example.com']),
      addresses: () => Promise.resolve([]),
    },
    registry: new Registry(),
    ...more,
  });
  await mail.start();
}

/** The last reply. */
async function send(raw: string): Promise<string> {
  const client = new SMTPConnection({
    host: '127.0.0.1',
    port: mail.port,
    tls: { rejectUnauthorized: false },
  });
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) =>
    client.connect((error) => (error ? reject(error) : resolve())),
  );
  try {
    return await new Promise<string>((resolve) =>
      client.send({ from: '', to: ['journal@example.com'] }, raw, (error, info) =>
        resolve(error ? String(error.response) : info.response),
      ),
    );
  } finally {
    client.quit();
  }
}

const row = (mid = 1): TrackRow | undefined =>
  foldRow(
    { host: 'esa.example.com', serial: '1' },
    events.filter((one) => one.mid === mid),
  );
const tracked = async (state: string, mid = 1): Promise<TrackRow> => {
  await expect.poll(() => row(mid)?.state, { timeout: 20_000 }).toBe(state);
  return row(mid) as TrackRow;
};
const spooled = (): string[] =>
  readdirSync(join(dir, 'spool'), { recursive: true })
    .map(String)
    .filter((name) => /[/]\d+$/.test(name));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'journaling-'));
  events = [];
  delivered = [];
  hop = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, { envelope }, done) => {
      stream.resume();
      stream.on('end', () => {
        delivered.push(...envelope.rcptTo.map((one) => one.address));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => hop.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await mail.stop();
  await new Promise<void>((resolve) => hop.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

describe('a host whose policy says that it sends journal reports', () => {
  it.each([0, 1_000_000])(
    'the message in the report is tracked, and nothing is delivered (%i bytes more)',
    async (padding) => {
      await launch();
      const inner = original(padding);
      expect(await send(report(TEXT, inner))).toMatch(/^250 2\.0\.0 ok: {2}Message 1 accepted/);
      const got = await tracked('delivered');
      expect(got).toMatchObject({
        sender: 'bounce@supplier.example',
        headerFrom: ['juan@supplier.example'],
        subject: 'Invoice 123',
        messageId: '1@supplier.example',
        direction: 'incoming',
        senderGroup: 'EXCHANGE',
        size: Buffer.byteLength(inner),
        urls: ['https://pay.example/now'],
        parse: 'complete',
        dcids: [],
        events: ['delivered'],
      });
      expect(got.attachments).toMatchObject([
        { name: 'invoice.pdf', sha256: createHash('sha256').update(FILE).digest('hex') },
      ]);
      expect(got.recipients.map(({ address, state, text }) => [address, state, text])).toEqual([
        ['ann@example.com', 'delivered', 'Message 1 to ann@example.com journaled by exchange.example.com.'],
        ['out@dom.test', 'delivered', 'Message 1 to out@dom.test journaled by exchange.example.com.'],
      ]);
      expect(mail.status()).toMatchObject({ accepted: 1, queued: 0 });
      await expect.poll(spooled).toEqual([]);
      expect(delivered).toEqual([]);
    },
  );

  it('each report is a message of its own; one to others only is outgoing', async () => {
    await launch();
    await send(report());
    await send(report(['Sender: ann@example.com', 'Bcc: out@dom.test']));
    expect((await tracked('delivered', 2)).messageId).toBe('1@supplier.example');
    expect(row(2)).toMatchObject({ direction: 'outgoing', sender: 'ann@example.com' });
  });

  it.each<[string, string, string]>([
    ['ordinary mail', original(), 'there is no X-MS-Journal-Report header'],
    ['a report without a message', report(TEXT, ''), 'the original message is not in it'],
    ['a report that is cut off', report().replace('--b1--', ''), 'the original message is not complete'],
    [
      'more recipients than the policy allows',
      report(['Sender: <>', ...Array.from({ length: 10_000 }, (_, i) => `To: u${i}@example.com`)]),
      'it names more than 1000 recipients',
    ],
  ])('%s is refused, and tracking says why', async (_, raw, why) => {
    await launch();
    expect(await send(raw)).toBe(`554 5.6.0 Only journal reports are taken from this host: ${why}.`);
    const got = await tracked('rejected');
    expect(got.lastState).toContain(`mail flow policy JOURNAL: '554 5.6.0 Only journal reports`);
    expect(got.recipients.map((one) => one.address)).toEqual(['journal@example.com']);
    expect(delivered).toEqual([]);
  });

  it('a report that was on the disk when the program ended is tracked at the next start', async () => {
    await launch(config(true), {
      begin: async (parts, head) => {
        const intake = await beginIntake(
          { ...parts, scan: () => Promise.reject(new Error('the end')) },
          head,
        );
        return { ...intake, discard: () => Promise.resolve() };
      },
    });
    expect(await send(report())).toMatch(/^451 /);
    await mail.stop();
    expect(events).toEqual([]);
    await launch();
    expect((await tracked('delivered')).recipients).toHaveLength(2);
    expect(delivered).toEqual([]);
  });
});

it('any other host: a forged report is ordinary mail', async () => {
  await launch(config(false));
  expect(await send(report())).toMatch(/^250 /);
  expect(await tracked('delivered')).toMatchObject({
    sender: '',
    recipients: [{ address: 'journal@example.com' }],
  });
  expect(delivered).toEqual(['journal@example.com']);
});
