import { describe, expect, it } from 'vitest';
import { bars, most } from './bars.ts';

const HOUR = 3_600_000;
const counts = (all: number, spam = 0) => ({ all, malicious: 0, spam, quarantined: 0, refused: 0 });

describe('bars of the mail', () => {
  it('cover the range, at most 60 of them, and lose no message', () => {
    const now = Date.UTC(2026, 10, 25, 13, 20);
    for (const days of [1, 7, 30, 90]) {
      const from = now - days * 24 * HOUR;
      const first = Math.floor(from / HOUR) * HOUR;
      const last = Math.floor(now / HOUR) * HOUR;
      const hours = [
        { at: first, counts: counts(2, 1) },
        { at: last, counts: counts(5) },
      ];
      const made = bars({ from, to: now, hours });
      expect(made.length).toBeLessThanOrEqual(60);
      expect(made.reduce((sum, bar) => sum + bar.counts.all, 0)).toBe(7);
      expect(made[0]?.from).toBeLessThanOrEqual(from);
      expect(made.at(-1)?.to).toBeGreaterThan(now);
      expect(most(made)).toBe(5);
    }
  });
});
