import { expect, it } from 'vitest';
import { clipboardText, EXPIRIES, fileName, fileText, readCount } from './tokens.ts';

const minted = {
  expires: '2026-05-14T14:00:00.000Z',
  tokens: [
    { deviceId: '11111111-1111-4111-8111-111111111111', name: 'Device 1', token: 'aaa' },
    { deviceId: '22222222-2222-4222-8222-222222222222', name: 'Device 2', token: 'bbb' },
  ],
};

it('offers eleven expiries, one hour first', () => {
  expect(EXPIRIES.map((e) => e.label)).toEqual([
    '1 hr',
    '2 hrs',
    '4 hrs',
    '6 hrs',
    '8 hrs',
    '12 hrs',
    '01 day',
    '02 days',
    '03 days',
    '04 days',
    '05 days',
  ]);
});

it('puts one token on a line for the clipboard', () => {
  expect(clipboardText(minted)).toBe('aaa\nbbb');
});

it('writes a file that says what it is, one device a line', () => {
  const lines = fileText(minted, 'AMERICAS').split('\n');
  expect(lines[0]).toContain('AMERICAS');
  expect(lines[1]).toContain('2026-05-14T14:00:00.000Z');
  expect(lines.slice(3)).toEqual([
    'Device 1\t11111111-1111-4111-8111-111111111111\taaa',
    'Device 2\t22222222-2222-4222-8222-222222222222\tbbb',
    '',
  ]);
  expect(fileName(minted, 'A/B')).toBe('registration-tokens-A_B-2026-05-14.txt');
});

it('takes 1 to 100 devices', () => {
  expect(readCount('1')).toEqual({ count: 1 });
  expect(readCount(' 100 ')).toEqual({ count: 100 });
  for (const bad of ['0', '101', '', '1.5', 'two', '-1'])
    expect(readCount(bad)).toEqual({ problem: 'Enter a number from 1 to 100.' });
});
