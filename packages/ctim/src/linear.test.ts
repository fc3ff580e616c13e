import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { inspect } from './index.ts';
import { refangText } from './refang.ts';

const timed = (text: string): number => {
  const start = performance.now();
  inspect(text);
  return performance.now() - start;
};

const fill = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Whatever is written again and again, 100 KB of it take no longer than this; a square would take minutes. */
const BOUND_MS = 1500;

describe('time', () => {
  it.each([
    '.',
    'a.',
    'a.b.',
    '1.',
    '1.1.1.1 ',
    '1.1.1.1.',
    '::',
    'a:',
    'f:',
    '@',
    'a@',
    'a@a.',
    '[.]',
    '(',
    ')',
    '((a',
    '[[',
    'http://',
    'http://a.',
    'http://a.com',
    'http://(',
    'http://,',
    'http://a@',
    'http://[',
    'a dot ',
    'a.com dot ',
    ' dot',
    'a at ',
    'a . ',
    'ip:"',
    'ip:“',
    'ip:„',
    'subject:"\\',
    'subject:"a\\"',
    'ip:',
    'ip:a,',
    'a_',
    '\\',
    '\\\\a\\b',
    'c:\\a',
    'c:\\a b',
    '%',
    '%2f',
    '&#1;',
    '&amp;',
    '=\n',
    '=3D=\n',
    '\u200B',
    'a\u200B.',
    '。',
    'a。',
    "'",
    "a'",
    '<a@b> ',
    'References: <a@b>\n ',
    'a/b/',
    '/a',
    '-',
    'a-',
    'ab'.repeat(32),
    '00:',
    'a,',
    'é',
    'éa.com',
    '__;',
    '{}',
    'a.com,',
    '+',
    'https://urldefense.com/v3/__*',
    'https://a.com/?u=http://',
    'v1.1.1.1 ',
    'a.b(',
  ])('%j', (unit) => {
    timed(unit);
    expect(timed(fill(unit, 100_000))).toBeLessThan(BOUND_MS);
  });

  it('looks at no more than its limits', () => {
    expect(inspect(`${'x'.repeat(1_000_000)} evil.com`)).toEqual([]);
    expect(inspect(`${fill('a.b-', 5000)}.com evil.com`).map((f) => f.value)).toEqual(['evil.com']);
  });
});

describe('the map back', () => {
  it('covers what was replaced, and nothing beside', () => {
    const text = 'a\u200Bb[.]c &amp; hxxp[:]//d';
    const { text: clean, origin } = refangText(text);
    expect(clean).toBe('ab.c & hxxp://d');
    const back = (part: string): string => {
      const start = clean.indexOf(part);
      const at = origin(start, start + part.length);
      return text.slice(at.start, at.end);
    };
    expect(back('ab.c')).toBe('a\u200Bb[.]c');
    expect(back('b')).toBe('b');
    expect(back('a')).toBe('a');
    expect(back('.')).toBe('[.]');
    expect(back('&')).toBe('&amp;');
    expect(back('hxxp://d')).toBe('hxxp[:]//d');
  });
});
