import { typed as canonical, defang, inspect } from '@sightline/ctim';
import { describe, expect, it } from 'vitest';
import { shortValue, typed } from './observable.ts';
import { count, middle, pieces, visible } from './text.ts';

describe('visible', () => {
  it('names what cannot be seen or turns the reading direction', () => {
    expect(visible('Invoice \u202Egpj.exe')).toBe('Invoice ⟨RLO⟩gpj.exe');
    expect(visible('a\u200Bb\u0007c')).toBe('a⟨ZWSP⟩b⟨U+0007⟩c');
    expect(visible('пример.рф')).toBe('пример.рф');
  });

  it('keeps everything else, piece by piece', () => {
    expect(pieces('a\u2066b')).toEqual([
      { text: 'a', control: false },
      { text: 'LRI', control: true },
      { text: 'b', control: false },
    ]);
    expect(pieces('')).toEqual([]);
  });
});

describe('middle', () => {
  it('cuts only what is longer, and never inside a character', () => {
    expect(middle('short')).toBe('short');
    expect(middle('4aa2c7f1aaaaaaaaaaaaaaaaaaaae650', 6, 4)).toBe('4aa2c7…e650');
    expect(middle('😀'.repeat(30), 2, 1)).toBe('😀😀…😀');
  });
});

describe('typed', () => {
  it.each([
    ['email_subject', 'test test'],
    ['email_subject', 'say "hi" \\ bye'],
    ['email_subject', 'two\nlines'],
    ['file_name', 'C:\\a "b".pdf'],
    ['cisco_mid', '12345'],
  ] as const)('writes %s %j as the query box reads it back', (type, value) => {
    expect(typed({ type, value })).toBe(canonical({ type, value }));
    expect(inspect(typed({ type, value }))).toMatchObject([{ type, value }]);
  });
});

it('shortens hashes and long values to fit', () => {
  expect(shortValue({ type: 'sha256', value: `4aa2c7f1${'0'.repeat(50)}abe650` })).toBe('4aa2c7f1…abe650');
  expect(
    [...shortValue({ type: 'url', value: `https://a.example/${'x'.repeat(300)}` }, 40)].length,
  ).toBeLessThan(42);
  expect(defang('https://evil.example/x', 'url')).toBe('hxxps://evil[.]example/x');
});

it('counts in words', () => {
  expect([count(0, 'hit'), count(1, 'hit'), count(1204, 'hit')]).toEqual(['0 hits', '1 hit', '1,204 hits']);
});
