/** The segments of the store and the manifest that names all files: the set of files changes here alone. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type Hasher, hasher } from './hash.ts';
import type { MergeInput } from './job.ts';
import { createJournal } from './journal.ts';
import {
  journalPath,
  type Manifest,
  readManifest,
  removeLeftovers,
  segmentPath,
  writeManifest,
} from './manifest.ts';
import { DAY } from './retain.ts';
import { Segment } from './segment.ts';

export class Shelf {
  readonly dir: string;
  readonly hash: Hasher;
  /** Told what is going to be done to the files, before it is done: for tests of what a crash leaves behind. */
  readonly step: (name: string) => void;
  segments: Segment[] = [];
  private now: Manifest;
  /** Removed segments that a question under way may still read. */
  private retired: Segment[] = [];
  private asking = 0;

  private constructor(dir: string, manifest: Manifest, step: (name: string) => void) {
    this.dir = dir;
    this.now = manifest;
    this.hash = hasher(Buffer.from(manifest.key, 'hex'));
    this.step = step;
  }

  /** Opens the segments of a folder, or starts an empty store in it. */
  static open(dir: string, step: (name: string) => void = () => {}): Shelf {
    const manifest = readManifest(dir) ?? started(dir);
    removeLeftovers(dir, manifest);
    const shelf = new Shelf(dir, manifest, step);
    for (const n of manifest.segments.toSorted((a, b) => a - b)) {
      const segment = new Segment(segmentPath(dir, n), shelf.hash);
      for (const mid of segment.meta.over) for (const older of shelf.segments) older.drop(mid);
      shelf.segments.push(segment);
    }
    return shelf;
  }

  get manifest(): Readonly<Manifest> {
    return this.now;
  }

  commit(change: Partial<Manifest>): void {
    const manifest = { ...this.now, ...change };
    this.step('manifest');
    writeManifest(this.dir, manifest);
    this.step('manifest written');
    this.now = manifest;
  }

  /** What a job needs to know. */
  place() {
    return { dir: this.dir, key: this.now.key, number: this.now.next, redact: this.now.redact };
  }

  opened(numbers: readonly number[]): Segment[] {
    return numbers.map((n) => new Segment(segmentPath(this.dir, n), this.hash));
  }

  /** Puts segments that were made into the place of others; returns them. */
  exchange(inputs: readonly MergeInput[], made: readonly number[]): Segment[] {
    const chosen = new Set(inputs.map((i) => i.segment));
    const old = this.segments.filter((s) => chosen.has(s.meta.number));
    const segments = this.opened(made);
    for (const mid of replacedSince(old, inputs)) for (const s of segments) s.drop(mid);
    this.commit({
      next: this.now.next + made.length,
      segments: [...this.now.segments.filter((n) => !chosen.has(n)), ...made],
    });
    this.segments = [...this.segments.filter((s) => !chosen.has(s.meta.number)), ...segments];
    for (const s of old) this.remove(s);
    return segments;
  }

  /** Removes the segments of the days before. */
  forgetBefore(from: number): void {
    const old = this.segments.filter((s) => s.meta.day + DAY <= from);
    if (from === this.now.from && old.length === 0) return;
    const gone = new Set(old.map((s) => s.meta.number));
    this.commit({ from, segments: this.now.segments.filter((n) => !gone.has(n)) });
    this.segments = this.segments.filter((s) => !gone.has(s.meta.number));
    for (const s of old) this.remove(s);
  }

  /** First day that fits into so many bytes, counted from the newest back. */
  fromBySize(most: number): number {
    let left = most;
    for (const s of this.segments.toSorted((a, b) => b.meta.day - a.meta.day)) {
      left -= s.file.size;
      if (left < 0) return s.meta.day + DAY;
    }
    return 0;
  }

  /** Counts a question until it is answered or abandoned. */
  *asked<T>(work: Generator<void, T>): Generator<void, T> {
    this.asking++;
    try {
      return yield* work;
    } finally {
      this.asking--;
      if (this.asking === 0) for (const s of this.retired.splice(0)) s.close();
    }
  }

  close(): void {
    for (const s of [...this.segments, ...this.retired]) s.close();
  }

  private remove(segment: Segment): void {
    if (this.asking > 0) this.retired.push(segment);
    else segment.close();
    this.step('remove segment');
    rmSync(segmentPath(this.dir, segment.meta.number), { force: true });
  }
}

/** What a job leaves out of a segment: the versions that are replaced by now. */
export const inputOf = (s: Segment): MergeInput => ({
  segment: s.meta.number,
  without: [...s.replaced.keys()],
});

/** MIDs of which a later version came while the segments were being merged. */
function replacedSince(segments: readonly Segment[], inputs: readonly MergeInput[]): number[] {
  return segments.flatMap((s) => {
    const known = new Set(inputs.find((i) => i.segment === s.meta.number)?.without);
    return [...s.replaced.keys()].filter((mid) => !known.has(mid));
  });
}

/** An empty store with a key of its own. */
function started(dir: string): Manifest {
  createJournal(journalPath(dir, 1));
  const key = randomBytes(8).toString('hex');
  const files = { segments: [], journals: [1] };
  const manifest: Manifest = { version: 1, key, next: 1, from: 0, ...files, redact: [] };
  writeManifest(dir, manifest);
  return manifest;
}
