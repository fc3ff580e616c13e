import { expect, it } from 'vitest';
import { deliveredShare, percent } from './outcome.ts';

const status = {
  hostname: 'esa',
  listener: '127.0.0.1:25',
  since: '2026-05-14T00:00:00Z',
  accepted: 10,
  delivered: 6,
  bounced: 2,
  deferred: 40,
  rejected: 1,
  queued: 1,
  oldestQueued: null,
};

it('is about recipients that are decided, not about attempts', () => {
  expect(deliveredShare(status)).toBe(0.75);
  expect(deliveredShare({ ...status, delivered: 0, bounced: 0 })).toBeUndefined();
});

it('says 100 % only of all', () => {
  expect([1, 0.9999, 0.97, 0].map(percent)).toEqual(['100 %', '99.9 %', '97 %', '0 %']);
});
