import { expect, it } from 'vitest';
import { createBreaker } from './breaker.ts';

const REPLY = { code: 0, status: '4.4.1', text: 'connection refused' };
const HOP = 'smtp mx.example.com 25';

it('leaves a hop alone for 10 s, then twice as long after each failure, up to 5 minutes', () => {
  const breaker = createBreaker();
  const waits: number[] = [];
  let now = 1000;
  expect(breaker.down(HOP, now)).toBeUndefined();
  for (let i = 0; i < 8; i++) {
    breaker.failed(HOP, REPLY, now);
    const until = breaker.down(HOP, now)?.until ?? 0;
    expect(breaker.down(HOP, until - 1)).toMatchObject({ since: 1000, reply: REPLY });
    expect(breaker.down(HOP, until)).toBeUndefined();
    // Not tried, it is still down.
    expect(breaker.state(HOP)).toBe('down');
    waits.push((until - now) / 1000);
    now = until;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
});

it('forgets the failures of a hop that was reached, and knows nothing of others', () => {
  const breaker = createBreaker();
  for (let i = 0; i < 4; i++) breaker.failed(HOP, REPLY, 0);
  expect(breaker.state('other')).toBe('unknown');
  expect(breaker.reached('other')).toBe(false);
  expect(breaker.reached(HOP)).toBe(true);
  expect(breaker.reached(HOP)).toBe(false);
  expect(breaker.state(HOP)).toBe('up');
  breaker.failed(HOP, REPLY, 1000);
  expect(breaker.down(HOP, 10_999)).toBeDefined();
  expect(breaker.down(HOP, 11_000)).toBeUndefined();
});
