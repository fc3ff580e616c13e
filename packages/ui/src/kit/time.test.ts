import { describe, expect, it } from 'vitest';
import { absolute, duration, relative, zoneName } from './time.ts';

const AT = Date.UTC(2020, 4, 14, 13, 23, 57);

describe('relative', () => {
  it.each([
    [0, 'just now'],
    [-9000, 'just now'],
    [-45_000, '45 seconds ago'],
    [-9 * 3_600_000, '9 hours ago'],
    [-47 * 3_600_000, '1 day ago'],
    [2 * 86_400_000, 'in 2 days'],
    [-400 * 86_400_000, '1 year ago'],
  ])('says of %d ms: %s', (ms, words) => expect(relative(AT + ms, AT)).toBe(words));
});

it('writes UTC as it is and local time with its own offset', () => {
  expect(absolute(AT, 'utc')).toBe('2020-05-14 13:23:57');
  expect(zoneName(AT, 'utc')).toBe('UTC');
  const minutes = -new Date(AT).getTimezoneOffset();
  expect(Date.parse(`${absolute(AT, 'local').replace(' ', 'T')}Z`)).toBe(AT + minutes * 60_000);
});

it('gives durations in the unit that is read best', () => {
  expect([duration(320.4), duration(1400), duration(125_000)]).toEqual(['320 ms', '1.4 s', '2 min 5 s']);
});
