/** One-time passwords by time (RFC 6238 over RFC 4226): six digits, thirty seconds, SHA-1, as every authenticator has it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
/** Steps before and after the one of now, for clocks that differ. */
const AROUND = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 random bits in base32 (RFC 4226 R6). */
export const newTotpSecret = (): string => base32(randomBytes(20));

export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

export const stepOf = (now: number): number => Math.floor(now / STEP_MS);

/** The code of a step. */
export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(at) & 0x7fffffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, '0');
}

/** The step that a code is of, later than `after`; undefined when it is of none near now. `now` in epoch milliseconds. */
export function stepOfCode(secret: string, code: string, now: number, after: number): number | undefined {
  const given = Buffer.from(code.replace(/\s/g, '').padEnd(DIGITS).slice(0, 32));
  const steps = Array.from({ length: 2 * AROUND + 1 }, (_, i) => stepOf(now) - AROUND + i);
  const fitting = steps.filter((step) => {
    const known = Buffer.from(codeAt(secret, step));
    return known.length === given.length && timingSafeEqual(known, given);
  });
  return fitting.find((step) => step > after);
}

/** What the QR code of an authenticator says. */
export function totpUri({
  issuer,
  account,
  secret,
}: {
  issuer: string;
  account: string;
  secret: string;
}): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: '30',
  });
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`;
}

/** Ten codes of 80 random bits, four by four. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: 10 }, () => (base32(randomBytes(10)).match(/.{4}/g) ?? []).join('-'));

/** As it was typed: without spaces and hyphens, in capitals. */
export const plainCode = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();
