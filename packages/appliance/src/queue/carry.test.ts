import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type ConfigPart, TrackEvent } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Mail, openMail } from '../mail.ts';
import type { Lists } from '../scan/lists.ts';
import { noLists } from '../scan/lists.ts';

interface Got {
  from: string;
  to: string[];
  raw: string;
  port: number;
}

let dir: string;
let events: TrackEvent[];
let got: Got[];
let hops: SMTPServer[];
let mail: Mail | undefined;

async function hop(): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : '';
        got.push({ from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(chunks).toString(), port });
        done(null, 'kept');
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  hops.push(server);
  return port;
}

async function launch(part: ConfigPart, lists: Partial<Lists> = {}): Promise<void> {
  mail = await openMail({
    dir,
    config: Config.parse({
      hostname: 'esa.example.com',
      listener: { port: 0 },
      recipientDomains: ['example.com'],
      routes: [{ domain: 'ALL', host: '127.0.0.1', port: await hop() }],
      ...part,
    }),
    append: async (batch) => void events.push(...batch.map((one) => TrackEvent.parse(one))),
    log: pino({ level: 'silent' }),
    clock: Date.now,
    dns: { reverse: async () => [], addresses: async () => [] },
    lists: () => ({ ...noLists, ...lists }),
    registry: new Registry(),
  });
  await mail.start();
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carry-'));
  events = [];
  got = [];
  hops = [];
});
afterEach(async () => {
  await mail?.stop();
  mail = undefined;
  for (const one of hops) await new Promise<void>((resolve) => one.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const RAW =
  'From: Ann <ann@example.org>\r\nSubject: offer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n' +
  'Content-Type: application/x-exe; name="run.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAM=\r\n--b--\r\n';

async function send(...to: string[]): Promise<string> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port: mail?.port ?? 0, ignoreTLS: true });
  await new Promise<void>((resolve) => connection.connect(() => resolve()));
  return new Promise((resolve) => {
    connection.send({ from: 'ann@example.org', to }, RAW, (error, info) => {
      connection.quit();
      resolve(error ? String((error as { response?: string }).response) : (info?.response ?? ''));
    });
  });
}

const of = (type: TrackEvent['type']) => events.filter((one) => one.type === type);
const arrived = (n: number) => vi.waitFor(() => expect(got).toHaveLength(n), 5000);
const told = (type: TrackEvent['type'], n: number) =>
  vi.waitFor(() => expect(of(type)).toHaveLength(n), 5000);
/** Without our own trace header. */
const sent = ({ raw }: Got): string => raw.replace(/^((?:.+\r\n)*?)Received:.*\r\n(?:[ \t].*\r\n)*/, '$1');

const filters = (actions: object[], ordered: object[] = [], more: object = {}): ConfigPart =>
  ({
    filters: { incoming: [{ name: 'f', actions }] },
    policies: { incoming: { ordered, default: { filters: ordered.length > 0 ? [] : ['f'] } }, ...more },
  }) as ConfigPart;
const FINANCE = { name: 'Finance', recipients: ['fin@example.com'], filters: ['f'] };

