import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryDefaults, Route, type TrackEvent } from '@sightline/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUtf8, readHeader, renderReport } from './dsn.ts';
import type { Head } from './message.ts';
import { openOutbox, startCarrier } from './outbox.ts';
import { parseReply, replyOf, SessionFault } from './reply.ts';
import { domainOf, routeOf } from './route.ts';
import { judge } from './schedule.ts';
import { openSpool as openSpoolOf, read, type Spool, SpoolFault } from './spool.ts';
import { openStore } from './store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'queue-'));
});
const spools: Spool[] = [];
async function openSpool(of: string): Promise<Spool> {
  const spool = await openSpoolOf(of);
  spools.push(spool);
  return spool;
}
afterEach(async () => {
  for (const one of spools.splice(0)) await one.close();
  rmSync(dir, { recursive: true, force: true });
});

const head = (mid: number): Head => ({
  mid,
  icid: 1,
  at: 5,
  direction: 'incoming',
  sender: 'a@x.test',
  recipients: [
    { rid: 0, address: 'b@us.example' },
    { rid: 1, address: 'c@other.example' },
  ],
  ip: '192.0.2.1',
  reverseDns: '',
  helo: 'x',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
});

describe('spool', () => {
  it('gives back exactly what was written, with its head', async () => {
    const spool = await openSpool(dir);
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i & 0xff));
    const writer = await spool.create(head(300));
    for (let at = 0; at < bytes.length; at += 7001) await writer.write(bytes.subarray(at, at + 7001));
    await writer.finish();
    const found = await spool.open(300);
    expect(found.head).toEqual(head(300));
    expect(Buffer.concat(await read(found).toArray())).toEqual(bytes);
    expect(await spool.list()).toEqual([300]);
  });

  it('notices every changed byte, every cut and a missing file', async () => {
    const spool = await openSpool(dir);
    const writer = await spool.create(head(1));
    await writer.write(Buffer.from('Subject: x\r\n\r\nhello\r\n'));
    const { path, start } = await writer.finish();
    const good = readFileSync(path);
    const again = await openSpool(dir);
    for (let at = start; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x20;
      writeFileSync(path, bad);
      await expect(again.open(1)).rejects.toThrow(SpoolFault);
    }
    for (let length = 0; length < good.length; length += 3) {
      writeFileSync(path, good.subarray(0, length));
      await expect(again.open(1)).rejects.toThrow(SpoolFault);
    }
    await expect(spool.open(2)).rejects.toThrow(SpoolFault);
  });

  it('never overwrites a message, and keeps what is set aside', async () => {
    const spool = await openSpool(dir);
    const writer = await spool.create(head(1));
    await writer.finish();
    await expect(spool.create(head(1))).rejects.toMatchObject({ code: 'EEXIST' });
    await spool.setAside(1);
    expect(await spool.list()).toEqual([]);
    expect(readFileSync(join(dir, 'incomplete', '1')).length).toBeGreaterThan(0);
  });
});

describe('store', () => {
  const path = (): string => join(dir, 'q.db');

  it('gives no number twice, not even after a crash', () => {
    const seen: number[] = [];
    for (let run = 0; run < 3; run++) {
      const store = openStore(path());
      for (let i = 0; i < 1500; i++) seen.push(store.next('mid'));
      store.close();
    }
    expect(new Set(seen).size).toBe(seen.length);
    const store = openStore(path());
    store.skip('mid', 1_000_000);
    expect(store.next('mid')).toBeGreaterThan(1_000_000);
    expect(store.next('icid')).toBe(1);
    store.close();
  });

  it('commits together what comes together, and rolls back alone what fails', async () => {
    let transactions = 0;
    const store = openStore(path(), () => transactions++);
    const put = (mid: number): Promise<void> =>
      store.commit(() => store.insert({ head: head(mid), size: 1, now: 0, domain: domainOf }));
    const results = await Promise.allSettled([put(1), put(2), put(2), put(3)]);
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(transactions).toBe(1);
    expect(store.messages().map((one) => one.mid)).toEqual([1, 2, 3]);
    expect(store.due(0, 100, [])).toHaveLength(6);
    expect(store.due(0, 100, ['us.example']).map((one) => one.rid)).toEqual([1, 1, 1]);
    store.close();
  });

  it('tells everybody of a commit that failed', async () => {
    const store = openStore(path());
    const waiting = [store.commit(() => 1), store.commit(() => 2)];
    store.close();
    for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe('rejected');
  });

  it('is done with a message when its last recipient is settled', async () => {
    const store = openStore(path());
    await store.commit(() => store.insert({ head: head(1), size: 1, now: 0, domain: domainOf }));
    expect(await store.commit(() => store.settle(1, 0))).toBe(false);
    await store.commit(() => store.postpone(1, 1, 1, 50));
    expect(store.due(49, 9, [])).toEqual([]);
    expect(store.due(50, 9, [])).toMatchObject([{ rid: 1, attempts: 1, sender: 'a@x.test', received: 5 }]);
    await store.commit(() => store.forget(1));
    expect(store.messages()).toEqual([{ mid: 1, done: false }]);
    expect(await store.commit(() => store.settle(1, 1))).toBe(true);
    expect(store.figures()).toEqual({ queued: 0, oldest: null, outbox: 0 });
    await store.commit(() => store.forget(1));
    expect(store.messages()).toEqual([]);
    store.close();
  });
});

