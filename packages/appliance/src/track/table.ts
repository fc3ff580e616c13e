/** The hash table of a segment when it is read: filter, index in memory, one block from the file a question. */
import { bloomMay } from './bloom.ts';
import { ENTRIES, ENTRY } from './build.ts';
import type { FileReader } from './file.ts';
import { type Hash, high, joined, low } from './hash.ts';

/** Where the rows of a value are. */
export interface Posting {
  /** As `List` reads it. */
  entry: number;
  /** 0: too many to tell here. */
  count: number;
}

export class Table {
  readonly count: number;
  private readonly file: FileReader;
  private readonly index: Float64Array;
  private readonly bloom: Uint32Array;
  /** Two entries more than a block: equal hashes may stand across its end. */
  private readonly block = Buffer.alloc(ENTRY * (ENTRIES + 2));

  constructor(file: FileReader) {
    this.file = file;
    this.count = file.length('hash') / ENTRY;
    this.index = file.floats('index');
    this.bloom = file.ints('bloom');
  }

  /** Postings of a hash: none or one, more if values of two kinds collide. */
  postings(hash: Hash): Posting[] {
    if (this.count === 0 || !bloomMay(this.bloom, hash)) return [];
    const first = this.blockBefore(hash) * ENTRIES;
    const n = Math.min(ENTRIES + 2, this.count - first);
    this.file.into('hash', this.block, first * ENTRY, n * ENTRY);
    const found: Posting[] = [];
    for (let i = this.search(hash, n); i < n && this.compare(i, hash) === 0; i++)
      found.push({ entry: this.block.readUInt32LE(i * ENTRY + 6), count: this.block[i * ENTRY + 10] ?? 0 });
    return found;
  }

  /** Every hash in order. */
  *all(): Generator<Hash> {
    const bytes = this.file.bytes('hash');
    for (let at = 0; at < bytes.length; at += ENTRY)
      yield joined(bytes.readUInt16LE(at), bytes.readUInt32LE(at + 2));
  }

  /** The last block whose first hash is smaller. */
  private blockBefore(hash: Hash): number {
    let lo = 0;
    let hi = this.index.length;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if ((this.index[middle] as number) < hash) lo = middle + 1;
      else hi = middle;
    }
    return Math.max(0, lo - 1);
  }

  /** First of `n` entries of the block that is not smaller. */
  private search(hash: Hash, n: number): number {
    let lo = 0;
    let hi = n;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (this.compare(middle, hash) < 0) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }

  private compare(i: number, hash: Hash): number {
    return (
      this.block.readUInt16LE(i * ENTRY) - high(hash) || this.block.readUInt32LE(i * ENTRY + 2) - low(hash)
    );
  }
}
