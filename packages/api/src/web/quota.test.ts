import { describe, expect, it } from 'vitest';
import { quota } from './quota.ts';

describe('quota', () => {
  it('slides, and gives back what is taken back', () => {
    const q = quota(2, 60);
    expect(q.take('a', 0)).toBe(1);
    q.back('a', 0);
    expect(q.take('a', 0)).toBe(1);
    expect(q.take('a', 30_000)).toBe(2);
    const refused = expect.objectContaining({ code: 'too_many_requests', details: { seconds: '30' } });
    expect(() => q.take('a', 30_000)).toThrow(refused);
    expect(() => q.check('a', 30_000)).toThrow(refused);
    q.take('b', 30_000);
    q.take('a', 60_000);
    expect(() => q.take('a', 60_000)).toThrow();
  });

  it('checks without counting', () => {
    const q = quota(1, 60);
    for (let i = 0; i < 3; i++) q.check('a', 0);
    q.take('a', 0);
    expect(() => q.check('a', 0)).toThrow();
  });

  it('takes nothing back that has been forgotten', () => {
    const q = quota(1, 60);
    q.take('a', 0);
    q.take('a', 60_000);
    q.back('a', 0);
    expect(() => q.take('a', 60_000)).toThrow();
  });

  it('does not grow without end', () => {
    const q = quota(1, 60, 10_000);
    for (let i = 0; i < 10_001; i++) q.take(String(i), 0);
    expect(() => q.take('10000', 0)).toThrow();
    expect(() => q.take('0', 0)).not.toThrow();
  });

  it('a clock that was set back locks nobody out', () => {
    const q = quota(1, 60);
    q.take('a', 1_000_000);
    expect(() => q.take('a', 0)).not.toThrow();
  });
});
