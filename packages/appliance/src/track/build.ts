/** Builds a segment: messages in order of time go in, an immutable indexed file comes out. */
import type { TrackRow } from '@sightline/api';
import { bloomAdd, emptyBloom } from './bloom.ts';
import { Bytes } from './bytes.ts';
import { FieldBuilder } from './field.ts';
import { FileWriter } from './file.ts';
import { type Hasher, high, low } from './hash.ts';
import { hashAt, Ints, type Pairs, sortPairs } from './ints.ts';
import { valuesOf } from './keys.ts';
import { countOf, writeList } from './list.ts';
import { FIELD_NAMES, type FieldName, fieldOf, flagsOf, HASHED, KIND } from './terms.ts';

/** A message as it is stored. */
export interface Stored {
  mid: number;
  received: number;
  /** As `encodeRecord` writes it. */
  record: string;
  /** Undefined as long as the message is not to be shown: its `accepted` event is missing. */
  row: TrackRow | undefined;
}

/** What a segment says about itself. */
export interface SegmentMeta {
  version: 1;
  /** Later numbers hold the later version of a message. */
  number: number;
  /** First moment of the UTC day of all its messages. */
  day: number;
  count: number;
  oldest: number;
  newest: number;
  /** Not in segments of older versions of this program. */
  minMid?: number;
  maxMid: number;
  /** Messages that older segments hold an older version of. */
  over: number[];
  /** Rows that are not to be shown. */
  hidden: number[];
  /** Tells whether the hashes were made with the store's key. */
  keyCheck: number;
}

/** Entries of the hash table: 6 bytes hash, 4 bytes list entry, 1 byte number of rows (0: more than it can hold). */
export const ENTRY = 11;
/** Entries a block; the index holds the first hash of each. */
export const ENTRIES = 128;

/** Bytes that are collected before they are written. */
const PIECE = 1 << 20;

const fewRows = (count: number): number => (count < 256 ? count : 0);

export class SegmentBuilder {
  private readonly file: FileWriter;
  private readonly hash: Hasher;
  private readonly writeRecords: (bytes: Uint8Array) => void;
  private records = new Bytes();
  private recordBytes = 0;
  private readonly starts = new Ints();
  private readonly received: number[] = [];
  private readonly flags = new Ints();
  private readonly hi = new Ints();
  private readonly lo = new Ints();
  private readonly value = new Ints();
  private readonly fields = new Map(
    FIELD_NAMES.map((name): [FieldName, FieldBuilder] => [name, new FieldBuilder()]),
  );
  private readonly lists = new Bytes();
  private readonly hidden: number[] = [];
  private minMid = Number.MAX_SAFE_INTEGER;
  private maxMid = 0;

  constructor(path: string, hash: Hasher) {
    this.file = new FileWriter(path);
    this.hash = hash;
    this.writeRecords = this.file.stream('record');
  }

  get count(): number {
    return this.received.length;
  }

  /** Messages come in order of `received`, then MID. */
  add(m: Stored): void {
    const rid = this.count;
    this.received.push(m.received);
    this.minMid = Math.min(this.minMid, m.mid);
    this.maxMid = Math.max(this.maxMid, m.mid);
    this.store(m.record);
    this.flags.push(m.row ? flagsOf(m.row) : 0);
    if (m.row) this.index(m.row, rid);
    else {
      this.hidden.push(rid);
      this.pair(this.hash(KIND.mid, String(m.mid)), rid);
    }
  }

  /** Writes the indexes and closes the file. Returns its size in bytes. */
  finish(number: number, day: number, over: number[]): number {
    this.flush();
    this.starts.push(this.recordBytes);
    this.file.numbers('start', this.starts.view());
    this.file.numbers(
      'received',
      Uint32Array.from(this.received, (at) => at - day),
    );
    this.file.numbers('flags', this.flags.view());
    this.finishFields();
    this.finishHashes();
    this.file.section('list', this.lists.view());
    return this.file.finish({
      version: 1,
      number,
      day,
      count: this.count,
      oldest: this.received[0] ?? 0,
      newest: this.received.at(-1) ?? 0,
      minMid: this.minMid,
      maxMid: this.maxMid,
      over,
      hidden: this.hidden,
      keyCheck: this.hash(0, ''),
    } satisfies SegmentMeta);
  }

  /** Removes what was written. */
  abandon(): void {
    this.file.abandon();
  }

  private store(record: string): void {
    this.starts.push(this.recordBytes);
    const before = this.records.length;
    this.records.text(record);
    this.recordBytes += this.records.length - before;
    if (this.records.length >= PIECE) this.flush();
  }

  private flush(): void {
    this.writeRecords(this.records.view());
    this.records.length = 0;
  }

  private index(row: TrackRow, rid: number): void {
    for (const key of HASHED) {
      const values = valuesOf[key](row);
      for (const [i, value] of values.entries())
        if (value !== '' && values.indexOf(value) === i) this.pair(this.hash(KIND[key], value), rid);
    }
    for (const [name, field] of this.fields)
      for (const value of fieldOf(name).values(row)) field.add(value, rid);
  }

  private pair(hash: number, value: number): void {
    this.hi.push(high(hash));
    this.lo.push(low(hash));
    this.value.push(value);
  }

  /** Fields whose strings are keys too share their lists with the hash table: entries, marked by `shared`. */
  private readonly shared = { hi: new Ints(), lo: new Ints(), value: new Ints() };

  private finishFields(): void {
    for (const [name, field] of this.fields) {
      const { key, contains, keyText } = fieldOf(name);
      field.finish(this.file, name, this.lists, contains, (text, entry) => {
        if (!key) return;
        const hash = this.hash(KIND[key], keyText ? keyText(text) : text);
        this.shared.hi.push(high(hash));
        this.shared.lo.push(low(hash));
        this.shared.value.push(entry);
      });
    }
  }

  private finishHashes(): void {
    const table = this.table();
    const count = table.hi.length;
    const bytes = Buffer.allocUnsafe(count * ENTRY);
    const index = new Float64Array(Math.ceil(count / ENTRIES));
    const bloom = emptyBloom(count);
    const lists = this.lists.view();
    for (let i = 0; i < count; i++) {
      const hash = hashAt(table, i);
      if (i % ENTRIES === 0) index[i / ENTRIES] = hash;
      bloomAdd(bloom, hash);
      bytes.writeUInt16LE(table.hi[i] as number, i * ENTRY);
      bytes.writeUInt32LE(table.lo[i] as number, i * ENTRY + 2);
      bytes.writeUInt32LE(table.value[i] as number, i * ENTRY + 6);
      bytes[i * ENTRY + 10] = fewRows(countOf(table.value[i] as number, lists));
    }
    this.file.section('hash', bytes);
    this.file.numbers('index', index);
    this.file.numbers('bloom', bloom);
  }

  /** All hashes with their list entries, sorted. */
  private table(): Pairs {
    const pairs = sortPairs({ hi: this.hi.view(), lo: this.lo.view(), value: this.value.view() });
    const { hi, lo, value } = this.shared;
    for (let from = 0; from < pairs.hi.length; ) {
      let to = from + 1;
      while (to < pairs.hi.length && pairs.lo[to] === pairs.lo[from] && pairs.hi[to] === pairs.hi[from]) to++;
      hi.push(pairs.hi[from] as number);
      lo.push(pairs.lo[from] as number);
      value.push(writeList(this.lists, pairs.value, from, to));
      from = to;
    }
    return sortPairs({ hi: hi.view(), lo: lo.view(), value: value.view() });
  }
}
