/**
 * The store: a journal that takes events, the same events in memory, and sealed segments. Sealing and merging are
 * done elsewhere (`upkeep.ts`), and the set of files changes in `shelf.ts`.
 */
import { mkdirSync } from 'node:fs';
import type { Lookup, Range, Search, TopSearch, WholeSearch } from '@sightline/api';
import { carriedMid, createJournal, Journal, readJournal, repairJournal } from './journal.ts';
import { journalPath } from './manifest.ts';
import type { Part } from './part.ts';
import { inTurn, type Looked, lookUp, type Searched, search } from './query.ts';
import { Recent } from './recent.ts';
import { redactor } from './redact.ts';
import { dayOf, type Keep, keptFrom } from './retain.ts';
import { placeOf } from './segment.ts';
import { Shelf } from './shelf.ts';
import { slices, take } from './take.ts';
import { type Hours, histogram, type Ranking, top } from './tally.ts';
import { type Memory, type Run, Upkeep } from './upkeep.ts';

export interface EngineOptions {
  dir: string;
  /** Messages in memory before they are sealed. */
  sealAt: number;
  /** Messages of the largest segment that merging makes. */
  mergeTo: number;
  run: Run;
  /** Told what is going to be done to the files, before it is done: for tests of what a crash leaves behind. */
  step?: (name: string) => void;
}

/** Events on their way; `turn`: none, but a new journal is to begin. */
interface Waiting {
  text: string;
  turn?: true;
  since: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Journals that may wait to be sealed before appending waits for them. */
const MOST_FROZEN = 3;
/** Characters of events in memory before they are sealed, however few messages they are of. */
const MOST_LENGTH = 32 * 1024 * 1024;
/** Characters written with one flush to the disk. */
const MOST_TEXT = 4 * 1024 * 1024;

export class Engine {
  private readonly options: EngineOptions;
  private readonly shelf: Shelf;
  private readonly upkeep: Upkeep;
  private active: Memory;
  private file: Journal;
  private waiting: Waiting[] = [];
  private inHand: Waiting[] = [];
  private carried: string[] = [];
  private pumping: Promise<void> | undefined;
  private now = 0;

  private constructor(options: EngineOptions, shelf: Shelf, file: Journal) {
    this.options = options;
    this.shelf = shelf;
    this.file = file;
    this.active = { journal: shelf.manifest.journals.at(-1) ?? 0, recent: new Recent(shelf.hash) };
    this.upkeep = new Upkeep(shelf, {
      run: options.run,
      mergeTo: options.mergeTo,
      now: () => this.now,
      active: () => ({ number: this.active.journal, bytes: this.file.length }),
      unwritten: () => new Set(this.carried.map((line) => carriedMid(line) ?? 0)),
    });
  }

  static async open(options: EngineOptions): Promise<Engine> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const shelf = await Shelf.open(options.dir, options.step);
    const journals = shelf.manifest.journals;
    const file = await Journal.open(journalPath(options.dir, journals.at(-1) ?? 0));
    const engine = new Engine(options, shelf, file);
    engine.load();
    if (shelf.manifest.redact.length > 0) engine.goOn(shelf.manifest.redact).catch(() => {});
    engine.upkeep.start();
    return engine;
  }

  /** Lines of events; on the disk and in every answer when it resolves. */
  append(text: string, now: number): Promise<void> {
    this.now = Math.max(this.now, now);
    return text === '' ? Promise.resolve() : this.enqueue({ text, since: now });
  }

  /** Yields between values. */
  lookup(q: Lookup): Generator<void, Looked[]> {
    return this.shelf.asked(this.lookingUp(q));
  }

  private *lookingUp({ keys, limit, range }: Lookup): Generator<void, Looked[]> {
    const parts = this.parts();
    const kept = this.kept(range);
    const results: Looked[] = [];
    for (const key of keys) {
      if (results.length > 0) yield;
      results.push(lookUp(parts, key, { range: kept, limit }, this.shelf.hash));
    }
    return results;
  }

  /** Yields between pieces of work; `expired` ends it with what it has. */
  search(q: Search, expired: () => boolean): Generator<void, Searched> {
    return this.shelf.asked(search(this.parts(), this.keptOf(q), this.shelf.hash, expired));
  }

  histogram(q: WholeSearch, expired: () => boolean): Generator<void, Hours> {
    return this.shelf.asked(histogram(this.parts(), this.keptOf(q), this.shelf.hash, expired));
  }

  top(q: TopSearch, expired: () => boolean): Generator<void, Ranking[]> {
    return this.shelf.asked(top(this.parts(), this.keptOf(q), this.shelf.hash, expired));
  }

  /** The record of a message in its last version. */
  record(mid: number): string | undefined {
    for (const part of this.latestFirst()) {
      const record = part.record(mid);
      if (record !== undefined)
        return placeOf(record).received < this.shelf.manifest.from ? undefined : record;
    }
    return undefined;
  }

  /** Everything that came in before this moment is in the answers. */
  indexedUntil(now: number): number {
    return (this.inHand[0] ?? this.waiting[0])?.since ?? now;
  }

  /** Forgets days that are no longer to be kept. Throws what keeps segments from being made (disk full). */
  async prune(now: number, keep: Keep): Promise<void> {
    this.now = Math.max(this.now, now);
    this.upkeep.start();
    // a full disk is no reason to keep what is to go
    const trouble = await this.upkeep.done?.then(
      () => undefined,
      (error: unknown) => error,
    );
    const bySize = keep.bytes === undefined ? 0 : this.shelf.fromBySize(keep.bytes);
    await this.shelf.forgetBefore(
      Math.max(this.shelf.manifest.from, keptFrom(now, keep.days), Math.min(bySize, dayOf(this.now))),
    );
    if (trouble) throw trouble;
  }