describe('outbox', () => {
  it('keeps events while tracking fails and moves them in order, each at least once', async () => {
    const store = openStore(join(dir, 'q.db'));
    const got: TrackEvent[] = [];
    let failures = 2;
    const append = (events: TrackEvent[]): Promise<void> => {
      got.push(...events);
      return failures-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve();
    };
    const outbox = openOutbox({ store, clock: Date.now });
    const carrier = startCarrier({ take: outbox.take, append, failed: () => undefined });
    const drafts = Array.from({ length: 1200 }, (_, i) => ({ type: 'queued' as const, at: 0, mid: i + 1 }));
    await store.commit(() => store.emit(drafts));
    outbox.wake();
    await expect.poll(() => store.figures().outbox, { timeout: 10_000 }).toBe(0);
    await outbox.stop();
    await carrier.stop();
    const seqs = got.map((one) => one.seq);
    expect([...new Set(seqs)]).toEqual(Array.from({ length: 1200 }, (_, i) => i + 1));
    await store.commit(() => store.emit([{ type: 'queued', at: 0, mid: 1 }]));
    expect(store.events(9)).toMatchObject({ events: [{ seq: 1201 }], more: false });
    store.close();
  });

  it('gives out at once what is new, and says until when that is all', async () => {
    const store = openStore(join(dir, 'q.db'));
    let now = 5000;
    const outbox = openOutbox({ store, clock: () => now });
    const first = outbox.take(0);
    now = 6000;
    await store.commit(() => store.emit([{ type: 'queued', at: 5500, mid: 1 }]));
    outbox.wake();
    expect(await first).toEqual({ events: [{ type: 'queued', at: 5500, mid: 1, seq: 1 }], until: 6000 });
    expect((await outbox.take(0)).events).toHaveLength(1);
    const many = Array.from({ length: 600 }, (_, i) => ({ type: 'queued' as const, at: 5501 + i, mid: 2 }));
    await store.commit(() => store.emit(many));
    expect(await outbox.take(1)).toMatchObject({ until: 6000, events: { length: 500 } });
    store.close();
  });
});

describe('replies', () => {
  it.each([
    ['250 2.0.0 ok:  Message 8 accepted', { code: 250, status: '2.0.0', text: 'ok:  Message 8 accepted' }],
    ['550 <b@x> unknown', { code: 550, status: '', text: '<b@x> unknown' }],
    ['550-5.1.1 one\n550-5.1.1 two\n550 5.1.1 three', { code: 550, status: '5.1.1', text: 'one two three' }],
    ['421 4.7.0', { code: 421, status: '4.7.0', text: '' }],
    ['250', { code: 250, status: '', text: '' }],
    ['gibberish', { code: 0, status: '', text: 'gibberish' }],
    ['', { code: 0, status: '', text: '' }],
  ])('%j', (raw, reply) => {
    expect(parseReply(raw)).toEqual(reply);
  });

  it('of a fault without a reply are its own words', () => {
    expect(replyOf(new Error('connect ECONNREFUSED'))).toEqual({
      code: 0,
      status: '4.4.0',
      text: 'connect ECONNREFUSED',
    });
    expect(replyOf(new SessionFault(parseReply('451 4.3.0 later'))).code).toBe(451);
  });
});

