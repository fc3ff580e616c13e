/** Quarantines and blocklists on the real mail path: real sockets, real files, a real next hop. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, quarantineOf, TrackEvent } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mail, openMail } from './mail.ts';

interface Caught {
  from: string;
  to: string[];
  raw: Buffer;
}

let dir: string;
let hop: SMTPServer;
let hopPort: number;
let caught: Caught[];
let mail: Mail;
let events: TrackEvent[];
let shift: number;
let mostBytes: number;

const config = (): Config =>
  Config.parse({
    hostname: 'esa.example.com',
    listener: { port: 0 },
    recipientDomains: ['example.com'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: hopPort }],
    delivery: { retrySeconds: [3600], giveUpSeconds: 864_000 },
    quarantines: [
      { name: 'Policy', keepHours: 2, atExpiry: 'delete', maxBytes: mostBytes },
      { name: 'Spam', keepHours: 1, atExpiry: 'release' },
    ],
  });

async function launch(): Promise<void> {
  mail = await openMail({
    dir,
    config: config(),
    append: async (batch) => void events.push(...batch.map((one) => TrackEvent.parse(one))),
    log: pino({ level: 'silent' }),
    clock: () => Date.now() + shift,
    dns: { reverse: async () => [], addresses: async () => [] },
    registry: new Registry(),
    // A hop that was down is asked again at once.
    limits: { delivery: { connectMs: 5000, idleMs: 60_000, lingerMs: 2000, downMs: 1 } },
  });
  await mail.start();
}
const listenHop = () => new Promise<void>((done) => hop.listen(hopPort, '127.0.0.1', done));
const closeHop = () => new Promise<void>((done) => hop.close(done));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'response-'));
  caught = [];
  events = [];
  shift = 0;
  hopPort = 0;
  mostBytes = 1024 ** 3;
  hop = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        caught.push({ from, to: envelope.rcptTo.map((one) => one.address), raw: Buffer.concat(chunks) });
        done();
      });
    },
  });
  hop.on('error', () => undefined);
  await listenHop();
  hopPort = (hop.server.address() as { port: number }).port;
  // Down, so that mail waits until a test wants it delivered.
  await closeHop();
  hop = new SMTPServer(hop.options);
  hop.on('error', () => undefined);
  await launch();
});
afterEach(async () => {
  await mail.stop();
  await closeHop().catch(() => undefined);
  rmSync(dir, { recursive: true, force: true });
});

/** Sends it byte for byte; resolves with the MID. */
function send(raw: string, to = ['bob@example.com'], from = 'ann@example.org'): Promise<number> {
  const client = new SMTPConnection({ host: '127.0.0.1', port: mail.port, ignoreTLS: true });
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.connect(() =>
      client.send({ from, to }, raw, (error, info) => {
        client.quit();
        if (error) reject(error);
        else resolve(Number(/Message (\d+)/.exec(info?.response ?? '')?.[1]));
      }),
    );
  });
}
const letter = (subject: string, body = 'hello', more = ''): string =>
  `From: ann@example.org\r\nTo: bob@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${subject.length}@x>\r\n${more}\r\n${body}\r\n`;
const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const typesOf = (mid: number) => events.filter((e) => e.mid === mid).map((e) => e.type);
const item = (kind: 'sender' | 'network' | 'url' | 'subject', value: string) => ({ kind, value });
const block = (...items: ReturnType<typeof item>[]) =>
  mail.lists.add({ list: 'block', items, reason: 'campaign', hours: null }, 'ann', 'console');
const messages = (...mids: number[]) => ({ messages: mids.map((mid) => ({ mid })) });
const act = (act: Parameters<Mail['quarantine']['act']>[0]['act'], ...mids: number[]) =>
  mail.quarantine.act({ act, select: messages(...mids), reason: 'looked at' }, 'ann');

/** A message that waits for the next hop is brought into a quarantine. */
async function quarantined(raw: string, to?: string[]): Promise<number> {
  const mid = await send(raw, to);
  await expect.poll(() => typesOf(mid)).toContain('deferred');
  const subject = /Subject: (.*)\r/.exec(raw)?.[1] ?? '';
  const { ids } = await block(item('subject', subject));
  const applied = await mail.lists.apply(
    { ids, do: 'quarantine', quarantine: 'Policy', reason: 'hunt' },
    'ann',
  );
  expect(applied).toMatchObject({ queue: 1 });
  return mid;
}

