/**
 * Posting lists: the rows that hold a value. A single row stands in the entry itself; more of them are a list,
 * newest first: count, newest row, distances. Rows are numbered in order of time, so newest is highest.
 */
import { type Bits, hasBit, setBit } from './bits.ts';
import { type Bytes, Reader } from './bytes.ts';

const LIST = 0x80000000;

/** Appends ascending `rows[from…to)` and returns what an entry holds for them. */
export function writeList(lists: Bytes, rows: Uint32Array, from: number, to: number): number {
  if (to - from === 1) return rows[from] as number;
  const entry = (LIST | lists.length) >>> 0;
  lists.varint(to - from);
  lists.varint(rows[to - 1] as number);
  for (let i = to - 1; i > from; i--) lists.varint((rows[i] as number) - (rows[i - 1] as number));
  return entry;
}

/** How many rows an entry stands for. */
export const countOf = (entry: number, lists: Uint8Array): number =>
  entry < LIST ? 1 : new Reader(lists, entry - LIST).varint();

/** Where list bytes come from: returns a view of at least `length` bytes at `at`, less only at the end. */
export type ListBytes = (at: number, length: number) => Uint8Array;

/** The rows of an entry, newest first. */
export class List {
  readonly count: number;
  private left = 0;
  private row = 0;
  private at = 0;
  private reader: Reader | undefined;
  private readonly bytes: ListBytes;

  constructor(entry: number, bytes: ListBytes) {
    this.bytes = bytes;
    if (entry < LIST) {
      this.count = this.left = 1;
      this.row = entry;
      return;
    }
    this.at = entry - LIST;
    this.refill(512);
    this.count = this.left = this.varint();
  }

  /** -1 at the end. */
  next(): number {
    if (this.left === 0) return -1;
    this.left--;
    if (!this.reader) return this.row;
    if (this.left === this.count - 1) this.row = this.varint();
    else this.row -= this.varint();
    return this.row;
  }

  /** Sets the bit of every row. */
  mark(bits: Bits): void {
    for (let row = this.next(); row >= 0; row = this.next()) setBit(bits, row);
  }

  /** How many of its rows are among some. */
  among(rows: Bits): number {
    let count = 0;
    for (let row = this.next(); row >= 0; row = this.next()) if (hasBit(rows, row)) count++;
    return count;
  }

  private varint(): number {
    const reader = this.reader as Reader;
    if (reader.left < 5) this.refill(Math.min(65_536, this.left * 2 + 512));
    return (this.reader as Reader).varint();
  }

  private refill(length: number): void {
    this.at += this.reader?.at ?? 0;
    this.reader = new Reader(this.bytes(this.at, length));
  }
}
