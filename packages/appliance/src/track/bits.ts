/** Sets of row numbers as bits. */
export type Bits = Uint32Array;

export const emptyBits = (size: number): Bits => new Uint32Array((size + 31) >>> 5);

export function setBit(bits: Bits, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << (i & 31));
}

export function clearBit(bits: Bits, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] as number) & ~(1 << (i & 31));
}

/** Numbers from `lo` up to, not including, `hi`. */
export function fillBits(bits: Bits, lo: number, hi: number): void {
  for (let i = lo; i < hi; ) {
    if ((i & 31) === 0 && i + 32 <= hi) {
      bits[i >>> 5] = 0xffffffff;
      i += 32;
    } else setBit(bits, i++);
  }
}

/** Keeps only what is in both. */
export function intersect(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) & (other[i] as number);
}

/** Clears everything outside [lo, hi). */
export function clip(bits: Bits, lo: number, hi: number): void {
  const first = lo >>> 5;
  const last = hi >>> 5;
  bits.fill(0, 0, first);
  if (lo & 31) bits[first] = (bits[first] as number) & (-1 << (lo & 31));
  if (last < bits.length) {
    bits[last] = (bits[last] as number) & ~(-1 << (hi & 31));
    bits.fill(0, last + 1);
  }
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) count += popcount(bits[i] as number);
  return count;
}

/** How many lie in [lo, hi). */
export function countBetween(bits: Bits, lo: number, hi: number): number {
  const base = lo & ~31;
  const part = bits.slice(lo >>> 5, (hi + 31) >>> 5);
  clip(part, lo - base, hi - base);
  return countBits(part);
}

export const hasBit = (bits: Bits, i: number): boolean => ((bits[i >>> 5] as number) & (1 << (i & 31))) !== 0;

function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Highest first, at most `limit`. */
export function highest(bits: Bits, limit: number): number[] {
  const found: number[] = [];
  for (let w = bits.length - 1; w >= 0 && found.length < limit; w--) {
    let word = bits[w] as number;
    while (word !== 0 && found.length < limit) {
      const bit = 31 - Math.clz32(word);
      found.push(w * 32 + bit);
      word &= ~(1 << bit);
    }
  }
  return found;
}

/** Calls back for each number, lowest first. */
export function eachBit(bits: Bits, visit: (i: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    let word = bits[w] as number;
    while (word !== 0) {
      const bit = 31 - Math.clz32(word & -word);
      visit(w * 32 + bit);
      word &= word - 1;
    }
  }
}
