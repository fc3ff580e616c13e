/**
 * The store: a journal that takes events, the same events in memory, and sealed segments. Sealing and merging are
 * done elsewhere; here is decided what is to be done, and here alone the set of files changes, by the manifest.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import type { Lookup, Range, Search, TopSearch, WholeSearch } from '@sightline/api';
import { readAhead } from './ahead.ts';
import { after } from './budget.ts';
import { type Hasher, hasher } from './hash.ts';
import type { Job, JobResult, MergeInput } from './job.ts';
import { createJournal, Journal, readJournal, repairJournal } from './journal.ts';
import {
  journalPath,
  type Manifest,
  readManifest,
  removeLeftovers,
  segmentPath,
  writeManifest,
} from './manifest.ts';
import { chooseMerge } from './merge.ts';
import type { Part } from './part.ts';
import { inTurn, type Looked, lookUp, type Searched, search } from './query.ts';
import { Recent } from './recent.ts';
import { DAY, dayOf, keptFrom } from './retain.ts';
import { placeOf, Segment } from './segment.ts';
import { slices, take } from './take.ts';
import { type Hours, histogram, type Ranking, top } from './tally.ts';

export interface EngineOptions {
  dir: string;
  keepDays: number;
  /** Segments of more bytes are removed from the oldest day on. */
  maxBytes: number;
  /** Messages in memory before they are sealed. */
  sealAt: number;
  /** Messages of the largest segment that merging makes. */
  mergeTo: number;
  /** Carries out a job; it is asked for one at a time. */
  run: (job: Job) => Promise<JobResult>;
  /** Told what is going to be done to the files, before it is done: for tests of what a crash leaves behind. */
  step?: (name: string) => void;
}

/** A journal with what it holds. */
interface Memory {
  journal: number;
  recent: Recent;
}

/** Events on their way. */
interface Waiting {
  text: string;
  since: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Journals that may wait to be sealed before appending waits for them. */
const MOST_FROZEN = 3;
/** Bytes and milliseconds that a start may spend on reading ahead. */
const READ_AHEAD = 1 << 30;
const READ_AHEAD_MS = 1000;
/** Characters of events in memory before they are sealed, however few messages they are of. */
const MOST_LENGTH = 32 * 1024 * 1024;
/** Characters written with one flush to the disk. */
const MOST_TEXT = 4 * 1024 * 1024;

export class Engine {
  private readonly options: EngineOptions;
  private readonly hash: Hasher;
  private manifest: Manifest;
  private segments: Segment[] = [];
  /** Being sealed, oldest first. */
  private frozen: Memory[] = [];
  private active: Memory;
  private file: Journal;
  private waiting: Waiting[] = [];
  private inHand: Waiting[] = [];
  private carried: string[] = [];
  private pumping: Promise<void> | undefined;
  /** Sealing and merging; what made it stop is tried again with the next full journal and with each `prune`. */
  private working: Promise<void> | undefined;
  /** Questions that are being answered; files they may read stay open. */
  private asking = 0;
  private retired: Segment[] = [];
  private closing = false;
  private now = 0;

  private constructor(options: EngineOptions, manifest: Manifest, file: Journal) {
    this.options = options;
    this.manifest = manifest;
    this.hash = hasher(Buffer.from(manifest.key, 'hex'));
    this.file = file;
    this.active = { journal: manifest.journals.at(-1) ?? 0, recent: new Recent(this.hash) };
  }

  static async open(options: EngineOptions): Promise<Engine> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const manifest = readManifest(options.dir) ?? started(options.dir);
    removeLeftovers(options.dir, manifest);
    const file = await Journal.open(journalPath(options.dir, manifest.journals.at(-1) ?? 0));
    const engine = new Engine(options, manifest, file);
    engine.load();
    readAhead(engine.segments, READ_AHEAD, after(READ_AHEAD_MS));
    engine.work();
    return engine;
  }

