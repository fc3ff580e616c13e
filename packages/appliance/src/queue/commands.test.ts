/** What people and the destinations' state do to mail that waits: the whole mail path, a real next hop. */
import type { QueueAction } from '@sightline/api';
import { afterEach, describe, expect, it } from 'vitest';
import { openRoad, type Road, saying } from './hop.fixture.ts';

let road: Road;
afterEach(() => road.close());

const BY = { actor: 'ann', reason: 'because' };
const act = (action: QueueAction, ...mids: number[]) =>
  road.mail.queue.act({ action, select: { mids }, ...BY });
const suspend = (what: 'listeners' | 'delivery' | 'domain', suspended: boolean, domain = '') =>
  road.mail.queue.suspend({ what, domain, suspended, ...BY });
const shown = () => road.mail.queue.list({ limit: 50, after: 0 });
const stateOf = async (mid: number) => (await shown()).messages.find((one) => one.mid === mid)?.state;
const WAIT = { timeout: 20_000 };

/** A message that was tried once, in vain. */
async function deferred(to?: string, from?: string): Promise<number> {
  const mid = await road.send(to, from);
  await expect.poll(() => road.of('deferred', mid).length, WAIT).toBeGreaterThan(0);
  return mid;
}
const delivered = (mid: number) => expect.poll(() => road.of('delivered', mid).length, WAIT).toBe(1);

describe('a message that waits', () => {
  it('stays where it is while it is held, also over a restart, and goes when it is released', async () => {
    road = await openRoad();
    const [held, free] = [await deferred(), await deferred()];
    expect(await act('hold', held, 99_999)).toEqual({ messages: 1, skipped: 1 });
    await road.restart();
    await road.hop.listen();
    expect(await act('retry', held, free)).toEqual({ messages: 1, skipped: 1 });
    await delivered(free);
    expect(await stateOf(held)).toBe('held');
    expect(await act('release', held)).toEqual({ messages: 1, skipped: 0 });
    await delivered(held);
    expect(road.hop.mails).toHaveLength(2);
    await expect.poll(() => road.of('resumed', held)).toMatchObject([BY]);
    expect(road.of('held', held)).toMatchObject([BY]);
    expect(road.of('retried', free)).toMatchObject([BY]);
    expect(road.of('retried', held)).toEqual([]);
  }, 60_000);

  it('is gone when it is deleted: nobody gets it, and nobody a report', async () => {
    road = await openRoad();
    const mid = await deferred();
    expect(await act('delete', mid)).toEqual({ messages: 1, skipped: 0 });
    expect((await shown()).total).toBe(0);
    await expect.poll(() => road.of('dropped', mid)).toMatchObject([{ by: 'ann', reason: 'because' }]);
    await road.hop.listen();
    await delivered(await road.send());
    expect(road.hop.mails).toHaveLength(1);
  }, 60_000);

  it('goes back to its sender with a report when it is bounced, and without one when it is a report', async () => {
    road = await openRoad();
    const [letter, report] = [await deferred(), await deferred(undefined, '')];
    await road.hop.listen();
    expect(await act('bounce', letter, report)).toEqual({ messages: 2, skipped: 0 });
    await expect.poll(() => road.hop.mails.length, WAIT).toBe(1);
    const [back] = road.hop.mails;
    expect(back).toMatchObject({ from: '', to: ['a@client.test'] });
    expect(back?.raw).toMatch(/^Content-Type: multipart\/report;.*report-type=delivery-status/m);
    expect(back?.raw).toContain('Final-Recipient: rfc822; b@example.com\r\nAction: failed\r\nStatus: 5.7.0');
    expect(back?.raw).toContain('because');
    await expect.poll(() => road.of('finished', report).length, WAIT).toBe(1);
    expect(road.of('accepted')).toHaveLength(3);
  }, 60_000);

  it('is found by a filter, and everything that the filter finds is done', async () => {
    road = await openRoad();
    await suspend('delivery', true);
    for (const to of ['b@example.com', 'c@example.com', 'b@other.example']) await road.send(to);
    const select = { filter: { domain: 'example.com' } };
    const order = { action: 'delete' as const, select, ...BY };
    expect(await road.mail.queue.act(order)).toEqual({ messages: 2, skipped: 0 });
    expect((await shown()).messages).toMatchObject([{ recipients: [{ address: 'b@other.example' }] }]);
  }, 60_000);

  it('that is being transferred is left alone', async () => {
    road = await openRoad();
    let answer = (): void => undefined;
    road.hop.data = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await road.hop.listen();
    const arrived = answer;
    const mid = await road.send();
    await expect.poll(() => answer !== arrived, WAIT).toBe(true);
    for (const action of ['hold', 'delete', 'bounce'] as const)
      expect(await act(action, mid)).toEqual({ messages: 0, skipped: 1 });
    answer();
    await delivered(mid);
  }, 60_000);
});

