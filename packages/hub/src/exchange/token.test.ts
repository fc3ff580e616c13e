import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mintToken, readToken, writeToken } from './token.ts';
import { compareVersions, MINIMUM_VERSIONS, tooOld } from './version.ts';

const regions = fc.constantFrom('AMERICAS', 'EUROPE', 'APJC', 'eu2');

test('a token can be read again, whatever its random parts', () => {
  fc.assert(
    fc.property(regions, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (region, bytes) => {
      const random = (size: number) => Buffer.from([...bytes.take(size)]);
      const token = mintToken(region, random);
      expect(token.secret).toHaveLength(43);
      expect(readToken(writeToken(token))).toEqual({ ...token, region: region.toLowerCase() });
    }),
    { numRuns: 200 },
  );
});

test('one changed, missing or doubled character makes it no token', () => {
  fc.assert(
    fc.property(regions, fc.nat(), fc.constantFrom('change', 'drop', 'double'), (region, where, how) => {
      const text = writeToken(mintToken(region));
      const at = where % text.length;
      const old = text[at] as string;
      const put = { change: old === 'a' ? 'b' : 'a', drop: '', double: old + old }[how] ?? '';
      expect(readToken(text.slice(0, at) + put + text.slice(at + 1))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('any other text is no token and does no harm', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      expect(readToken(text)).toBeUndefined();
    }),
  );
});

test('versions are compared by their numbers', () => {
  const order = ['', '9', '12.5', '12.5.0-1', '13.0.0', '13.0.0-314', '13.0.1', '13.10', '14.0'];
  for (const [i, a] of order.entries())
    for (const [j, b] of order.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  expect(compareVersions('13', '13.0.0')).toBe(0);
});

test('each product has its own minimum', () => {
  const old = (product: string, type: string, version: string) =>
    tooOld({ product, type, version }, MINIMUM_VERSIONS);
  expect(old('Sightline', 'ESA', '0.1.0')).toBeUndefined();
  expect(old('Sightline', 'ESA', '0.0.9')).toBe('0.1.0');
  expect(old('AsyncOS', 'ESA', '12.5')).toBe('13.0.0');
  expect(old('AsyncOS', 'SMA', '12.5')).toBeUndefined();
});
