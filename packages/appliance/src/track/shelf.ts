/** The segments of the store and the manifest that names all files: the set of files changes here alone. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
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
  private committing: Promise<void> = Promise.resolve();

  private constructor(dir: string, manifest: Manifest, step: (name: string) => void) {
    this.dir = dir;
    this.now = manifest;
    this.hash = hasher(Buffer.from(manifest.key, 'hex'));
    this.step = step;
  }

  /** Opens the segments of a folder, or starts an empty store in it. */
  static async open(dir: string, step: (name: string) => void = () => {}): Promise<Shelf> {
    const manifest = readManifest(dir) ?? (await started(dir));
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

  /** One change after another; `change` is given the manifest as it is when its turn comes. */
  commit(change: (now: Readonly<Manifest>) => Partial<Manifest>): Promise<void> {
    const done = this.committing.then(async () => {
      const manifest = { ...this.now, ...change(this.now) };
      this.step('manifest');
      await writeManifest(this.dir, manifest);
      this.step('manifest written');
      this.now = manifest;
    });
    this.committing = done.catch(() => {});
    return done;
  }

  /** What a job needs to know. */
  place() {
    return { dir: this.dir, key: this.now.key, number: this.now.next, redact: this.now.redact };
  }

  opened(numbers: readonly number[]): Segment[] {
    return numbers.map((n) => new Segment(segmentPath(this.dir, n), this.hash));
  }

  /** Puts segments that were made into the place of others. */
  async exchange(inputs: readonly MergeInput[], made: readonly number[]): Promise<void> {
    const chosen = new Set(inputs.map((i) => i.segment));
    const segments = this.opened(made);
    await this.commit((now) => ({
      next: now.next + made.length,
      segments: [...now.segments.filter((n) => !chosen.has(n)), ...made],
    }));
    const old = this.segments.filter((s) => chosen.has(s.meta.number));
    for (const mid of replacedSince(old, inputs)) for (const s of segments) s.drop(mid);
    this.segments = [...this.segments.filter((s) => !chosen.has(s.meta.number)), ...segments];
    for (const s of old) await this.remove(s);
  }

  /** Removes the segments of the days before. */
  async forgetBefore(from: number): Promise<void> {
    const old = this.segments.filter((s) => s.meta.day + DAY <= from);
    if (from === this.now.from && old.length === 0) return;
    const gone = new Set(old.map((s) => s.meta.number));
    await this.commit((now) => ({ from, segments: now.segments.filter((n) => !gone.has(n)) }));
    this.segments = this.segments.filter((s) => !gone.has(s.meta.number));
    for (const s of old) await this.remove(s);
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

  private async remove(segment: Segment): Promise<void> {
    if (this.asking > 0) this.retired.push(segment);
    else segment.close();
    this.step('remove segment');
    await rm(segmentPath(this.dir, segment.meta.number), { force: true });
  }
}

/** What a job leaves out of a segment: versions whose later one is on the disk. */
export const inputOf = (s: Segment, unwritten: ReadonlySet<number>): MergeInput => ({
  segment: s.meta.number,
  without: [...s.replaced.keys()].filter((mid) => !unwritten.has(mid)),
});

/** MIDs of which a later version came while the segments were being merged. */
function replacedSince(segments: readonly Segment[], inputs: readonly MergeInput[]): number[] {
  return segments.flatMap((s) => {
    const known = new Set(inputs.find((i) => i.segment === s.meta.number)?.without);
    return [...s.replaced.keys()].filter((mid) => !known.has(mid));
  });
}

/** An empty store with a key of its own. */
async function started(dir: string): Promise<Manifest> {
  await createJournal(journalPath(dir, 1));
  const key = randomBytes(8).toString('hex');
  const files = { segments: [], journals: [1] };
  const manifest: Manifest = { version: 1, key, next: 1, from: 0, ...files, redact: [] };
  await writeManifest(dir, manifest);
  return manifest;
}