describe('suspended', () => {
  it('listeners say 421 until they are resumed, also over a restart', async () => {
    road = await openRoad();
    await suspend('listeners', true);
    await expect(road.send()).rejects.toMatchObject({ responseCode: 421 });
    await road.restart();
    await expect(road.send()).rejects.toMatchObject({ responseCode: 421 });
    await suspend('listeners', false);
    await road.send();
  }, 60_000);

  it('delivery keeps what comes, and a domain keeps only its own', async () => {
    road = await openRoad();
    await road.hop.listen();
    await suspend('delivery', true);
    const [one, two] = [await road.send(), await road.send('b@other.example')];
    await suspend('domain', true, 'other.example');
    await road.restart();
    await suspend('delivery', false);
    await delivered(one);
    expect(await stateOf(two)).toBe('active');
    const { destinations } = await road.mail.queue.status();
    expect(destinations.find((at) => at.domain === 'other.example')).toMatchObject({
      suspended: true,
      active: 1,
    });
    await suspend('domain', false, 'other.example');
    await delivered(two);
  }, 60_000);
});

describe('back-pressure', () => {
  it('of a full queue is 452 for everybody, until there is room', async () => {
    road = await openRoad({ delivery: { maxQueued: 1 } });
    await deferred();
    await expect.poll(() => refusal(), WAIT).toBe(452);
    // Some more were taken before the figure was read again.
    await road.mail.queue.act({ action: 'delete', select: { filter: {} }, ...BY });
    await expect.poll(() => refusal(), WAIT).toBe(0);
  }, 60_000);

  it('of a destination that is down is 451 for its recipients alone, until it is back', async () => {
    road = await openRoad({ delivery: { maxWaiting: 1 } });
    const mid = await deferred('b@example.com');
    await expect.poll(() => refusal('c@example.com'), WAIT).toBe(451);
    expect(await refusal('c@other.example')).toBe(0);
    await road.hop.listen();
    await act('retry', mid);
    await delivered(mid);
    await expect.poll(() => refusal('c@example.com'), WAIT).toBe(0);
  }, 60_000);
});

/** Code of the refusal, 0 where it is taken. */
const refusal = (to?: string): Promise<number> =>
  road.send(to).then(
    () => 0,
    (error: { responseCode?: number }) => error.responseCode ?? -1,
  );

