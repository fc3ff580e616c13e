import { expect, it } from 'vitest';
import { passwordRules } from './password.ts';

const met = (password: string, again: string, name: string): boolean[] =>
  passwordRules(password, again, name).map((rule) => rule.met);

it('ticks off each rule as it is met', () => {
  expect(met('', '', '')).toEqual([false, false, false]);
  expect(met('correct horse', 'correct horse', 'admin')).toEqual([true, true, true]);
  expect(met('correct horse', 'correct hors', 'admin')).toEqual([true, true, false]);
  expect(met('my Admin pass word', 'my Admin pass word', 'admin')).toEqual([true, false, true]);
  expect(met('short', 'short', 'a')).toEqual([false, true, true]);
});
