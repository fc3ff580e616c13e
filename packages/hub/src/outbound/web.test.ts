import type { RequestListener } from 'node:http';
import type { Fault } from '@sightline/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breaker } from './breaker.ts';
import { open, patience, type Site, site } from './fixture.ts';
import type { Outbound } from './outbound.ts';
import { pace } from './pace.ts';
import { retryAfterMs } from './retry.ts';
import type { Asked } from './web.ts';

let now = Date.UTC(2026, 0, 1);
let there: Site;
let way: Outbound;
let answer: RequestListener;
let requests = 0;

beforeEach(async () => {
  requests = 0;
  there = await site((req, res) => {
    requests += 1;
    answer(req, res);
  });
  way = open({ clock: () => now, random: () => 0 });
});
afterEach(async () => {
  way.close();
  await there.close();
});

const ask = (more: Partial<Asked> = {}, key = 'one') =>
  way.webOf(key).ask({ method: 'GET', url: there.url, signal: patience(), reads: true, ...more });
const codeOf = (asked: Promise<{ status: number }>): Promise<string | number> =>
  asked.then(
    ({ status }) => status,
    (error: Fault) => error.code,
  );
const status =
  (...all: number[]): RequestListener =>
  (_, res) =>
    res.writeHead(all.shift() ?? 200).end('{}');

describe('a module on the web', () => {
  it('asks once more where that may help and does no harm', async () => {
    answer = status(503);
    expect(await codeOf(ask())).toBe(200);
    expect(requests).toBe(2);
    answer = status(503);
    expect(await codeOf(ask({ reads: false }))).toBe('server_error');
    expect(requests).toBe(3);
    answer = status(500);
    expect(await codeOf(ask())).toBe('server_error');
    answer = status(404);
    expect(await codeOf(ask())).toBe(404);
    expect(requests).toBe(5);
    let first = true;
    answer = (req, res) => {
      if (first) req.socket.destroy();
      else res.end('{}');
      first = false;
    };
    expect(await codeOf(ask())).toBe(200);
  });

  it('does not make a storm of retries', async () => {
    answer = status(502, 200, 502, 200, 502, 200, 502, 200);
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push(await codeOf(ask()));
    expect(codes).toEqual([200, 200, 200, 'server_error']);
  });

  it('is left alone for as long as it says, with fewer questions at once afterwards', async () => {
    answer = (_, res) => res.writeHead(429, { 'retry-after': '7' }).end();
    await expect(ask()).rejects.toThrow('It can be asked again in 7 seconds.');
    answer = status();
    expect(await codeOf(ask())).toBe('module_rate_limited');
    expect(await codeOf(ask({}, 'another'))).toBe(200);
    expect(requests).toBe(2);
    now += 7001;
    expect(await codeOf(ask())).toBe(200);
  });

  it('is not asked while it keeps failing, until a probe does well', async () => {
    answer = (req) => req.socket.destroy();
    for (let i = 0; i < 5; i++) await codeOf(ask({ reads: false }));
    expect(await codeOf(ask())).toBe('circuit_open');
    expect(requests).toBe(5);
    now += 30_000;
    expect(await codeOf(ask({ reads: false }))).toBe('connection_error');
    now += 30_000;
    expect(await codeOf(ask())).toBe('circuit_open');
    answer = status();
    expect(await codeOf(ask({ probe: true }))).toBe(200);
    expect(await codeOf(ask())).toBe(200);
  });

  it('cannot be tested so often that its test would scan ports', async () => {
    answer = status();
    for (let i = 0; i < 30; i++) expect(await codeOf(ask({ probe: true }))).toBe(200);
    expect(await codeOf(ask({ probe: true }))).toBe('too_many_requests');
    expect(await codeOf(ask())).toBe(200);
    now += 60_001;
    expect(await codeOf(ask({ probe: true }))).toBe(200);
  });

  it('keeps to what its settings allow', async () => {
    answer = status();
    const allowance = { perMinute: 2, perDay: 3 };
    expect([await codeOf(ask({ allowance })), await codeOf(ask({ allowance }))]).toEqual([200, 200]);
    await expect(ask({ allowance })).rejects.toThrow('The 2 requests a minute that');
    now += 60_001;
    expect(await codeOf(ask({ allowance }))).toBe(200);
    await expect(ask({ allowance })).rejects.toThrow('The 3 requests a day that');
    expect(way.webOf('one').used()).toEqual({ minute: 1, day: 3 });
    now += 86_400_001;
    expect(await codeOf(ask({ allowance }))).toBe(200);
  });

  it('does not count questions that were taken back as failures', async () => {
    answer = () => {};
    for (let i = 0; i < 6; i++) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error('gone')), 5);
      await ask({ signal: stop.signal }).catch(() => {});
    }
    answer = status();
    expect(await codeOf(ask())).toBe(200);
  });
});

describe('a breaker', () => {
  it('opens at half of twenty, and doubles its pause up to ten minutes', () => {
    const one = breaker();
    for (let i = 0; i < 19; i++) one.enter(0)?.(i % 2 ? 'failed' : 'ok', 0);
    expect(one.openUntil()).toBe(0);
    one.enter(0)?.('failed', 0);
    expect(one.openUntil()).toBe(30_000);
    const pauses = [];
    for (let i = 0; i < 6; i++) {
      const at = one.openUntil();
      expect(one.enter(at - 1)).toBeUndefined();
      const probe = one.enter(at);
      expect(one.enter(at)).toBeUndefined();
      probe?.('failed', at);
      pauses.push((one.openUntil() - at) / 1000);
    }
    expect(pauses).toEqual([60, 120, 240, 480, 600, 600]);
  });
});

describe('a pace', () => {
  it('halves, and grows back by a place a round', async () => {
    const one = pace(8);
    one.bad();
    one.bad();
    expect(one.places()).toBe(2);
    const leave = await one.enter(patience());
    await one.enter(patience());
    let third = false;
    void one.enter(patience()).then(() => {
      third = true;
    });
    await Promise.resolve();
    expect(third).toBe(false);
    leave();
    await Promise.resolve();
    expect(third).toBe(true);
    for (let i = 0; i < 6; i++) one.good();
    expect(one.places()).toBe(4);
  });
});

describe('Retry-After', () => {
  it('is seconds or a date, at most ten minutes', () => {
    const at = Date.UTC(2026, 0, 1);
    expect(retryAfterMs('120', at)).toBe(120_000);
    expect(retryAfterMs('99999', at)).toBe(600_000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', at)).toBe(60_000);
    expect(retryAfterMs('Thu, 01 Jan 2025 00:00:00 GMT', at)).toBe(0);
    for (const text of ['', undefined, '-1', 'soon', '1.5']) expect(retryAfterMs(text, at)).toBeUndefined();
  });
});
