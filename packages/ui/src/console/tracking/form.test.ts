import { Search } from '@sightline/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyForm, fromParams, type Op, readFieldTime, toParams, toSearch, usesAdvanced } from './form.ts';

const NOW = Date.UTC(2026, 4, 14, 13, 42);
const HOUR = 3_600_000;
const search = (form: Parameters<typeof toSearch>[0]) => {
  const result = toSearch(form, NOW);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return Search.parse(result.search);
};

describe('the search that a form asks for', () => {
  it('covers the last day and has no criteria when nothing is filled in', () => {
    const { range, ...criteria } = search(emptyForm());
    expect(range.from).toBe(NOW - 24 * HOUR);
    expect(range.to).toBeGreaterThan(NOW);
    expect(criteria).toEqual({ limit: 100 });
  });

  it('carries every criterion', () => {
    const found = search({
      ...emptyForm(),
      sender: { op: 'begins_with', value: ' ann@ ' },
      recipient: { op: 'is', value: 'bo@example.com' },
      subject: { op: 'contains', value: 'test test' },
      attachment: { op: 'contains', value: '.iso' },
      received: 'week',
      ip: '10.0.0.0/8',
      sha256: 'AB'.repeat(32),
      messageId: '<1@example.com>',
      mid: '8',
      direction: 'incoming',
      states: ['bounced', 'deferred'],
    });
    expect(found).toMatchObject({
      range: { from: NOW - 7 * 24 * HOUR },
      sender: { op: 'begins_with', value: 'ann@' },
      recipient: { op: 'is', value: 'bo@example.com' },
      subject: { op: 'contains', value: 'test test' },
      attachment: { op: 'contains', value: '.iso' },
      ip: '10.0.0.0/8',
      messageId: '1@example.com',
      mid: 8,
      direction: 'incoming',
      states: ['bounced', 'deferred'],
    });
  });

  it('tells from its length which hash of a file is meant', () => {
    const of = (sha256: string) => search({ ...emptyForm(), sha256 });
    expect(of('Ab'.repeat(16)).holds).toEqual({ key: 'md5', value: 'Ab'.repeat(16) });
    expect(of('ab'.repeat(20)).holds).toEqual({ key: 'sha1', value: 'ab'.repeat(20) });
    expect(of('ab'.repeat(32)).sha256).toBe('ab'.repeat(32));
    expect(toSearch({ ...emptyForm(), sha256: 'abc' }, NOW)).toHaveProperty('problems.sha256');
  });

  it('keeps message events in the address', () => {
    const form = { ...emptyForm(), events: ['virus' as const, 'suspect_spam' as const] };
    expect(search(fromParams(toParams(form))).events).toEqual(['virus', 'suspect_spam']);
    expect(usesAdvanced(form)).toBe(true);
  });

  it('takes a custom range through the minute it ends in', () => {
    const custom = { ...emptyForm(), received: 'custom' as const, from: NOW - HOUR };
    expect(search({ ...custom, to: NOW }).range).toEqual({ from: NOW - HOUR, to: NOW + 60_000 });
    expect(search({ ...custom, to: NOW + 5 }).range.to).toBe(NOW + 5);
  });

  it('asks for an empty subject without a value, even when one was typed before', () => {
    expect(search({ ...emptyForm(), subject: { op: 'is_empty', value: 'old' } }).subject).toEqual({
      op: 'is_empty',
      value: '',
    });
  });

  it.each([
    ['mid', { mid: '8a' }, 'A MID is a whole number, such as 8.'],
    ['sha256', { sha256: 'abc' }, 'A SHA-256 has 64 hexadecimal digits.'],
    ['from', { received: 'custom' as const, to: NOW }, 'Enter a start date and time.'],
    ['to', { received: 'custom' as const, from: NOW, to: NOW - 1 }, 'The end must not be before the start.'],
  ])('names the field %s that must be corrected', (field, change, message) => {
    expect(toSearch({ ...emptyForm(), ...change }, NOW)).toEqual({ problems: { [field]: message } });
  });
});

describe('the address that keeps a search', () => {
  const field = fc.record({
    op: fc.constantFrom<Op>('begins_with', 'is', 'contains'),
    value: fc
      .string()
      .map((s) => s.trim())
      .filter((s) => s !== ''),
  });
  const words = fc.string().map((s) => s.trim());
  const form = fc.record({
    sender: field,
    recipient: field,
    subject: fc.oneof(field, fc.constant({ op: 'is_empty' as const, value: '' })),
    attachment: field,
    received: fc.constantFrom('day' as const, 'week' as const),
    from: fc.constant(null),
    to: fc.constant(null),
    ip: words,
    sha256: words,
    messageId: words,
    mid: words,
    direction: fc.constantFrom('' as const, 'incoming' as const, 'outgoing' as const),
    states: fc.subarray(['queued' as const, 'bounced' as const, 'delivered' as const]),
    events: fc.subarray(['virus' as const, 'suspect_spam' as const]),
  });

  it('gives back the same form through a real query string', () => {
    fc.assert(
      fc.property(form, (given) => {
        const query = new URLSearchParams(toParams(given)).toString();
        expect(fromParams(Object.fromEntries(new URLSearchParams(query)))).toEqual(given);
      }),
    );
  });

  it('keeps a custom range in UTC', () => {
    const given = { ...emptyForm(), received: 'custom' as const, from: NOW - HOUR, to: NOW };
    expect(toParams(given)).toEqual({
      received: 'custom',
      from: '2026-05-14T12:42:00.000Z',
      to: '2026-05-14T13:42:00.000Z',
    });
    expect(fromParams(toParams(given))).toEqual(given);
  });

  it('is bare for the empty form and leaves out what is not ours', () => {
    expect(toParams(emptyForm())).toEqual({});
    expect(fromParams({ received: 'year', direction: 'up', states: 'bounced,nope', x: '1' })).toEqual({
      ...emptyForm(),
      states: ['bounced'],
    });
  });

  it('takes a value without an operator as Begins With', () => {
    expect(fromParams({ subject: 'Re: hello' }).subject).toEqual({ op: 'begins_with', value: 'Re: hello' });
  });

  it('opens the Advanced section only for its own criteria', () => {
    expect(usesAdvanced(fromParams({ sender: 'is:a@b.c' }))).toBe(false);
    expect(usesAdvanced(fromParams({ mid: '8' }))).toBe(true);
  });
});

it('reads a date-and-time field in the zone that is shown', () => {
  expect(readFieldTime('2026-05-14T13:42', 'utc')).toBe(NOW);
  expect(readFieldTime('2026-05-14T13:42', 'local')).toBe(new Date(2026, 4, 14, 13, 42).getTime());
  expect(readFieldTime('', 'utc')).toBeNull();
});