describe('schedule', () => {
  const delivery = DeliveryDefaults.parse({ retrySeconds: [60, 300], giveUpSeconds: 1000 });
  const reply = (code: number) => ({ code, status: '', text: '' });
  const outcome = (code: number, attempts: number, age: number, connected = true) =>
    judge({ rid: 0, attempts, received: 0, warned: false }, reply(code), {
      now: age * 1000,
      bouncing: delivery,
      final: connected,
    });

  it.each([
    [250, 'delivered'],
    [550, 'bounced'],
    [552, 'bounced'],
    [503, 'deferred'],
    [450, 'deferred'],
    [421, 'deferred'],
    [354, 'deferred'],
    [0, 'deferred'],
  ])('%i means %s', (code, kind) => {
    expect(outcome(code, 0, 0).kind).toBe(kind);
  });

  it('waits longer each time, repeats the last wait, and gives up in the end', () => {
    expect([0, 1, 2, 9].map((n) => outcome(450, n, 100).retryAt / 1000 - 100)).toEqual([60, 300, 300, 300]);
    expect(outcome(450, 3, 999).kind).toBe('deferred');
    expect(outcome(450, 3, 1000).kind).toBe('bounced');
  });

  it('takes nothing as final that was not said about the message', () => {
    expect(outcome(554, 0, 0, false).kind).toBe('deferred');
    expect(outcome(554, 0, 1000, false).kind).toBe('bounced');
  });
});

describe('routes', () => {
  const routes = [
    { domain: 'ALL', host: 'all', port: 25 },
    { domain: '.example.com', host: 'sub', port: 25 },
    { domain: '.deep.example.com', host: 'deep', port: 25 },
    { domain: 'example.com', host: 'exact', port: 25 },
  ].map((one) => Route.parse(one));

  it.each([
    ['example.com', 'exact'],
    ['a.example.com', 'sub'],
    ['a.deep.example.com', 'deep'],
    ['deep.example.com', 'sub'],
    ['notexample.com', 'all'],
  ])('%s goes to %s', (domain, host) => {
    expect(routeOf(routes, domain)?.host).toBe(host);
  });

  it('there may be none, and domains are compared in ASCII', () => {
    expect(routeOf(routes.slice(1), 'x.test')).toBeUndefined();
    expect(domainOf('a@B\u00fccher.Example.')).toBe('xn--bcher-kva.example');
    expect(domainOf('"a@b"@x.test')).toBe('x.test');
    expect(domainOf('a@[192.0.2.1]')).toBe('[192.0.2.1]');
    expect(domainOf('nobody')).toBe('');
  });
});

describe('report', () => {
  const report = (text: string, address = 'b@x.test') => ({
    mid: 2,
    hostname: 'esa.test',
    to: 'a@x.test',
    at: 0,
    arrived: 0,
    about: [{ address, reply: { code: 550, status: '5.1.1', text }, action: 'failed' as const, remote: '' }],
    returned: { full: false, bytes: Buffer.from('Subject: s\r\n') },
  });

  it('says what the next hop said, whatever that is, without a line of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, address) => {
        const lines = renderReport(report(text, address)).toString().split('\r\n');
        const plain = report('x', isUtf8(report('', address)) ? '\u00fc@x.test' : 'b@x.test');
        expect(lines).toHaveLength(renderReport(plain).toString().split('\r\n').length);
        expect(lines.join('')).not.toMatch(/[\r\n\0]/);
      }),
      { numRuns: 50 },
    );
  });

  it('names a status of class 5 also where the last reply was a temporary one', () => {
    const one = { ...report('later') };
    const reply = { code: 0, status: '4.4.0', text: 'no answer' };
    one.about = [{ address: 'b@x.test', reply, action: 'failed', remote: '' }];
    const text = renderReport(one).toString();
    expect(text).toContain('Status: 5.4.7');
    expect(text).not.toContain('Diagnostic-Code');
  });

  it('shows only the header of the message', async () => {
    const spool = await openSpool(dir);
    const writer = await spool.create(head(1));
    await writer.write(Buffer.from('Subject: x\r\nTo: y\r\n\r\nsecret\r\n'));
    expect((await readHeader(await writer.finish())).toString()).toBe('Subject: x\r\nTo: y\r\n');
  });
});
