import { expect, it } from 'vitest';
import { binsOf } from './bins.ts';

const HOUR = 3_600_000;
const START = 20_000 * 24 * HOUR;

it('makes a bar an hour of a day, empty hours too', () => {
  const bins = binsOf(
    { hours: [{ at: START + HOUR, count: 3 }] },
    { from: START + 10, to: START + 24 * HOUR },
  );
  expect(bins).toHaveLength(24);
  expect(bins[1]).toEqual({ from: START + HOUR, to: START + 2 * HOUR, count: 3 });
  expect(bins[0]?.count).toBe(0);
});

it('never makes more than sixty bars, and loses nothing', () => {
  for (const days of [1, 7, 30, 90, 365, 3650]) {
    const range = { from: START + HOUR, to: START + HOUR + days * 24 * HOUR };
    const hours = Array.from({ length: days * 24 }, (_, i) => ({ at: START + (i + 1) * HOUR, count: 1 }));
    const bins = binsOf({ hours }, range);
    expect(bins.length).toBeLessThanOrEqual(62);
    expect(bins.reduce((sum, b) => sum + b.count, 0)).toBe(days * 24);
  }
});
