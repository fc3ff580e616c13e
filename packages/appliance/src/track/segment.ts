/** A sealed segment: immutable, read where it lies. Rows are numbered in order of time, then MID. */
import { statSync } from 'node:fs';
import type { Range } from '@sightline/api';
import {
  type Bits,
  clearBit,
  clip,
  countBetween,
  countBits,
  eachBit,
  emptyBits,
  fillBits,
  highest,
  intersect,
} from './bits.ts';
import type { SegmentMeta } from './build.ts';
import { decodeRecord } from './codec.ts';
import { FileReader } from './file.ts';
import { foldFacts } from './fold.ts';
import type { Hash, Hasher } from './hash.ts';
import { List, type ListBytes } from './list.ts';
import type { Placed } from './match.ts';
import type { Chosen, Found, Hit, Part } from './part.ts';
import { type FieldTest, type FlagTest, flagsPass, type Plan } from './plan.ts';
import { HOUR } from './retain.ts';
import { Strings } from './strings.ts';
import { type Posting, Table } from './table.ts';
import { type FieldName, hashesOf, KIND } from './terms.ts';
import { Window } from './window.ts';

/** Rows from `lo` up to, not including, `hi`. */
interface Rows {
  lo: number;
  hi: number;
}

export class Segment implements Part {
  readonly meta: SegmentMeta;
  readonly file: FileReader;
  readonly table: Table;
  readonly oldest: number;
  readonly newest: number;
  readonly maxMid: number;
  /** Rows that are not shown: replaced by later versions, or still without their beginning. */
  private readonly dropped = new Set<number>();
  /** How many of the replaced rows a value has, so that its list need not be walked to count the others. */
  private readonly gone = new Map<Hash, number>();
  /** Rows that have a later version elsewhere, by MID. */
  readonly replaced = new Map<number, number>();
  private readonly hash: Hasher;
  private readonly lists: ListBytes;
  private readonly received: Window;
  private readonly flags: Window;
  private readonly fields = new Map<FieldName, Strings>();
  private readonly starts: Window;
  private readonly recordBytes: Window;

  /** Throws if the file is not whole, or was made with another store's key. */
  constructor(path: string, hash: Hasher) {
    this.file = new FileReader(path, statSync(path).size);
    this.meta = this.file.meta as SegmentMeta;
    this.hash = hash;
    this.oldest = this.meta.oldest;
    this.newest = this.meta.newest;
    this.maxMid = this.meta.maxMid;
    this.table = new Table(this.file);
    const lists = new Window(this.file, 'list', 4096);
    this.lists = (at, length) => lists.view(at, length);
    this.starts = new Window(this.file, 'start', 16_384);
    this.recordBytes = new Window(this.file, 'record', 512);
    this.received = new Window(this.file, 'received', 4096);
    this.flags = new Window(this.file, 'flags', 4096);
    for (const rid of this.meta.hidden) this.dropped.add(rid);
  }

  close(): void {
    this.file.close();
  }

  find(hash: Hash, range: Range, limit: number): Found {
    const postings = this.table.postings(hash);
    const [posting] = postings;
    if (!posting) return { count: 0, hits: [] };
    const rows = this.rowsIn(range);
    if (postings.length > 1) return this.found(this.union(postings), rows, limit);
    const gone = this.isWhole(rows) ? (this.gone.get(hash) ?? 0) : undefined;
    if (limit === 0 && posting.count > 0 && gone !== undefined)
      return { count: posting.count - gone, hits: [] };
    return this.walk(new List(posting.entry, this.lists), rows, limit, gone);
  }

  span(test: FieldTest, range: Range, limit: number): Found {
    const bits = emptyBits(this.meta.count);
    this.strings(test.field).mark(test, bits);
    return this.found(bits, this.rowsIn(range), limit);
  }

  select(plan: Plan, range: Range, before: Placed | undefined, limit: number): Found {
    const bits = this.bitsOf(plan, this.rowsIn(range, before));
    return bits ? this.found(bits, this.rowsIn(range, before), limit) : { count: 0, hits: [] };
  }

  /** Rows that answer, as bits; undefined if there are none. */
  bitsOf(plan: Plan, rows: Rows): Bits | undefined {
    if (plan.never || rows.lo >= rows.hi) return undefined;
    const bits = emptyBits(this.meta.count);
    fillBits(bits, rows.lo, rows.hi);
    for (const hash of plan.hashes) intersect(bits, this.union(this.table.postings(hash)));
    for (const test of plan.fields) {
      const passing = emptyBits(this.meta.count);
      this.strings(test.field).mark(test, passing);
      intersect(bits, passing);
    }
    for (const rid of this.dropped) clearBit(bits, rid);
    if (plan.flags.length > 0) this.keepFlags(bits, plan.flags);
    return bits;
  }

  choose(plan: Plan, range: Range): Chosen {
    const rows = this.rowsIn(range);
    const bits = this.bitsOf(plan, rows) ?? emptyBits(this.meta.count);
    return {
      count: countBits(bits),
      hours: (tell) => this.hours(bits, rows, tell),
      values: (field, over, tell) => this.strings(field).counts(bits, over, tell),
      holding: (field, text, limit) => {
        const holding = emptyBits(this.meta.count);
        this.strings(field).mark({ field, op: 'span', first: text, last: text }, holding);
        intersect(holding, bits);
        return this.found(holding, rows, limit);
      },
    };
  }

