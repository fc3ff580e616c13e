import { expect, it } from 'vitest';
import { valuesOf } from './kinds.ts';

it('takes values apart at lines and commas, patterns at lines only', () => {
  expect(valuesOf('sender', ' a@b.example, c@d.example\n\ne@f.example ')).toEqual([
    'a@b.example',
    'c@d.example',
    'e@f.example',
  ]);
  expect(valuesOf('subject', '*now, please*\n*pay* ')).toEqual(['*now, please*', '*pay*']);
});
