import { inspect } from '@sightline/ctim';
import { describe, expect, it } from 'vitest';
import { byType, chips, chosen } from './chips.ts';
import { marks } from './marks.ts';

const TEXT = 'from billing[@]acme[.]com, file main.py, email_subject:"test test" cisco_mid:"abc"';

describe('chips', () => {
  const list = chips(inspect(TEXT), new Map());

  it('asks about what is certain and valid', () => {
    expect(chosen(list)).toEqual([
      { type: 'email', value: 'billing@acme.com' },
      { type: 'email_subject', value: 'test test' },
    ]);
  });

  it('leaves the ambiguous open until somebody decides', () => {
    const open = list.find((chip) => chip.open);
    expect(open?.observable.value).toBe('main.py');
    const decided = chips(inspect(TEXT), new Map([[open?.key ?? '', 'domain' as const]]));
    expect(chosen(decided)).toContainEqual({ type: 'domain', value: 'main.py' });
    expect(decided.some((chip) => chip.open)).toBe(false);
  });

  it('leaves out what the analyst switches off', () => {
    const off = chips(inspect(TEXT), new Map([['email:billing@acme.com', 'off' as const]]));
    expect(chosen(off)).toEqual([{ type: 'email_subject', value: 'test test' }]);
  });

  it('groups by the type that was decided', () => {
    expect(byType(list).map(([type]) => type)).toEqual(['email', 'file_name', 'email_subject', 'cisco_mid']);
  });
});

describe('marks', () => {
  it('cuts the text into pieces that are the text again', () => {
    const pieces = marks(TEXT, chips(inspect(TEXT), new Map()));
    expect(pieces.map((p) => p.text).join('')).toBe(TEXT);
    expect(pieces.filter((p) => p.state).map((p) => [p.text, p.state])).toEqual([
      ['billing[@]acme[.]com', 'on'],
      ['main.py', 'open'],
      ['email_subject:"test test"', 'on'],
      ['cisco_mid:"abc"', 'off'],
    ]);
  });

  it('survives finds that no longer fit a text that was cut shorter', () => {
    const late = chips(inspect(TEXT), new Map());
    expect(marks('from bil', late)).toEqual([{ start: 0, text: 'from bil' }]);
  });
});