describe('a quarantine with a new name', () => {
  const named = (...names: string[]): Config => ({
    ...config(),
    quarantines: names
      .map((name) => quarantineOf(config().quarantines, name))
      .map((one, i) => ({
        ...one,
        name: names[i] ?? '',
      })),
  });
  const held = async () =>
    (await mail.quarantine.list()).filter((one) => one.messages > 0).map((one) => [one.name, one.removed]);

  it('keeps its messages, and they can be released from it', async () => {
    const mid = await quarantined(letter('renamed'));
    await mail.apply(named('Hold for review', 'Spam'));
    expect(await held()).toEqual([['Hold for review', false]]);
    expect((await mail.quarantine.search({ quarantine: 'Hold for review', limit: 10 })).total).toBe(1);
    await listenHop();
    expect(await act({ do: 'release' }, mid)).toMatchObject({ messages: 1 });
    await expect.poll(() => caught.length).toBe(1);
  });

  it('is not what stands in the place of one that was removed', async () => {
    await quarantined(letter('orphan'));
    await mail.apply(named('Spam', 'New'));
    expect(await held()).toEqual([['Policy', true]]);
    // Back again, and it is as before.
    await mail.apply(named('Policy', 'Spam'));
    expect(await held()).toEqual([['Policy', false]]);
  });
});

describe('release', () => {
  it('delivers the original bytes to the recipients, once, and tells who did it and why', async () => {
    const raw = letter('to be released', 'dots\r\n..and 8 bit: \u00e4\u00f6\u00fc');
    const mid = await quarantined(raw, ['bob@example.com', 'eve@example.com']);
    expect(mail.status().queued).toBe(0);
    const { messages: found, total } = await mail.quarantine.search({
      sender: 'ANN@',
      reason: 'hunt',
      limit: 10,
    });
    expect(total).toBe(1);
    expect(found[0]).toMatchObject({
      mid,
      quarantine: 'Policy',
      recipients: ['bob@example.com', 'eve@example.com'],
    });
    await listenHop();
    const twice = await Promise.all([act({ do: 'release' }, mid), act({ do: 'release' }, mid)]);
    expect(twice).toEqual([
      { messages: 1, skipped: 0 },
      { messages: 0, skipped: 1 },
    ]);
    await expect.poll(() => caught.length).toBe(1);
    const body = (bytes: Buffer | string): string =>
      bytes.toString().slice(bytes.toString().indexOf('From: '));
    expect(sha(body(caught[0]?.raw ?? ''))).toBe(sha(raw));
    expect(caught[0]?.to).toEqual(['bob@example.com', 'eve@example.com']);
    await expect.poll(() => typesOf(mid).at(-1)).toBe('finished');
    expect(events.find((e) => e.type === 'released')).toMatchObject({
      actor: 'ann',
      reason: 'looked at',
      quarantine: 'Policy',
    });
    expect((await mail.quarantine.search({ limit: 10 })).total).toBe(0);
    await new Promise((done) => setTimeout(done, 600));
    expect(caught).toHaveLength(1);
  });

  it('to others goes to them only, as a message of its own that is related', async () => {
    const mid = await quarantined(letter('for the analysts'));
    await listenHop();
    expect(await act({ do: 'release', to: ['soc@example.com'] }, mid)).toEqual({ messages: 1, skipped: 0 });
    await expect.poll(() => caught.length).toBe(1);
    expect(caught[0]).toMatchObject({ to: ['soc@example.com'], from: 'ann@example.org' });
    const related = events.filter((e) => e.type === 'related');
    await expect
      .poll(() => typesOf(mid))
      .toEqual(expect.arrayContaining(['released', 'related', 'finished']));
    expect(related.map((e) => e.mid).sort()).toEqual([mid, mid + 1].sort());
  });

  it('survives a restart in between', async () => {
    const mid = await quarantined(letter('kept over a restart'));
    await mail.stop();
    await launch();
    expect(await mail.quarantine.list()).toMatchObject([{ name: 'Policy', messages: 1 }, { name: 'Spam' }]);
    await listenHop();
    await act({ do: 'release' }, mid);
    await expect.poll(() => caught.length).toBe(1);
  });
});

