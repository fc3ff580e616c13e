import fc from 'fast-check';
import { expect, it } from 'vitest';
import { amountOf, amountText, SIZES, TIMES } from './amount.ts';

it.each([
  [240, TIMES, '10 days'],
  [336, TIMES, '2 weeks'],
  [25, TIMES, '25 hours'],
  [1024 ** 3, SIZES, '1 GiB'],
  [1500, SIZES, '1500 bytes'],
  [0, SIZES, '0 bytes'],
])('%d is %#', (value, units, text) => {
  expect(amountText(value, units)).toBe(text);
});

it.each([
  ['1.5 KiB', 1536],
  [' 2 MiB', 2 * 1024 ** 2],
  [' MiB', Number.NaN],
  ['-1 KiB', Number.NaN],
  ['1 moon', Number.NaN],
  ['', Number.NaN],
])('reads %j', (text, value) => {
  expect(amountOf(text, SIZES)).toBe(value);
});

it('comes back as it was', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), (value) => {
      expect(amountOf(amountText(value, SIZES), SIZES)).toBe(value);
      expect(amountOf(amountText(value, TIMES), TIMES)).toBe(value);
    }),
  );
});
