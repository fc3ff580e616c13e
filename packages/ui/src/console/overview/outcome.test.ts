import { expect, it } from 'vitest';
import { outcomes } from './outcome.ts';

const status = {
  hostname: 'esa',
  listener: '127.0.0.1:25',
  since: '2026-05-14T00:00:00Z',
  accepted: 10,
  delivered: 6,
  bounced: 2,
  deferred: 0,
  rejected: 1,
  queued: 1,
  oldestQueued: null,
};

it('shares add up to one', () => {
  const all = outcomes(status);
  expect(all.reduce((n, o) => n + o.share, 0)).toBeCloseTo(1);
  expect(all.find((o) => o.key === 'delivered')?.share).toBe(0.6);
});

it('an idle gateway has no shares', () => {
  const idle = { ...status, delivered: 0, bounced: 0, rejected: 0, queued: 0 };
  expect(outcomes(idle).every((o) => o.share === 0)).toBe(true);
});