describe('the other actions', () => {
  it('a copy goes on beside the original, without a sender who would get reports', async () => {
    const mid = await quarantined(letter('copy me'));
    await listenHop();
    await act({ do: 'copy', to: ['soc@example.com'] }, mid);
    await expect.poll(() => caught.length).toBe(1);
    expect(caught[0]).toMatchObject({ to: ['soc@example.com'], from: '' });
    expect((await mail.quarantine.search({ limit: 10 })).total).toBe(1);
  });

  it('what is deleted in one quarantine is not delivered by a release from the other', async () => {
    const mid = await quarantined(letter('in two'));
    await listenHop();
    await act({ do: 'move', into: 'Spam' }, mid);
    expect((await mail.quarantine.view(mid)).stays).toMatchObject([{ quarantine: 'Spam', others: [] }]);
    await expect(act({ do: 'move', into: 'Nowhere' }, mid)).rejects.toMatchObject({ code: 'not_found' });
    const before = Date.parse((await mail.quarantine.view(mid)).stays[0]?.leaves ?? '');
    await act({ do: 'delay', hours: 24 }, mid);
    const after = Date.parse((await mail.quarantine.view(mid)).stays[0]?.leaves ?? '');
    expect(after - before).toBe(24 * 3_600_000);
    expect(await act({ do: 'delete' }, mid)).toEqual({ messages: 1, skipped: 0 });
    expect(await act({ do: 'release' }, mid)).toEqual({ messages: 0, skipped: 1 });
    await expect(mail.quarantine.view(mid)).rejects.toMatchObject({ code: 'not_found' });
    await expect.poll(() => events.find((e) => e.type === 'dropped')).toMatchObject({ by: 'ann' });
    expect(caught).toEqual([]);
  });

  it('happen to all that a filter finds', async () => {
    await quarantined(letter('one of many'));
    await quarantined(letter('another of many'));
    const filter = { subject: 'OF MANY' };
    expect(
      await mail.quarantine.act({ act: { do: 'delete' }, select: { filter }, reason: 'x' }, 'ann'),
    ).toEqual({
      messages: 2,
      skipped: 0,
    });
  });

  it('pages go on where the last one ended', async () => {
    for (const n of [1, 2, 3]) await quarantined(letter(`page number ${n}`));
    const first = await mail.quarantine.search({ limit: 2 });
    expect(first).toMatchObject({ total: 3, messages: { length: 2 } });
    const second = await mail.quarantine.search({ limit: 2, after: first.after ?? '' });
    expect(second).toMatchObject({ after: null, messages: [{ subject: 'page number 1' }] });
  });
});

describe('time', () => {
  it('ends a stay by what the quarantine says', async () => {
    const deleted = await quarantined(letter('will be deleted'));
    const released = await quarantined(letter('will be released'));
    await act({ do: 'move', into: 'Spam' }, released);
    await listenHop();
    shift = 3 * 3_600_000;
    await expect.poll(() => caught.length, { timeout: 15_000 }).toBe(1);
    await expect.poll(() => typesOf(deleted)).toContain('dropped');
    expect(events.find((e) => e.type === 'dropped')).toMatchObject({ mid: deleted, by: 'expiry' });
    expect(events.find((e) => e.type === 'released')).toMatchObject({ mid: released, actor: 'expiry' });
  });

  it('is over early for the oldest when a quarantine is too full', async () => {
    mostBytes = 1024 * 1024;
    await mail.apply(config());
    const big = 'x'.repeat(72).concat('\r\n').repeat(9000);
    const first = await quarantined(letter('first of the big ones', big));
    const second = await quarantined(letter('second of the big ones', big));
    await expect
      .poll(async () => (await mail.quarantine.search({ limit: 9 })).messages, { timeout: 15_000 })
      .toMatchObject([{ mid: second }]);
    await expect.poll(() => typesOf(first)).toContain('dropped');
  });
});

