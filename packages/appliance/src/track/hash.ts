/**
 * Keyed 48-bit hashes of looked-up values. Senders choose subjects, addresses and URLs, so the key is random for
 * each store: nobody can prepare values that collide. HalfSipHash-2-4 (Aumasson and Bernstein), over UTF-16 units.
 */

/** Exact as a number: 0 <= h < 2^48. */
export type Hash = number;
/** Hash of a value of one kind; the same text of two kinds has two hashes. */
export type Hasher = (kind: number, text: string) => Hash;

const HIGH = 2 ** 32;

/** Upper 16 bits. */
export const high = (h: Hash): number => Math.floor(h / HIGH);
/** Lower 32 bits, unsigned. */
export const low = (h: Hash): number => h >>> 0;
export const joined = (hi: number, lo: number): Hash => hi * HIGH + lo;

/** `key` is 8 random bytes. */
export function hasher(key: Uint8Array): Hasher {
  const view = new DataView(key.buffer, key.byteOffset, 8);
  const k0 = view.getInt32(0, true);
  const k1 = view.getInt32(4, true);
  return (kind, text) => {
    start(k0, k1);
    word(kind);
    const pairs = text.length & ~1;
    for (let i = 0; i < pairs; i += 2) word(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
    word((text.length << 16) | (pairs < text.length ? text.charCodeAt(pairs) : 0));
    return finish();
  };
}

let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

function start(k0: number, k1: number): void {
  v0 = k0;
  v1 = k1 ^ 0xee;
  v2 = 0x6c796765 ^ k0;
  v3 = 0x74656462 ^ k1;
}

function word(m: number): void {
  v3 ^= m;
  round();
  round();
  v0 ^= m;
}

function finish(): Hash {
  v2 ^= 0xee;
  rounds4();
  const lo = (v1 ^ v3) >>> 0;
  v1 ^= 0xdd;
  rounds4();
  return joined((v1 ^ v3) & 0xffff, lo);
}

function rounds4(): void {
  round();
  round();
  round();
  round();
}

function round(): void {
  v0 = (v0 + v1) | 0;
  v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
  v0 = (v0 << 16) | (v0 >>> 16);
  v2 = (v2 + v3) | 0;
  v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
  v0 = (v0 + v3) | 0;
  v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
  v2 = (v2 + v1) | 0;
  v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
  v2 = (v2 << 16) | (v2 >>> 16);
}
