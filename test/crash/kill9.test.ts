import { expect, it } from 'vitest';
import { kill9 } from './kill9.ts';

const small = { seed: 7, messages: 120, say: () => undefined };

it('keeps, delivers and tracks everything that got a 250, whenever it is killed', async () => {
  const result = await kill9({ ...small, cycles: 3 });
  expect(result).toMatchObject({ crash: 'kill9', cycles: 3, lost: 0, untracked: 0 });
  expect(result.accepted).toBeGreaterThan(50);
  expect(result.quarantined).toBeGreaterThan(5);
});

it('notices a 250 that comes too early', async () => {
  const result = await kill9({ ...small, cycles: 2, fault: 'early' });
  expect(result.lost).toBeGreaterThan(0);
  expect(result.untracked).toBeGreaterThanOrEqual(result.lost);
});