describe('view', () => {
  it('shows text, inert HTML, hashes and header, and the bytes in pieces', async () => {
    const html = [
      '<p>Dear <b onclick="x()">you</b></p><script>alert(1)</script><img src="https://track.example/p.gif" alt="logo">',
      '<a href="https://evil.example/login">your bank</a><form action="https://evil.example"><input name="q"></form>',
    ].join('');
    const file = Buffer.from('evil bytes');
    const more = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n';
    const body = [
      '--b\r\nContent-Type: text/plain\r\n\r\nplain text',
      `--b\r\nContent-Type: text/html\r\n\r\n${html}`,
      `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString('base64')}`,
      '--b--',
    ].join('\r\n');
    const raw = letter('to be looked at', body, more);
    const mid = await quarantined(raw);
    const view = await mail.quarantine.view(mid);
    expect(view).toMatchObject({
      text: expect.stringContaining('plain text'),
      html: true,
      parse: 'complete',
      attachments: [{ name: 'a.exe', sha256: sha(file) }],
      urls: expect.arrayContaining(['hxxps[:]//evil[.]example/login']),
    });
    expect(view.header).toContain('Subject: to be looked at\r\n');
    expect(view.header).not.toContain('plain text');
    const page = await mail.quarantine.html(mid);
    expect(page).toContain('<b>you</b>');
    expect(page).toContain('[image: logo]');
    expect(page).toContain('your bank <span class="link">[hxxps[:]//evil[.]example/login]</span>');
    expect(page).not.toMatch(/<script|<img|<form|<input|<a |onclick|href|src=/);
    const { bytes, last } = await mail.quarantine.piece(mid, 0);
    expect(last).toBe(true);
    expect(Buffer.from(bytes, 'base64').toString()).toContain(raw);
  });
});