  private hours(bits: Bits, rows: Rows, tell: (at: number, count: number) => void): void {
    for (let lo = rows.lo; lo < rows.hi; ) {
      const received = this.receivedAt(lo);
      const at = received - (received % HOUR);
      const end = Math.min(rows.hi, this.firstAt(at + HOUR));
      const count = countBetween(bits, lo, end);
      if (count > 0) tell(at, count);
      lo = end;
    }
  }

  record(mid: number): string | undefined {
    const rid = this.replaced.has(mid) ? -1 : this.rowOf(mid);
    return rid < 0 ? undefined : this.read(rid);
  }

  drop(mid: number): boolean {
    if (mid < (this.meta.minMid ?? 0) || mid > this.maxMid) return false;
    const rid = this.rowOf(mid);
    if (rid < 0) return false;
    if (!this.dropped.has(rid)) this.countAsGone(rid);
    this.dropped.add(rid);
    this.replaced.set(mid, rid);
    return true;
  }

  private countAsGone(rid: number): void {
    const row = foldFacts(decodeRecord(this.read(rid)));
    if (row) for (const h of hashesOf(row, this.hash)) this.gone.set(h, (this.gone.get(h) ?? 0) + 1);
  }

  /** Every record but those of some MIDs, in order. */
  *records(without: ReadonlySet<number>): Generator<string> {
    for (let rid = 0; rid < this.meta.count; rid++) {
      const record = this.read(rid);
      if (!without.has(placeOf(record).mid)) yield record;
    }
  }

  strings(name: FieldName): Strings {
    let field = this.fields.get(name);
    if (!field) {
      field = new Strings(this.file, name, this.lists);
      this.fields.set(name, field);
    }
    return field;
  }

  read(rid: number): string {
    const starts = this.starts.view(rid * 4, 8);
    const from = starts.readUInt32LE(0);
    return this.recordBytes.view(from, starts.readUInt32LE(4) - from).toString();
  }

  receivedAt(rid: number): number {
    return this.meta.day + this.received.int(rid);
  }

  /** Rows within the range that come after `before` in the order of answers. */
  rowsIn(range: Range, before?: Placed): Rows {
    const lo = range.from <= this.oldest ? 0 : this.firstAt(range.from);
    const hi = range.to > this.newest ? this.meta.count : this.firstAt(range.to);
    if (!before || before.received > this.newest) return { lo, hi };
    let end = this.firstAt(before.received);
    while (end < hi && this.receivedAt(end) === before.received && this.place(end).mid < before.mid) end++;
    return { lo, hi: Math.min(hi, end) };
  }

  private rowOf(mid: number): number {
    for (const { entry } of this.table.postings(this.hash(KIND.mid, String(mid)))) {
      const list = new List(entry, this.lists);
      for (let rid = list.next(); rid >= 0; rid = list.next()) if (this.place(rid).mid === mid) return rid;
    }
    return -1;
  }

  private firstAt(at: number): number {
    let lo = 0;
    let hi = this.meta.count;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (this.receivedAt(middle) < at) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }

  /** All rows, and of those that are not shown it is known which values they have. */
  private isWhole = ({ lo, hi }: Rows): boolean =>
    lo === 0 && hi === this.meta.count && this.meta.hidden.length === 0;

  /** `gone`: how many rows of the list are not shown, if all others count. */
  private walk(list: List, rows: Rows, limit: number, gone: number | undefined): Found {
    const rids: number[] = [];
    let count = 0;
    for (let rid = list.next(); rid >= rows.lo; rid = list.next()) {
      if (rid >= rows.hi || this.dropped.has(rid)) continue;
      if (rids.length === limit && gone !== undefined)
        return { count: list.count - gone, hits: this.hits(rids) };
      count++;
      if (rids.length < limit) rids.push(rid);
    }
    return { count, hits: this.hits(rids) };
  }

  private union(postings: readonly Posting[]): Bits {
    const bits = emptyBits(this.meta.count);
    for (const { entry } of postings) new List(entry, this.lists).mark(bits);
    return bits;
  }

  private found(bits: Bits, rows: Rows, limit: number): Found {
    clip(bits, rows.lo, Math.max(rows.lo, rows.hi));
    for (const rid of this.dropped) clearBit(bits, rid);
    return { count: countBits(bits), hits: this.hits(highest(bits, limit)) };
  }

  private keepFlags(bits: Bits, tests: FlagTest[]): void {
    eachBit(bits, (rid) => {
      if (!flagsPass(this.flags.int(rid), tests)) clearBit(bits, rid);
    });
  }

  private hits(rids: number[]): Hit[] {
    return rids.map((rid) => {
      const record = this.read(rid);
      return { ...placeOf(record), record };
    });
  }

  private place(rid: number): Placed {
    return placeOf(this.read(rid));
  }
}

/** MID and time stand first in every record. */
export function placeOf(record: string): Placed {
  const comma = record.indexOf(',');
  const mid = Number(record.slice(1, comma));
  return { mid, received: Number(record.slice(comma + 1, record.indexOf(',', comma + 1))) };
}
