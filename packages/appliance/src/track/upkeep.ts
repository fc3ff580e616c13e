/** What is done to the files in the background, one after another: sealing, redaction, backups, merging. */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { JournalCopy } from './backup.ts';
import type { Job, JobResult } from './job.ts';
import { journalPath } from './manifest.ts';
import { chooseMerge } from './merge.ts';
import type { Recent } from './recent.ts';
import type { Segment } from './segment.ts';
import { inputOf, type Shelf } from './shelf.ts';

/** A journal with what it holds. */
export interface Memory {
  journal: number;
  recent: Recent;
}

/** Carries out a job; it is asked for one at a time. */
export type Run = (job: Job) => Promise<JobResult>;

interface Backup {
  to: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Options {
  run: Run;
  /** Messages of the largest segment that merging makes. */
  mergeTo: number;
  /** Tells which days are over. */
  now: () => number;
  /** The journal that takes what is appended, up to its last whole frame. */
  active: () => JournalCopy;
  /** Messages that were carried over into memory and are not in a journal yet. */
  unwritten: () => ReadonlySet<number>;
}

/** Bytes of the files whose indexes are read ahead: the indexes are a sixth of them. */
const READ_AHEAD = 6 * 2 ** 30;

export class Upkeep {
  /** Being sealed, oldest first. */
  readonly frozen: Memory[] = [];
  closing = false;
  private readonly shelf: Shelf;
  private readonly options: Options;
  private readonly backups: Backup[] = [];
  /** Addresses that no journal holds any more that is not sealed with them taken out. */
  private readonly ready = new Set<string>();
  /** Segments that were written or looked through with all addresses of the manifest in mind. */
  private readonly clean = new Set<number>();
  private working: Promise<void> | undefined;
  /** Not read ahead yet, newest last. */
  private readonly cold: number[];
  /** Something may have come since there was last nothing to do. */
  private wanted = false;

  constructor(shelf: Shelf, options: Options) {
    this.shelf = shelf;
    this.options = options;
    this.cold = newestFiles(shelf.segments);
  }

  /** Works as long as there is something to do. */
  start(): void {
    this.wanted = true;
    if (this.working) return;
    this.working = this.work();
    // whoever waits for it is told; the next journal tries again
    this.working.catch(() => {});
  }

  /** Resolves when what is under way is done. Rejects with what keeps it from being done (disk full). */
  get done(): Promise<void> | undefined {
    return this.working;
  }

  backup(to: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.backups.push({ to, resolve, reject });
      this.start();
    });
  }

  /** Begins: from now on whatever is written is written without the address. */
  async order(address: string): Promise<void> {
    await this.shelf.commit(({ redact }) => ({ redact: [...new Set([...redact, address])] }));
    this.clean.clear();
  }

  /** All that came before the order is in frozen journals or segments: resolves when it is gone from them. */
  async redact(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) this.ready.add(address);
    while (addresses.some((address) => this.shelf.manifest.redact.includes(address))) {
      if (this.closing)
        throw new Error('message tracking is closed; the redaction goes on at the next start');
      this.start();
      await this.working;
    }
  }

  private async work(): Promise<void> {
    await undefined;
    try {
      while (this.wanted && !this.closing) {
        this.wanted = false;
        for (let more = true; more && !this.closing; ) more = await this.next();
      }
    } finally {
      this.working = undefined;
    }
  }

  /** False if there was nothing to do. */
  private async next(): Promise<boolean> {
    const [oldest] = this.frozen;
    const [backup] = this.backups;
    if (oldest) await this.seal(oldest);
    else if (backup) await this.copy(backup);
    else if (this.shelf.manifest.redact.some((address) => this.ready.has(address))) await this.redactSome();
    else if (this.cold.length > 0) await this.readAhead(this.cold.pop() as number);
    else return this.mergeSome();
    return true;
  }

  /** After the start, one segment after the other. */
  private async readAhead(segment: number): Promise<void> {
    // a file may be gone by then; nothing depends on it
    await this.options.run({ ...this.shelf.place(), do: 'read ahead', segment }).catch(() => []);
  }

  private async seal({ journal, recent }: Memory): Promise<void> {
    const { shelf } = this;
    shelf.step('seal');
    const place = shelf.place();
    const made = await this.options.run({
      ...place,
      do: 'seal',
      journal,
      passedOver: [...recent.passedOver],
    });
    const segments = shelf.opened(made);
    await shelf.commit((now) => ({
      next: now.next + made.length,
      segments: [...now.segments, ...made],
      journals: now.journals.filter((n) => n !== journal),
    }));
    for (const mid of recent.droppedMids) for (const s of segments) s.drop(mid);
    shelf.segments.push(...segments);
    this.frozen.shift();
    this.cleaned(place.redact, made);
    shelf.step('remove journal');
    await rm(journalPath(shelf.dir, journal));
  }

  private async copy(backup: Backup): Promise<void> {
    const { manifest, dir } = this.shelf;
    const active = this.options.active();
    const journals = manifest.journals.map((number) =>
      number === active.number ? active : { number, bytes: statSync(journalPath(dir, number)).size },
    );
    try {
      await this.options.run({ ...this.shelf.place(), do: 'backup', to: backup.to, manifest, journals });
      backup.resolve();
    } catch (error) {
      backup.reject(error);
    } finally {
      this.backups.shift();
    }
  }

  /** One segment, or the end of it. */
  private async redactSome(): Promise<void> {
    const { shelf } = this;
    const dirty = shelf.segments.find((s) => !this.clean.has(s.meta.number));
    if (!dirty) {
      const done = new Set(this.ready);
      await shelf.commit(({ redact }) => ({ redact: redact.filter((address) => !done.has(address)) }));
      for (const address of done) this.ready.delete(address);
      return;
    }
    shelf.step('redact');
    const place = shelf.place();
    const input = inputOf(dirty, this.options.unwritten());
    const made = await this.options.run({ ...place, do: 'redact', input });
    if (!made.includes(input.segment)) await shelf.exchange([input], made);
    this.cleaned(place.redact, made);
  }

  /** What was made is clean, unless another address was ordered meanwhile. */
  private cleaned(addresses: readonly string[], made: readonly number[]): void {
    if (addresses === this.shelf.manifest.redact) for (const n of made) this.clean.add(n);
  }

  private async mergeSome(): Promise<boolean> {
    const { shelf, options } = this;
    const all = shelf.segments.map((s) => ({ ...s.meta, size: s.file.size }));
    const chosen = new Set(chooseMerge(all, options.now(), options.mergeTo).map((m) => m.number));
    if (chosen.size === 0) return false;
    const unwritten = options.unwritten();
    const inputs = shelf.segments.filter((s) => chosen.has(s.meta.number)).map((s) => inputOf(s, unwritten));
    shelf.step('merge');
    await shelf.exchange(inputs, await options.run({ ...shelf.place(), do: 'merge', inputs }));
    return true;
  }
}

/** Numbers of the newest segments, oldest first, as many as are read ahead. */
function newestFiles(segments: readonly Segment[]): number[] {
  let left = READ_AHEAD;
  const newestFirst = segments.toSorted((a, b) => b.newest - a.newest);
  const chosen = newestFirst.filter(({ file }) => {
    left -= file.size;
    return left >= 0;
  });
  return chosen.map((s) => s.meta.number).reverse();
}