describe('what the policies decide is carried out', () => {
  it('delivers untouched what no policy changes', async () => {
    await launch({});
    expect(await send('bob@example.com')).toMatch(/^250 .*ok:/);
    await arrived(1);
    expect(got.map(sent)).toEqual([RAW]);
    expect(of('policy')).toMatchObject([
      { policy: 'DEFAULT', actions: [], why: ['File Type: file type: run.exe'] },
    ]);
  });

  it('changes the copy that leaves', async () => {
    await launch(
      filters([
        { do: 'tag subject', prefix: '[X]' },
        { do: 'add header', name: 'X-A', value: 'b' },
        { do: 'strip attachments', name: '*.exe' },
      ]),
    );
    await send('bob@example.com');
    await arrived(1);
    const text = got[0]?.raw ?? '';
    expect(text).toContain('Subject: [X] offer\r\n');
    expect(text).toMatch(/^X-A: b\r\nReceived: /);
    expect(text).toContain('hello');
    expect(text).not.toContain('TVqQ');
    expect(text).toContain('The attachment "run.exe" was removed by policy');
    expect(of('policy')[0]).toMatchObject({
      policy: 'DEFAULT',
      actions: expect.arrayContaining(['Content filter f: tag subject "[X]"']),
    });
  });

  it('splinters by recipient: each copy is a message of its own, and they know of each other', async () => {
    await launch(filters([{ do: 'tag subject', prefix: '[FIN]' }], [FINANCE]));
    await send('bob@example.com', 'fin@example.com', 'eve@example.com');
    await arrived(2);
    const byFirst = Object.fromEntries(got.map((one) => [one.to[0], one]));
    expect(byFirst['bob@example.com']?.to).toEqual(['bob@example.com', 'eve@example.com']);
    expect(sent(byFirst['bob@example.com'] as Got)).toBe(RAW);
    expect(byFirst['fin@example.com']?.raw).toContain('Subject: [FIN] offer');
    const [first, second] = of('accepted').map((one) => one.mid);
    await told('related', 2);
    expect(of('related')).toMatchObject([
      { mid: first, from: first, into: second, relation: 'splintered' },
      { mid: second, from: first, into: second, relation: 'splintered' },
    ]);
    expect(of('attachment').map((one) => one.mid)).toEqual([first, second]);
    await told('delivered', 3);
  });

  it('keeps the bytes as they came in a quarantine', async () => {
    await launch(
      filters([
        { do: 'tag subject', prefix: '[X]' },
        { do: 'quarantine', quarantine: 'Policy' },
      ]),
    );
    expect(await send('bob@example.com')).toMatch(/^250/);
    await told('quarantined', 1);
    const { mid } = of('accepted')[0] as { mid: number };
    const segments = join(dir, 'spool', 'segments');
    const file = readdirSync(segments)
      .map((name) => readFileSync(join(segments, name), 'latin1'))
      .join('');
    expect(mid).toBeGreaterThan(0);
    expect(file).toContain(RAW);
    expect(of('queued')).toEqual([]);
    expect(got).toEqual([]);
  });

  it('refuses before the 250 what nobody gets, and tracking knows all of it', async () => {
    await launch({}, { senders: new Map([['ann@example.org', { id: 'b1', reason: 'campaign' }]]) });
    expect(await send('bob@example.com')).toMatch(/^554 5\.7\.1 /);
    await told('rejected', 1);
    expect(of('rejected')).toMatchObject([{ stage: 'data', by: 'Blocklist', reply: { code: 554 } }]);
    expect(of('accepted')).toMatchObject([{ stage: 'data', sender: 'ann@example.org' }]);
    expect(of('attachment')).toHaveLength(1);
    expect(of('verdict')).toMatchObject([
      { engine: 'blocklist', verdict: 'positive' },
      { engine: 'file type' },
    ]);
  });

  it.each([
    ['drop', 'dropped', 1],
    ['bounce', 'bounced', 2],
  ] as const)('a rejection for some only: %s', async (partialReject, type, mails) => {
    await launch(filters([{ do: 'reject' }], [FINANCE], { partialReject }));
    expect(await send('fin@example.com', 'bob@example.com')).toMatch(/^250/);
    await arrived(mails);
    await told(type, 1);
    expect(got.find((one) => one.from !== '')?.to).toEqual(['bob@example.com']);
    const report = got.find((one) => one.from === '');
    if (type === 'bounced')
      expect(report).toMatchObject({
        to: ['ann@example.org'],
        raw: expect.stringContaining('fin@example.com'),
      });
    expect(of('related')).toHaveLength(type === 'bounced' ? 4 : 2);
  });

  it('drops in silence, and the file goes', async () => {
    await launch(filters([{ do: 'drop' }]));
    expect(await send('bob@example.com')).toMatch(/^250/);
    await told('dropped', 1);
    expect(mail?.status().queued).toBe(0);
    const left = () => readdirSync(join(dir, 'spool', 'segments')).filter((name) => /^\d+$/.test(name));
    await vi.waitFor(() => expect(left()).toEqual([]), 15_000);
  });

  it('makes copies, tells people, and takes another way', async () => {
    const dlp = await hop();
    await launch(
      filters([
        { do: 'bcc', address: 'archive@example.net' },
        { do: 'notify', address: 'soc@example.com', text: 'Look at this' },
        { do: 'copy to quarantine', quarantine: 'Policy' },
        { do: 'route', host: '127.0.0.1', port: dlp },
      ]),
    );
    await send('bob@example.com');
    await arrived(3);
    const to = (address: string) => got.find((one) => one.to[0] === address);
    expect(to('bob@example.com')).toMatchObject({ port: dlp });
    expect(sent(to('archive@example.net') as Got)).toBe(RAW);
    expect(to('soc@example.com')).toMatchObject({ from: '', raw: expect.stringContaining('Look at this') });
    expect(to('soc@example.com')?.raw).toContain('ann@example.org');
    await told('quarantined', 1);
    expect(new Set(of('related').map((one) => (one as { relation: string }).relation))).toEqual(
      new Set(['copy', 'notification']),
    );
  });
});
