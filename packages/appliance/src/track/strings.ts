/** A field of a segment when it is read: which strings pass a test, and the rows that hold them. */
import { type Bits, hasBit, setBit } from './bits.ts';
import type { FileReader } from './file.ts';
import { BLOCK, type GramSource, gramIds, SEPARATOR } from './gram.ts';
import { List, type ListBytes } from './list.ts';
import type { FieldTest } from './plan.ts';
import { Window } from './window.ts';

/** Of a binary search over blocks: the blocks of the first steps are few. */
const KEPT_STEPS = 7;

export class Strings {
  readonly count: number;
  private readonly file: FileReader;
  private readonly name: string;
  private readonly lists: ListBytes;
  private readonly blocks: Uint32Array;
  private readonly entries: Window;
  private readonly text: Window;
  private readonly firsts = new Map<number, string>();

  constructor(file: FileReader, name: string, lists: ListBytes) {
    this.file = file;
    this.name = name;
    this.lists = lists;
    this.count = file.length(`${name}.entry`) >>> 2;
    this.blocks = file.ints(`${name}.block`);
    this.entries = new Window(file, `${name}.entry`, 8192);
    this.text = new Window(file, `${name}.text`, 8192);
  }

  /** Sets the bits of all rows that hold a string that passes. */
  mark(test: FieldTest, bits: Bits): void {
    if (test.op === 'contains') for (const id of this.containing(test.text)) this.markId(id, bits);
    else {
      const [from, to] = this.between(test);
      for (let id = from; id < to; id++) this.markId(id, bits);
    }
  }

  /** Tells the strings that more than `over` of the rows hold, in order. */
  counts(rows: Bits, over: number, tell: (text: string, count: number) => void): void {
    for (let block = 0; block * BLOCK < this.count; block++) {
      let strings: string[] | undefined;
      const end = Math.min(this.count, (block + 1) * BLOCK);
      for (let id = block * BLOCK; id < end; id++) {
        const count = this.countOf(id, rows, over);
        if (count <= over) continue;
        strings ??= this.strings(block);
        tell(strings[id % BLOCK] as string, count);
      }
    }
  }

  /** How many of the rows hold a string; 0 where it cannot be more than `over`. */
  private countOf(id: number, rows: Bits, over: number): number {
    const entry = this.entries.int(id);
    if (entry < 0x80000000) return over < 1 && hasBit(rows, entry) ? 1 : 0;
    const list = new List(entry, this.lists);
    return list.count > over ? list.among(rows) : 0;
  }

  /** Every string with its list, in order. */
  *all(): Generator<[text: string, list: List]> {
    for (let block = 0; block * BLOCK < this.count; block++)
      for (const [i, text] of this.strings(block).entries())
        yield [text, new List(this.entries.int(block * BLOCK + i), this.lists)];
  }

  private markId(id: number, bits: Bits): void {
    const entry = this.entries.int(id);
    if (entry < 0x80000000) setBit(bits, entry);
    else new List(entry, this.lists).mark(bits);
  }

  /** Ids whose strings lie in a span or begin with a text: they stand together. */
  private between(test: FieldTest): [from: number, to: number] {
    if (test.op === 'span')
      return [this.firstWhere((s) => s >= test.first), this.firstWhere((s) => s > test.last)];
    const { text } = test;
    return [this.firstWhere((s) => s >= text), this.firstWhere((s) => s >= text && !s.startsWith(text))];
  }

  /** The first id whose string passes; from there on all do. */
  private firstWhere(passes: (text: string) => boolean): number {
    let low = 0;
    let high = Math.ceil(this.count / BLOCK);
    for (let step = 0; low < high; step++) {
      const middle = (low + high) >>> 1;
      if (passes(this.first(middle, step < KEPT_STEPS))) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return 0;
    const strings = this.strings(low - 1);
    const i = strings.findIndex(passes);
    return (low - 1) * BLOCK + (i < 0 ? strings.length : i);
  }

  /** The first string of a block; those that every search looks at first are kept. */
  private first(block: number, keep: boolean): string {
    const known = this.firsts.get(block);
    if (known !== undefined) return known;
    const bytes = this.bytes(block);
    const text = bytes.toString('utf8', 0, bytes.indexOf(SEPARATOR));
    if (keep) this.firsts.set(block, text);
    return text;
  }

  private strings(block: number): string[] {
    const bytes = this.bytes(block);
    const strings: string[] = [];
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(SEPARATOR, from);
      strings.push(bytes.toString('utf8', from, end));
      from = end + 1;
    }
    return strings;
  }

  private bytes(block: number): Buffer {
    const from = this.blocks[block] as number;
    return this.text.view(from, (this.blocks[block + 1] as number) - from);
  }

  private containing(text: string): number[] {
    const needle = Buffer.from(text);
    const candidates = this.candidates(needle);
    const found: number[] = [];
    if (candidates === undefined) {
      for (let block = 0; block * BLOCK < this.count; block++) this.inBlock(block, needle, found);
      return found;
    }
    for (let i = 0; i < candidates.length; ) {
      const block = Math.floor((candidates[i] as number) / BLOCK);
      this.inBlock(block, needle, found);
      while (i < candidates.length && (candidates[i] as number) < (block + 1) * BLOCK) i++;
    }
    return found;
  }

  private candidates(needle: Buffer): number[] | undefined {
    const buckets = (this.file.length(`${this.name}.gram`) >>> 2) - 1;
    if (buckets < 1) return undefined;
    const starts = new Window(this.file, `${this.name}.gram`, 8);
    const source: GramSource = {
      buckets,
      start: (bucket) => starts.int(bucket),
      list: (from, to) => this.file.bytes(`${this.name}.gramlist`, from, to - from),
    };
    return gramIds(source, needle);
  }

  /** Adds the ids of a block's strings that contain the bytes. */
  private inBlock(block: number, needle: Buffer, found: number[]): void {
    const bytes = this.bytes(block);
    let id = block * BLOCK;
    let seen = 0;
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, seen)) {
      for (let end = bytes.indexOf(SEPARATOR, seen); end < at; end = bytes.indexOf(SEPARATOR, seen)) {
        seen = end + 1;
        id++;
      }
      found.push(id++);
      seen = bytes.indexOf(SEPARATOR, at) + 1;
    }
  }
}