  /**
   * Takes an address out of everything that came before; what a crash cuts off goes on at the next start. Resolves
   * to the number of messages that had it as sender or recipient, in the envelope or the header.
   */
  async redact(address: string): Promise<number> {
    const { total } = lookUp(this.parts(), { key: 'address', value: address }, EVERYTHING, this.shelf.hash);
    await this.upkeep.order(address);
    await this.goOn([address]);
    return total;
  }

  /** A copy of everything that is confirmed, in another folder. */
  backup(to: string): Promise<void> {
    return this.upkeep.backup(to);
  }

  /** Seals everything that is in memory, and merges what there is to merge. */
  async settle(): Promise<void> {
    await this.pumping;
    if (this.active.recent.count > 0) await this.turn();
    do await this.upkeep.done;
    while (this.upkeep.done);
  }

  async close(): Promise<void> {
    this.upkeep.closing = true;
    await this.pumping;
    await this.upkeep.done?.catch(() => undefined);
    await this.file.close();
    this.shelf.close();
  }

  private parts(): Part[] {
    const frozen = this.upkeep.frozen.map((m) => m.recent);
    return inTurn([this.active.recent, ...frozen, ...this.shelf.segments]);
  }

  /** Later versions come first. */
  private latestFirst(): Part[] {
    return [this.active, ...this.upkeep.frozen.toReversed()]
      .map((m): Part => m.recent)
      .concat(this.shelf.segments.toReversed());
  }

  private kept(range: Range): Range {
    return { from: Math.max(range.from, this.shelf.manifest.from), to: range.to };
  }

  private keptOf<Q extends { range: Range }>(q: Q): Q {
    return { ...q, range: this.kept(q.range) };
  }

  /** Takes the journals into memory again. */
  private load(): void {
    const { dir } = this.options;
    for (const [i, n] of this.shelf.manifest.journals.entries()) {
      if (i > 0) this.upkeep.frozen.push(this.active);
      this.active = { journal: n, recent: new Recent(this.shelf.hash) };
      const { frames, bytes } = readJournal(journalPath(dir, n));
      repairJournal(journalPath(dir, n), bytes);
      for (const frame of frames) for (const _ of this.taking(frame));
      this.carried = pending(this.carried, frames);
    }
  }

  private taking(text: string): Generator<void> {
    const older = () => this.latestFirst().slice(1);
    const clean = redactor(this.shelf.manifest.redact);
    return take(text, this.active.recent, older, (lines) => this.carried.push(...lines), clean);
  }

  /** A new journal begins, then what is sealed is free of the addresses. */
  private async goOn(addresses: readonly string[]): Promise<void> {
    await this.turn();
    await this.upkeep.redact(addresses);
  }

  private turn(): Promise<void> {
    return this.enqueue({ text: '', turn: true, since: this.now });
  }

  private enqueue(what: Pick<Waiting, 'text' | 'turn' | 'since'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...what, resolve, reject });
      this.pumping ??= this.pump();
    });
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
      const turn = batch[0]?.turn ?? false;
      if (turn || this.isFull()) await this.rotate();
      if (!turn) await this.take(batch);
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
    if (this.upkeep.frozen.length < MOST_FROZEN) return;
    this.upkeep.start();
    await this.upkeep.done;
  }

  /** As much as one flush takes; a turn stands alone. */
  private nextBatch(): Waiting[] {
    let length = 0;
    const end = this.waiting.findIndex((w, i) => {
      length += w.text.length;
      return length > MOST_TEXT || (i > 0 && (w.turn ?? this.waiting[0]?.turn));
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(1, end));
  }

  private async take(batch: Waiting[]): Promise<void> {
    const text = batch.map((w) => w.text).join('\n');
    const carried = this.carried;
    this.shelf.step('append');
    await this.file.append([...carried, text].join('\n'));
    this.shelf.step('appended');
    this.carried = this.carried.slice(carried.length);
    await slices(this.taking(text));
  }

  /** Starts a new journal; the old one waits to be sealed. */
  private async rotate(): Promise<void> {
    if (this.carried.length > 0) await this.file.append(this.carried.join('\n'));
    this.carried = [];
    const journal = this.active.journal + 1;
    const path = journalPath(this.options.dir, journal);
    this.shelf.step('new journal');
    await createJournal(path);
    const file = await Journal.open(path);
    try {
      await this.shelf.commit(({ journals }) => ({ journals: [...journals, journal] }));
    } catch (error) {
      await file.close();
      throw error;
    }
    const old = this.file;
    this.file = file;
    this.upkeep.frozen.push(this.active);
    this.active = { journal, recent: new Recent(this.shelf.hash) };
    this.upkeep.start();
    await old.close();
  }
}

/** All times, no records. */
const EVERYTHING = { range: { from: 0, to: Number.MAX_SAFE_INTEGER }, limit: 0 };

/**
 * Carried lines that are not in the journal yet: all of a message's are, or none. They may be there in the words
 * before a redaction.
 */
function pending(carried: string[], frames: readonly string[]): string[] {
  if (carried.length === 0) return carried;
  const written = new Set(frames.flatMap((frame) => frame.split('\n')).map(carriedMid));
  return carried.filter((line) => !written.has(carriedMid(line) ?? 0));
}
