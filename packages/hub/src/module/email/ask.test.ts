import { Lookup } from '@sightline/api';
import { OBSERVABLE_TYPES, type Observable } from '@sightline/ctim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, lookupOf, SEARCHABLE } from './ask.ts';

const RANGE = { from: 0, to: 1 };
const HASH = 'ab'.repeat(32);

describe('observables to a tracking query', () => {
  it.each<[Observable, unknown]>([
    [
      { type: 'ip', value: '192[.]0.2.1' },
      { key: 'ip', value: '192.0.2.1' },
    ],
    [
      { type: 'ipv6', value: '2001:DB8:0::1' },
      { key: 'ip', value: '2001:db8::1' },
    ],
    [
      { type: 'domain', value: 'Evil.com' },
      { key: 'domain', value: 'evil.com' },
    ],
    [
      { type: 'email', value: 'Joe@Evil.com' },
      { key: 'address', value: 'joe@evil.com' },
    ],
    [
      { type: 'email_subject', value: 'Test test' },
      { key: 'subject', value: 'Test test' },
    ],
    [
      { type: 'email_messageid', value: '<A@b>' },
      { key: 'message_id', value: 'A@b' },
    ],
    [
      { type: 'cisco_mid', value: '8' },
      { key: 'mid', value: '8' },
    ],
    [
      { type: 'sha256', value: HASH.toUpperCase() },
      { key: 'sha256', value: HASH },
    ],
    [
      { type: 'file_name', value: 'A.pdf' },
      { key: 'file_name', value: 'A.pdf' },
    ],
    [
      { type: 'url', value: 'HTTP://Evil.com/A' },
      { key: 'url', value: 'http://evil.com/A' },
    ],
    [
      { type: 'md5', value: 'AB'.repeat(16) },
      { key: 'md5', value: 'ab'.repeat(16) },
    ],
    [{ type: 'mutex', value: 'ab' }, undefined],
    [{ type: 'hostname', value: 'srv' }, undefined],
    [{ type: 'cisco_mid', value: 'eight' }, undefined],
    [{ type: 'cisco_mid', value: '0' }, undefined],
    [{ type: 'cisco_mid', value: '9'.repeat(18) }, undefined],
    [{ type: 'email_subject', value: 'x'.repeat(4097) }, undefined],
  ])('%o', (observable, key) => expect(keyOf(observable)).toEqual(key));

  it('asks each once and says what it cannot ask', () => {
    const mutex: Observable = { type: 'mutex', value: 'ab' };
    const asked = lookupOf(
      [{ type: 'domain', value: 'a.com' }, mutex, { type: 'domain', value: 'A.com' }],
      RANGE,
      100,
    );
    expect(asked).toEqual({
      lookup: { range: RANGE, keys: [{ key: 'domain', value: 'a.com' }], limit: 100 },
      skipped: [mutex],
    });
    expect(lookupOf([mutex], RANGE, 100)).toEqual({ lookup: undefined, skipped: [mutex] });
    expect(lookupOf([], RANGE, 100)).toEqual({ lookup: undefined, skipped: [] });
  });

  it('keeps within the contract, whatever is asked', () => {
    const observable = fc.record({
      type: fc.constantFrom(...OBSERVABLE_TYPES),
      value: fc.string({ unit: 'binary', minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(observable, { maxLength: 30 }), (all) => {
        const { lookup, skipped } = lookupOf(all, RANGE, 100);
        if (lookup) Lookup.parse(lookup);
        expect(skipped.filter((s) => keyOf(s))).toEqual([]);
        expect(all.filter((o) => !SEARCHABLE.includes(o.type)).every((o) => skipped.includes(o))).toBe(true);
      }),
    );
    const many = Array.from({ length: 600 }, (_, i) => ({
      type: 'cisco_mid' as const,
      value: String(i + 1),
    }));
    const { lookup, skipped } = lookupOf(many, RANGE, 100);
    expect(Lookup.parse(lookup).keys.length + skipped.length).toBe(600);
  });
});
