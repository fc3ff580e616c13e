/** A searchable field of a segment while it is built: its distinct strings, sorted, and who holds them. */
import type { Bytes } from './bytes.ts';
import type { FileWriter } from './file.ts';
import { buildGrams, joinStrings } from './gram.ts';
import { Ints } from './ints.ts';
import { writeList } from './list.ts';

export class FieldBuilder {
  private readonly ids = new Map<string, number>();
  private readonly strings: string[] = [];
  private readonly id = new Ints();
  private readonly row = new Ints();

  /** Rows come in ascending order; the same text of one row counts once. */
  add(text: string, row: number): void {
    if (text === '') return;
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.strings.length;
      this.ids.set(text, id);
      this.strings.push(text);
    }
    this.id.push(id);
    this.row.push(row);
  }

  /** Writes the field; `visit` is told each string with its list entry, in order of strings. */
  finish(
    file: FileWriter,
    name: string,
    lists: Bytes,
    indexed: boolean,
    visit: (text: string, entry: number) => void,
  ): void {
    const sorted = this.strings.toSorted();
    const { rows, starts } = this.rowsById();
    const entries = new Uint32Array(sorted.length);
    for (const [i, text] of sorted.entries()) {
      const id = this.ids.get(text) as number;
      entries[i] = writeList(lists, rows, starts[id] as number, starts[id + 1] as number);
      visit(text, entries[i] as number);
    }
    const { text, blocks } = joinStrings(sorted);
    file.section(`${name}.text`, text);
    file.numbers(`${name}.block`, blocks);
    file.numbers(`${name}.entry`, entries);
    const grams = indexed ? buildGrams(text, sorted.length) : undefined;
    if (!grams) return;
    file.numbers(`${name}.gram`, grams.starts);
    file.section(`${name}.gramlist`, grams.lists);
  }

  /** Rows of id 0, then those of id 1 …, each once. */
  private rowsById(): { rows: Uint32Array; starts: Uint32Array } {
    const n = this.strings.length;
    const sorted = new Uint32Array(this.id.length);
    const starts = new Uint32Array(n + 1);
    const last = new Int32Array(n).fill(-1);
    const keep = new Uint8Array(this.id.length);
    for (let i = 0; i < this.id.length; i++) {
      const id = this.id.at(i);
      if (last[id] === this.row.at(i)) continue;
      last[id] = this.row.at(i);
      keep[i] = 1;
      starts[id + 1] = (starts[id + 1] as number) + 1;
    }
    for (let id = 0; id < n; id++) starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number);
    const at = starts.slice();
    for (let i = 0; i < this.id.length; i++) {
      if (!keep[i]) continue;
      const id = this.id.at(i);
      const place = at[id] as number;
      sorted[place] = this.row.at(i);
      at[id] = place + 1;
    }
    return { rows: sorted, starts };
  }
}
