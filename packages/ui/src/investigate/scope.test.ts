import { describe, expect, it } from 'vitest';
import { ALL, limitsOf, linkOf, scopeOf, scopeWords, searchOf } from './scope.ts';

const A = '00000000-0000-4000-8000-000000000001';
const B = '00000000-0000-4000-8000-000000000002';

describe('the scope of an investigation', () => {
  it('goes into the link and comes back', () => {
    const scope = { manual: true, modules: [A, B], days: 7 };
    expect(searchOf(scope)).toEqual({ mode: 'manual', modules: `${A},${B}`, days: '7' });
    expect(scopeOf(searchOf(scope))).toEqual(scope);
    expect(scopeOf(searchOf(ALL))).toEqual(ALL);
    expect(searchOf(ALL)).toEqual({});
  });

  it('takes nothing from a link that it does not understand', () => {
    expect(scopeOf({ mode: 'x', modules: 'evil,../..', days: '-3' })).toEqual(ALL);
    expect(scopeOf({ days: '1e9' })).toEqual(ALL);
    expect(scopeOf({ modules: `junk,${A}` }).modules).toEqual([A]);
  });

  it('limits the question', () => {
    const now = Date.UTC(2026, 10, 25);
    expect(limitsOf(ALL, now)).toEqual({});
    expect(limitsOf({ manual: false, modules: [A], days: 1 }, now)).toEqual({
      modules: [A],
      start_time: '2026-11-24T00:00:00.000Z',
    });
  });

  it('says in words what was chosen, and tells links apart', () => {
    expect(scopeWords(ALL)).toBe('');
    expect(scopeWords({ manual: true, modules: [A], days: 1 })).toBe('manual · last 24 hours · 1 module');
    expect(linkOf(undefined, ALL)).toBeUndefined();
    expect(linkOf('x', ALL)).not.toBe(linkOf('x', { ...ALL, days: 7 }));
  });
});