describe('lists', () => {
  it('count for the next message of a connection that is open', async () => {
    const before = performance.now();
    const { ids } = await block(item('sender', 'ann@example.org'));
    const ms = performance.now() - before;
    expect(ms).toBeLessThan(1000);
    await expect(send(letter('blocked sender'))).rejects.toMatchObject({ responseCode: 554 });
    expect(await mail.lists.remove({ list: 'block', ids, items: [], reason: 'over' }, 'ann')).toMatchObject({
      removed: 1,
    });
    const free = await send(letter('free again'));
    await expect.poll(() => typesOf(free)).toContain('queued');
    expect(typesOf(free)).not.toContain('verdict');
  });

  it('of clients refuse them with 554, on a connection that is open already too', async () => {
    const client = createConnection(mail.port, '127.0.0.1');
    let heard = '';
    client.on('data', (part: Buffer) => {
      heard += part.toString();
    });
    await expect.poll(() => heard).toMatch(/^220 /m);
    client.write('EHLO x\r\n');
    await expect.poll(() => heard).toMatch(/^250 /m);
    const closed = new Promise((done) => client.once('close', done));
    const begin = performance.now();
    await block(item('network', '127.0.0.0/8'));
    client.write('MAIL FROM:<ann@example.org>\r\n');
    await closed;
    expect(heard).toMatch(/^554 5\.7\.1 /m);
    expect(performance.now() - begin).toBeLessThan(1000);
    await expect(send(letter('y'))).rejects.toMatchObject({ responseCode: 554 });
    await expect
      .poll(() => events.filter((e) => e.type === 'rejected'))
      .toMatchObject([
        { stage: 'mail' },
        { stage: 'connect', by: expect.stringContaining('blocklist entry') },
      ]);
  });

  it('forget an entry when its time is over, and have it after a restart until then', async () => {
    await mail.lists.add(
      { list: 'block', items: [item('subject', '*urgent*')], reason: 'r', hours: 1 },
      'ann',
      'cli',
    );
    await mail.stop();
    await launch();
    const page = await mail.lists.page({ limit: 10, after: 0 });
    expect(page.entries).toMatchObject([{ kind: 'subject', value: '*urgent*', actor: 'ann', source: 'cli' }]);
    await expect(send(letter('an urgent thing'))).rejects.toMatchObject({ responseCode: 554 });
    shift = 3_700_000;
    const free = await send(letter('an urgent thing again'));
    await expect.poll(() => typesOf(free)).toContain('queued');
    expect(typesOf(free)).not.toContain('verdict');
    expect((await mail.lists.page({ limit: 10, after: 0 })).total).toBe(0);
  });

  it('go out as CSV and come in again, wrong lines named', async () => {
    await block(item('url', 'evil.example'), item('network', '192.0.2.0/24'));
    const csv = await mail.lists.exported();
    expect(csv).toMatch(/^list,kind,value,reason,expires,actor,source,created\r\n/);
    expect(await mail.lists.imported(csv, 'Imported', 'eve')).toMatchObject({ added: 2 });
    const { entries, total } = await mail.lists.page({ limit: 10, after: 0 });
    expect(total).toBe(2);
    expect(entries[0]).toMatchObject({ actor: 'eve', source: 'import', reason: 'campaign' });
    await expect(
      mail.lists.imported('kind,value\nsha256,zz\nsender,"a@b.example"\n', 'x', 'eve'),
    ).rejects.toMatchObject({
      fields: [{ path: 'line 2' }],
    });
    const formula = 'kind,value,reason\nsender,a@b.example,"=HYPERLINK(""x"")"\n';
    await mail.lists.imported(formula, 'x', 'eve');
    expect(await mail.lists.exported()).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('applied to the queue hold what waits there', async () => {
    const waiting = await send(letter('waits in the queue', 'see http://www.evil.example/y'));
    await expect.poll(() => typesOf(waiting)).toContain('deferred');
    const { ids } = await block(item('url', 'evil.example'));
    expect(await mail.lists.apply({ ids, do: 'hold', quarantine: '', reason: 'bad' }, 'ann')).toMatchObject({
      queue: 1,
    });
    expect(await mail.queue.list({ limit: 10, after: 0 })).toMatchObject({ messages: [{ state: 'held' }] });
    await expect.poll(() => typesOf(waiting)).toContain('held');
  });

  it('applied to the queue delete what waits, there and in quarantines', async () => {
    const kept = await quarantined(letter('in quarantine already', 'see http://evil.example/x'));
    const waiting = await send(letter('waits in the queue', 'see http://www.evil.example/y'));
    const other = await send(letter('something else'));
    await expect.poll(() => typesOf(other)).toContain('deferred');
    await expect.poll(() => typesOf(waiting)).toContain('deferred');
    const { ids } = await block(item('url', 'evil.example'));
    expect(await mail.lists.apply({ ids, do: 'delete', quarantine: 'Policy', reason: 'bad' }, 'ann')).toEqual(
      {
        looked: 3,
        queue: 1,
        quarantine: 1,
        more: false,
      },
    );
    expect(mail.status().queued).toBe(1);
    await expect.poll(() => typesOf(kept)).toContain('dropped');
    expect(typesOf(waiting)).toContain('dropped');
    expect(typesOf(other)).not.toContain('dropped');
  });
});

describe('remote response', () => {
  const order = (act: Parameters<Mail['respond']['run']>[0]['act'], id: string = randomUUID()) =>
    mail.respond.run({ id, actor: 'eve@soc', reason: 'phishing', source: 'incident 7', act });

  it('blocks and unblocks, in the name of the portal user', async () => {
    const items = [item('sender', 'ann@example.org')];
    expect(await order({ do: 'block', items, hours: 2 })).toMatchObject({ done: 1, repeated: false });
    await expect(send(letter('x'))).rejects.toMatchObject({ responseCode: 554 });
    const { entries } = await mail.lists.page({ limit: 10, after: 0 });
    expect(entries).toMatchObject([
      { actor: 'exchange:eve@soc', source: 'exchange incident 7', reason: 'phishing' },
    ]);
    expect(entries[0]?.expires).not.toBeNull();
    const shorter = await order({
      do: 'block',
      items: [...items, item('url', 'evil.example.net')],
      hours: 1,
    });
    expect(shorter).toMatchObject({ done: 1, skipped: 1 });
    expect((await mail.lists.page({ limit: 10, after: 0 })).entries.map(({ expires }) => expires)).toContain(
      entries[0]?.expires,
    );
    expect(await order({ do: 'block', items, hours: null })).toMatchObject({ done: 1, skipped: 0 });
    expect(await order({ do: 'unblock', items })).toMatchObject({ done: 1 });
    expect(await order({ do: 'unblock', items })).toMatchObject({ done: 0, skipped: 1 });
  });

  it('carries an order out once, however often it comes, also over a restart', async () => {
    const mid = await send(letter('wanted by the analysts'));
    await expect.poll(() => typesOf(mid)).toContain('deferred');
    const items = [item('subject', '*the analysts')];
    const hunt = { do: 'hunt', items, with: 'quarantine', quarantine: 'Policy' } as const;
    expect(await order(hunt)).toMatchObject({ done: 1, skipped: 0, mids: [mid] });
    expect((await mail.lists.page({ limit: 10, after: 0 })).total).toBe(0);
    await listenHop();
    const id = randomUUID();
    const both = await Promise.all([
      order({ do: 'release', mids: [mid] }, id),
      order({ do: 'release', mids: [mid] }, id),
    ]);
    expect(both.map(({ done, repeated }) => [done, repeated])).toEqual([
      [1, false],
      [1, true],
    ]);
    await mail.stop();
    await launch();
    expect(await order({ do: 'release', mids: [mid] }, id)).toMatchObject({ done: 1, repeated: true });
    await expect.poll(() => caught.length).toBe(1);
    expect(events.find((e) => e.type === 'released')).toMatchObject({
      actor: 'exchange:eve@soc',
      reason: 'phishing',
    });
    expect(await order({ do: 'delete', mids: [mid] })).toMatchObject({ done: 0, skipped: 1 });
  });

  it('takes messages of the queue out of it', async () => {
    const held = await send(letter('to be held'));
    const dropped = await send(letter('to be dropped'));
    for (const mid of [held, dropped]) await expect.poll(() => typesOf(mid)).toContain('deferred');
    expect(await order({ do: 'hold', mids: [held, 99_999], quarantine: 'Policy' })).toMatchObject({
      done: 1,
      skipped: 1,
      mids: [held],
    });
    expect(await order({ do: 'drop', mids: [dropped] })).toMatchObject({ done: 1 });
    expect(mail.status().queued).toBe(0);
    expect((await mail.quarantine.search({ limit: 9 })).messages).toMatchObject([{ mid: held }]);
  });

  it('holds in the queue what fits, until somebody releases it', async () => {
    const mids = [await send(letter('suspicious')), await send(letter('harmless'))];
    for (const mid of mids) await expect.poll(() => typesOf(mid)).toContain('deferred');
    const [held = 0, other = 0] = mids;
    const items = [item('subject', 'suspicious')];
    expect(await order({ do: 'hunt', items, with: 'hold', quarantine: '' })).toMatchObject({
      done: 1,
      skipped: 0,
    });
    expect(await order({ do: 'hold', mids: [held], quarantine: '' })).toMatchObject({ done: 0, skipped: 1 });
    await listenHop();
    const whole = { limit: 10, after: 0 };
    await mail.queue.act({ action: 'retry', select: { mids }, actor: 'ann', reason: 'now' });
    await expect.poll(() => typesOf(other)).toContain('delivered');
    expect((await mail.queue.list(whole)).messages).toMatchObject([{ mid: held, state: 'held' }]);
    expect(events.find((e) => e.type === 'held')).toMatchObject({
      mid: held,
      actor: 'exchange:eve@soc',
      reason: 'phishing',
    });
    expect(await order({ do: 'release', mids: [held, other] })).toMatchObject({
      done: 1,
      skipped: 1,
      mids: [held],
    });
    await expect.poll(() => typesOf(held)).toContain('delivered');
    expect(events.find((e) => e.type === 'resumed')).toMatchObject({ mid: held, actor: 'exchange:eve@soc' });
  });

  it('deletes what is held in the queue, and nothing that only waits there', async () => {
    const mids = [await send(letter('suspicious')), await send(letter('harmless'))];
    for (const mid of mids) await expect.poll(() => typesOf(mid)).toContain('deferred');
    const [held = 0, waiting = 0] = mids;
    await order({ do: 'hold', mids: [held], quarantine: '' });
    expect(await order({ do: 'delete', mids })).toMatchObject({ done: 1, skipped: 1, mids: [held] });
    await expect.poll(() => typesOf(held)).toContain('dropped');
    expect((await mail.queue.list({ limit: 10, after: 0 })).messages.map(({ mid }) => mid)).toEqual([
      waiting,
    ]);
  });
});