  /** Lines of events; on the disk and in every answer when it resolves. */
  append(text: string, now: number): Promise<void> {
    this.now = Math.max(this.now, now);
    if (text === '') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ text, since: now, resolve, reject });
      this.pumping ??= this.pump();
    });
  }

  /** Yields between values. */
  lookup(q: Lookup): Generator<void, Looked[]> {
    return this.asked(this.lookingUp(q));
  }

  private *lookingUp({ keys, limit, range }: Lookup): Generator<void, Looked[]> {
    const parts = this.parts();
    const kept = this.kept(range);
    const results: Looked[] = [];
    for (const key of keys) {
      if (results.length > 0) yield;
      results.push(lookUp(parts, key, { range: kept, limit }, this.hash));
    }
    return results;
  }

  /** Yields between pieces of work; `expired` ends it with what it has. */
  search(q: Search, expired: () => boolean): Generator<void, Searched> {
    return this.asked(search(this.parts(), { ...q, range: this.kept(q.range) }, this.hash, expired));
  }

  histogram(q: WholeSearch, expired: () => boolean): Generator<void, Hours> {
    return this.asked(histogram(this.parts(), { ...q, range: this.kept(q.range) }, this.hash, expired));
  }

  top(q: TopSearch, expired: () => boolean): Generator<void, Ranking[]> {
    return this.asked(top(this.parts(), { ...q, range: this.kept(q.range) }, this.hash, expired));
  }

  /** The record of a message in its last version. */
  record(mid: number): string | undefined {
    for (const part of this.latestFirst()) {
      const record = part.record(mid);
      if (record !== undefined) return placeOf(record).received < this.manifest.from ? undefined : record;
    }
    return undefined;
  }

  /** First moment that is shown. */
  get from(): number {
    return this.manifest.from;
  }

  /** Everything that came in before this moment is in the answers. */
  indexedUntil(now: number): number {
    return (this.inHand[0] ?? this.waiting[0])?.since ?? now;
  }

  /** Forgets days that are no longer to be kept. Throws what keeps segments from being made (disk full). */
  async prune(now: number): Promise<void> {
    this.now = Math.max(this.now, now);
    this.work();
    // a full disk is no reason to keep what is to go
    const trouble = await this.working?.then(
      () => undefined,
      (error: unknown) => error,
    );
    this.forgetBefore(
      Math.max(
        this.manifest.from,
        keptFrom(now, this.options.keepDays),
        Math.min(this.fromBySize(), dayOf(this.now)),
      ),
    );
    if (trouble) throw trouble;
  }

  /** Seals everything that is in memory, and merges what there is to merge. */
  async settle(): Promise<void> {
    await this.pumping;
    if (this.active.recent.count > 0) await this.rotate();
    do await this.working;
    while (this.working);
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.pumping;
    await this.working?.catch(() => undefined);
    await this.file.close();
    for (const s of [...this.segments, ...this.retired]) s.close();
  }

  private parts(): Part[] {
    return inTurn([this.active.recent, ...this.frozen.map((m) => m.recent), ...this.segments]);
  }

  /** Later versions come first. */
  private latestFirst(): Part[] {
    return [this.active, ...this.frozen.toReversed()]
      .map((m): Part => m.recent)
      .concat(this.segments.toReversed());
  }

  private kept(range: Range): Range {
    return { from: Math.max(range.from, this.manifest.from), to: range.to };
  }

  /** Opens the segments and takes the journals into memory again. */
  private load(): void {
    const { dir } = this.options;
    for (const n of this.manifest.segments.toSorted((a, b) => a - b)) {
      const segment = new Segment(segmentPath(dir, n), this.hash);
      for (const mid of segment.meta.over) for (const older of this.segments) older.drop(mid);
      this.segments.push(segment);
    }
    for (const [i, n] of this.manifest.journals.entries()) {
      if (i > 0) this.frozen.push(this.active);
      this.active = { journal: n, recent: new Recent(this.hash) };
      const { frames, bytes } = readJournal(journalPath(dir, n));
      repairJournal(journalPath(dir, n), bytes);
      for (const frame of frames) for (const _ of this.taking(frame));
      this.carried = pending(this.carried, frames);
    }
  }

  private taking(text: string): Generator<void> {
    const older = () => this.latestFirst().slice(1);
    return take(text, this.active.recent, older, (lines) => this.carried.push(...lines));
  }

  /** Writes what waits, takes it into memory, and lets it be sealed when there is enough of it. */
  private async pump(): Promise<void> {
    await undefined;
    while (this.waiting.length > 0) await this.pumpOne(this.nextBatch());
    // in one step with the loop's last look: what comes later starts anew
    this.pumping = undefined;
  }

  private async pumpOne(batch: Waiting[]): Promise<void> {
    this.inHand = batch;
    try {
      await this.room();
      if (this.isFull()) await this.rotate();
      await this.take(batch);
      for (const w of batch) w.resolve();
    } catch (error) {
      for (const w of batch) w.reject(error);
    } finally {
      this.inHand = [];
    }
  }

  private isFull(): boolean {
    const { recent } = this.active;
    return recent.count >= this.options.sealAt || recent.length >= MOST_LENGTH;
  }

  /** Waits while too much waits to be sealed. Throws what keeps it from being sealed. */
  private async room(): Promise<void> {
    if (this.frozen.length < MOST_FROZEN) return;
    this.work();
    await this.working;
  }

  private nextBatch(): Waiting[] {
    let length = 0;
    const end = this.waiting.findIndex((w) => {
      length += w.text.length;
      return length > MOST_TEXT;
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(1, end));
  }

  private async take(batch: Waiting[]): Promise<void> {
    const text = batch.map((w) => w.text).join('\n');
    const carried = this.carried;
    this.step('append');
    await this.file.append([...carried, text].join('\n'));
    this.step('appended');
    this.carried = this.carried.slice(carried.length);
    await slices(this.taking(text));
  }

  /** Starts a new journal; the old one waits to be sealed. */
  private async rotate(): Promise<void> {
    if (this.carried.length > 0) await this.file.append(this.carried.join('\n'));
    this.carried = [];
    const journal = this.active.journal + 1;
    const path = journalPath(this.options.dir, journal);
    this.step('new journal');
    createJournal(path);
    const file = await Journal.open(path);
    try {
      this.commit({ journals: [...this.manifest.journals, journal] });
    } catch (error) {
      await file.close();
      throw error;
    }
    const old = this.file;
    this.file = file;
    this.frozen.push(this.active);
    this.active = { journal, recent: new Recent(this.hash) };
    this.work();
    await old.close();
  }

  private commit(change: Partial<Manifest>): void {
    const manifest = { ...this.manifest, ...change };
    this.step('manifest');
    writeManifest(this.options.dir, manifest);
    this.step('manifest written');
    this.manifest = manifest;
  }

  /** Seals and merges as long as there is something to do. */
  private work(): void {
    if (this.working) return;
    this.working = this.workOn();
    // whoever waits for it is told; the next journal tries again
    this.working.catch(() => {});
  }

  private async workOn(): Promise<void> {
    await undefined;
    try {
      for (let more = true; more && !this.closing; ) {
        const [oldest] = this.frozen;
        if (oldest) await this.seal(oldest);
        else more = await this.mergeSome();
      }
    } finally {
      this.working = undefined;
    }
  }

  private step(name: string): void {
    this.options.step?.(name);
  }

  private async seal({ journal, recent }: Memory): Promise<void> {
    this.step('seal');
    const made = await this.options.run({
      ...this.job(),
      do: 'seal',
      journal,
      passedOver: [...recent.passedOver],
    });
    const segments = this.opened(made);
    for (const mid of recent.droppedMids) for (const s of segments) s.drop(mid);
    this.commit({
      next: this.manifest.next + made.length,
      segments: [...this.manifest.segments, ...made],
      journals: this.manifest.journals.filter((n) => n !== journal),
    });
    this.segments.push(...segments);
    this.frozen.shift();
    this.step('remove journal');
    rmSync(journalPath(this.options.dir, journal));
  }

  /** False if there was nothing to do. */
  private async mergeSome(): Promise<boolean> {
    const all = this.segments.map((s) => ({ ...s.meta, size: s.file.size }));
    const chosen = new Set(chooseMerge(all, this.now, this.options.mergeTo).map((m) => m.number));
    if (chosen.size === 0) return false;
    const old = this.segments.filter((s) => chosen.has(s.meta.number));
    const inputs = old.map((s) => ({ segment: s.meta.number, without: [...s.replaced.keys()] }));
    this.step('merge');
    const made = await this.options.run({ ...this.job(), do: 'merge', inputs });
    const segments = this.opened(made);
    for (const mid of replacedSince(old, inputs)) for (const s of segments) s.drop(mid);
    this.commit({
      next: this.manifest.next + made.length,
      segments: [...this.manifest.segments.filter((n) => !chosen.has(n)), ...made],
    });
    this.segments = [...this.segments.filter((s) => !chosen.has(s.meta.number)), ...segments];
    for (const s of old) this.remove(s);
    return true;
  }

  private job() {
    return { dir: this.options.dir, key: this.manifest.key, number: this.manifest.next };
  }

  private opened(numbers: number[]): Segment[] {
    return numbers.map((n) => new Segment(segmentPath(this.options.dir, n), this.hash));
  }

  /** Counts a question until it is answered or abandoned. */
  private *asked<T>(work: Generator<void, T>): Generator<void, T> {
    this.asking++;
    try {
      return yield* work;
    } finally {
      this.asking--;
      if (this.asking === 0) for (const s of this.retired.splice(0)) s.close();
    }
  }

  private remove(segment: Segment): void {
    if (this.asking > 0) this.retired.push(segment);
    else segment.close();
    this.step('remove segment');
    rmSync(segmentPath(this.options.dir, segment.meta.number), { force: true });
  }

  private forgetBefore(from: number): void {
    const old = this.segments.filter((s) => s.meta.day + DAY <= from);
    if (from === this.manifest.from && old.length === 0) return;
    const gone = new Set(old.map((s) => s.meta.number));
    this.commit({ from, segments: this.manifest.segments.filter((n) => !gone.has(n)) });
    this.segments = this.segments.filter((s) => !gone.has(s.meta.number));
    for (const s of old) this.remove(s);
  }

  /** First day that fits into `maxBytes`, counted from the newest back. */
  private fromBySize(): number {
    let left = this.options.maxBytes;
    for (const s of this.segments.toSorted((a, b) => b.meta.day - a.meta.day)) {
      left -= s.file.size;
      if (left < 0) return s.meta.day + DAY;
    }
    return 0;
  }
}

/** MIDs of which a later version came while the segments were being merged. */
function replacedSince(segments: readonly Segment[], inputs: readonly MergeInput[]): number[] {
  return segments.flatMap((s, i) => {
    const known = new Set(inputs[i]?.without);
    return [...s.replaced.keys()].filter((mid) => !known.has(mid));
  });
}

/** Carried lines that are not in the journal yet: all of a message's are, or none. */
function pending(carried: string[], frames: readonly string[]): string[] {
  if (carried.length === 0) return carried;
  const written = new Set(frames.flatMap((frame) => frame.split('\n')));
  return carried.filter((line) => !written.has(line));
}

/** An empty store with a key of its own. */
function started(dir: string): Manifest {
  createJournal(journalPath(dir, 1));
  const key = randomBytes(8).toString('hex');
  const manifest: Manifest = { version: 1, key, next: 1, from: 0, segments: [], journals: [1] };
  writeManifest(dir, manifest);
  return manifest;
}
