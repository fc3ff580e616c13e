/** Bloom filter in blocks of 64 bytes: one cache line a question. 10 bits a hash, 5 probes: about 1.2 % false. */
import { type Hash, high, low } from './hash.ts';

const WORDS = 16;
const BITS_PER_HASH = 10;

/** An empty filter for up to `count` hashes. */
export const emptyBloom = (count: number): Uint32Array =>
  new Uint32Array(WORDS * Math.max(1, Math.ceil((count * BITS_PER_HASH) / (WORDS * 32))));

export function bloomAdd(filter: Uint32Array, h: Hash): void {
  const block = blockOf(filter, h);
  let bits = mix(h);
  for (let i = 0; i < 5; i++) {
    const word = block + ((bits >>> 5) & 15);
    filter[word] = (filter[word] ?? 0) | (1 << (bits & 31));
    bits = next(bits, i);
  }
}

/** False: certainly absent. */
export function bloomMay(filter: Uint32Array, h: Hash): boolean {
  const block = blockOf(filter, h);
  let bits = mix(h);
  for (let i = 0; i < 5; i++) {
    if (((filter[block + ((bits >>> 5) & 15)] ?? 0) & (1 << (bits & 31))) === 0) return false;
    bits = next(bits, i);
  }
  return true;
}

const blockOf = (filter: Uint32Array, h: Hash): number =>
  Math.floor((low(h) / 2 ** 32) * (filter.length / WORDS)) * WORDS;

/** The low bits choose the block, so the probes come from all bits, mixed. */
function mix(h: Hash): number {
  let x = Math.imul(low(h) ^ Math.imul(high(h) + 1, 0x9e3779b1), 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Nine fresh bits; after the third probe the word has to be stirred again. */
const next = (bits: number, i: number): number =>
  i === 2 ? Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d) : (bits >>> 9) | (bits << 23);
