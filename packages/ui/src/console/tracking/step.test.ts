import { expect, it } from 'vitest';
import { bytes, gap, stateTone, stepTone } from './step.ts';

it('marks what went wrong as bad and what waits as warn', () => {
  expect(stateTone('bounced')).toBe('bad');
  expect(stateTone('deferred')).toBe('warn');
  expect(stepTone('delivered')).toBe('good');
  expect(stepTone('attachment')).toBe('calm');
  expect(stepTone('toString')).toBe('calm');
});

it.each([
  [undefined, 5, ''],
  [5, 5, ''],
  [0, 120, '+120 ms'],
  [0, 2345, '+2.35 s'],
  [0, 59_000, '+59 s'],
  [0, 120_000, '+2 min'],
  [0, 5_400_000, '+1.5 h'],
])('writes the time between steps (%s, %s) as %s', (before, at, text) => {
  expect(gap(before, at)).toBe(text);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [48_211, '48.2 KB'],
  [26_214_400, '26.2 MB'],
])('writes %s bytes as %s', (n, text) => {
  expect(bytes(n)).toBe(text);
});
