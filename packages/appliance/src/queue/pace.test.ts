import { expect, it } from 'vitest';
import { createSpacing } from './pace.ts';

it('lets ten a minute go at once, spreads the others, and forgets what is over', () => {
  const at = createSpacing(10, 2);
  const times = Array.from({ length: 14 }, () => at('a@x.test', 1000));
  expect(times.slice(0, 10)).toEqual(Array(10).fill(1000));
  expect(times.slice(10)).toEqual([7000, 13_000, 19_000, 25_000]);
  expect(at('b@x.test', 1000)).toBe(1000);
  expect(at('a@x.test', 300_000)).toBe(300_000);
  at('c@x.test', 1000);
  at('d@x.test', 1000);
  expect(at('a@x.test', 300_000)).toBe(300_000);
});
