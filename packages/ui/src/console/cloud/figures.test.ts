import { expect, it } from 'vitest';
import { clockText, msText } from './figures.ts';

it.each([
  [0.4, '<1 ms'],
  [12.4, '12 ms'],
  [1440, '1.4 s'],
])('writes %d ms', (ms, text) => {
  expect(msText(ms)).toBe(text);
});

it.each([
  [300, 'right to the second'],
  [-5000, '5 s ahead of the exchange'],
  [600_000, '10 minutes behind the exchange'],
])('says how the clock is wrong by %d ms', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});
