import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  base32,
  codeAt,
  newRecoveryCodes,
  newTotpSecret,
  plainCode,
  stepOf,
  stepOfCode,
  totpUri,
} from './totp.ts';

/** RFC 4226 appendix D, RFC 6238 appendix B: the secret is the ASCII text "12345678901234567890". */
const SECRET = base32(Buffer.from('12345678901234567890'));

it('encodes as RFC 4648 10', () => {
  const pairs = [
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const;
  for (const [text, encoded] of pairs) expect(base32(Buffer.from(text))).toBe(encoded);
});

it.each([
  [0, '755224'],
  [1, '287082'],
  [2, '359152'],
  [9, '520489'],
])('the code of counter %i is %s (RFC 4226 D)', (counter, code) =>
  expect(codeAt(SECRET, counter)).toBe(code),
);

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at second %i is %s (RFC 6238 B)', (second, code) =>
  expect(codeAt(SECRET, stepOf(second * 1000))).toBe(code),
);

describe('a code', () => {
  it('is good half a minute before and after, with spaces in it, and never twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 4e12 }), (now) => {
        const secret = newTotpSecret();
        const step = stepOf(now);
        const code = codeAt(secret, step);
        expect(stepOfCode(secret, `${code.slice(0, 3)} ${code.slice(3)}`, now, 0)).toBe(step);
        expect(stepOfCode(secret, code, now + 30_000, 0)).toBe(step);
        expect(stepOfCode(secret, code, now, step)).not.toBe(step);
        expect(stepOfCode(secret, code, now + 120_000, 0)).not.toBe(step);
      }),
      { numRuns: 50 },
    );
  });

  it('is nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!/^\s*(\d\s*){6}$/.test(text)) expect(stepOfCode(SECRET, text, 59_000, 0)).toBeUndefined();
      }),
    );
  });
});

it('what the QR code says can be read by a program', () => {
  const url = new URL(totpUri({ issuer: 'Example & Sons', account: 'ada@example.com', secret: SECRET }));
  expect(url.protocol).toBe('otpauth:');
  expect(decodeURIComponent(url.pathname)).toBe('/Example & Sons:ada@example.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    secret: SECRET,
    issuer: 'Example & Sons',
    digits: '6',
  });
});

it('recovery codes are ten, different, and read as they are typed', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
  expect(plainCode(' abcd-efgh ijkl-MNOP\n')).toBe('ABCDEFGHIJKLMNOP');
});
