import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellText, inertCell } from './formula.ts';

it('lets no cell begin like a formula, and gives back what it was', () => {
  for (const text of ['=1+1', '+1', '-1', '@x', ' =x', '\t=x', '\ufeff=x', '\u0000=x', '＝x', '\tx', '\nx'])
    expect(inertCell(text)).toBe(`'${text}`);
  for (const text of ['', 'a=b', "'", "it's", '1-2', 'x@y.example']) expect(inertCell(text)).toBe(text);
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[\s=+@'-]{0,4}x$/));
  fc.assert(
    fc.property(text, (value) => {
      if (value.startsWith("'")) return;
      expect(cellText(inertCell(value))).toBe(value);
    }),
  );
});