describe('a destination', () => {
  it('has no more connections than it may, and no more messages on one', async () => {
    const destinations = [{ domain: 'ALL', connections: 2, messagesPerConnection: 3 }];
    road = await openRoad({ destinations });
    await suspend('delivery', true);
    for (let i = 0; i < 9; i++) await road.send(`b${i}@example.com`);
    await road.hop.listen();
    await suspend('delivery', false);
    await expect.poll(() => road.of('delivered').length, WAIT).toBe(9);
    expect(road.hop.sessions.most).toBeLessThanOrEqual(2);
    expect(road.hop.sessions.all).toBeGreaterThanOrEqual(3);
  }, 60_000);

  it('gets so many recipients an hour; the rest goes when the hour has room for it', async () => {
    road = await openRoad({ destinations: [{ domain: 'example.com', recipientsPerHour: 2 }] });
    await road.hop.listen();
    for (let i = 0; i < 3; i++) await road.send(`b${i}@example.com`);
    const other = await road.send('b@other.example');
    await expect.poll(() => road.of('delivered').length, WAIT).toBe(3);
    await delivered(other);
    expect((await shown()).messages).toHaveLength(1);
    road.shift = 3_600_000;
    await expect.poll(() => road.of('delivered').length, WAIT).toBe(4);
  }, 60_000);

  it('that is down is left alone for 10 s, and gets everything that waits with the first that reaches it', async () => {
    // As in production, where `openRoad` makes a hop that was down be asked again at once.
    const limits = { delivery: { connectMs: 5000, idleMs: 60_000, lingerMs: 100 } };
    road = await openRoad({}, { limits });
    const first = await road.send();
    await expect.poll(() => road.of('deferred', first)).toHaveLength(1);
    await road.hop.listen();
    // The hop is there, and is not asked.
    const second = await road.send();
    await expect.poll(() => road.of('deferred', second)).toHaveLength(1);
    expect(road.hop.sessions.all).toBe(0);
    road.shift += 10_000;
    // A third one tries it; those that wait go with it.
    await road.send();
    await expect.poll(() => road.hop.mails.length).toBe(3);
  }, 60_000);

  it('that was down gets everything at once when it is back', async () => {
    road = await openRoad();
    const [one, two] = [await deferred(), await deferred()];
    expect((await road.mail.queue.status()).destinations).toMatchObject([
      { domain: 'example.com', host: 'down', deferred: 2 },
    ]);
    await road.hop.listen();
    await act('retry', one);
    for (const mid of [one, two]) await delivered(mid);
    expect((await road.mail.queue.status()).destinations).toMatchObject([{ host: 'up' }]);
  }, 60_000);
});

describe('the sender', () => {
  const config = { delivery: { delayWarningSeconds: 14_400, giveUpSeconds: 432_000 } };

  it('is warned once of a delay, and told when it is given up', async () => {
    road = await openRoad(config);
    road.hop.rcpt = (to) => (to === 'b@example.com' ? saying(451, '4.3.0 come later') : undefined);
    await road.hop.listen();
    const mid = await deferred();
    for (let hours = 4; hours <= 6; hours++) {
      road.shift = hours * 3_600_000 + 60_000;
      const before = road.of('deferred', mid).length;
      await act('retry', mid);
      await expect.poll(() => road.of('deferred', mid).length, WAIT).toBeGreaterThan(before);
    }
    await expect.poll(() => road.hop.mails.length, WAIT).toBe(1);
    expect(road.hop.mails[0]).toMatchObject({ from: '', to: ['a@client.test'] });
    expect(road.hop.mails[0]?.raw).toMatch(/^Action: delayed\r\nStatus: 4\.3\.0\r$/m);
    expect(road.hop.mails[0]?.raw).toMatch(/^Will-Retry-Until: /m);
    road.shift = 433_000_000;
    await act('retry', mid);
    await expect.poll(() => road.hop.mails.length, WAIT).toBe(2);
    expect(road.hop.mails[1]?.raw).toMatch(/^Action: failed\r$/m);
    expect(road.of('bounced', mid)).toHaveLength(1);
  }, 60_000);

  it('that is nobody is neither warned nor told', async () => {
    road = await openRoad(config);
    road.hop.rcpt = () => saying(451, '4.3.0 come later');
    await road.hop.listen();
    const mid = await deferred(undefined, '');
    for (const ms of [20_000_000, 433_000_000]) {
      road.shift = ms;
      const before = road.events.length;
      await act('retry', mid);
      await expect.poll(() => road.events.length, WAIT).toBeGreaterThan(before);
    }
    await expect.poll(() => road.of('finished', mid).length, WAIT).toBe(1);
    expect(road.of('accepted')).toHaveLength(1);
  }, 60_000);
});
