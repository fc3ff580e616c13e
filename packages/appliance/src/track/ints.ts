/** Typed arrays that grow, and sorting of hashes in them. */
import { joined } from './hash.ts';

/** A growing list of unsigned 32-bit integers. */
export class Ints {
  length = 0;
  private array: Uint32Array<ArrayBuffer>;

  constructor(capacity = 1024) {
    this.array = new Uint32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.array.length) {
      const bigger = new Uint32Array(this.length * 2);
      bigger.set(this.array);
      this.array = bigger;
    }
    this.array[this.length++] = value;
  }

  at(i: number): number {
    return this.array[i] ?? 0;
  }

  /** The filled part; valid until the next `push`. */
  view(): Uint32Array<ArrayBuffer> {
    return this.array.subarray(0, this.length);
  }
}

/** Hashes with a value each, in columns. */
export interface Pairs {
  hi: Uint32Array;
  lo: Uint32Array;
  value: Uint32Array;
}

/** By hash; values of one hash stay in their order. Radix sort, three passes of 16 bits. */
export function sortPairs(pairs: Pairs): Pairs {
  if (pairs.hi.length < 4096) return sortFew(pairs);
  let from = pairs;
  let to: Pairs = {
    hi: new Uint32Array(pairs.hi.length),
    lo: new Uint32Array(pairs.hi.length),
    value: new Uint32Array(pairs.hi.length),
  };
  for (const digit of [(p: Pairs) => p.lo, (p: Pairs) => p.lo, (p: Pairs) => p.hi].entries()) {
    pass(from, to, digit[1](from), digit[0] === 1 ? 16 : 0);
    [from, to] = [to, from];
  }
  return from;
}

/** Without the tables of the radix sort. */
function sortFew(pairs: Pairs): Pairs {
  const order = Array.from(pairs.hi, (_, i) => i).sort((a, b) => hashAt(pairs, a) - hashAt(pairs, b));
  return {
    hi: Uint32Array.from(order, (i) => pairs.hi[i] as number),
    lo: Uint32Array.from(order, (i) => pairs.lo[i] as number),
    value: Uint32Array.from(order, (i) => pairs.value[i] as number),
  };
}

export const hashAt = (pairs: Pairs, i: number): number => joined(pairs.hi[i] ?? 0, pairs.lo[i] ?? 0);

function pass(from: Pairs, to: Pairs, digits: Uint32Array, shift: number): void {
  const place = new Uint32Array(65_536);
  const n = digits.length;
  for (let i = 0; i < n; i++) {
    const d = ((digits[i] as number) >>> shift) & 0xffff;
    place[d] = (place[d] as number) + 1;
  }
  let sum = 0;
  for (let d = 0; d < 65_536; d++) {
    const count = place[d] as number;
    place[d] = sum;
    sum += count;
  }
  for (let i = 0; i < n; i++) {
    const d = ((digits[i] as number) >>> shift) & 0xffff;
    const at = place[d] as number;
    place[d] = at + 1;
    to.hi[at] = from.hi[i] as number;
    to.lo[at] = from.lo[i] as number;
    to.value[at] = from.value[i] as number;
  }
}
