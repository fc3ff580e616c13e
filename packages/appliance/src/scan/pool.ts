/** Parses messages in worker threads. A message that takes too long or kills its worker costs only its own scan. */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { parseLight } from './parse.ts';
import { add, nothing, type Part, type Scanned, type Source, type Wanted } from './scanned.ts';
import type { Answer, Order } from './worker.ts';

export interface ScanLimits {
  workers: number;
  /** Wall time for one message, milliseconds. */
  wallMs: number;
  /** Time in the line before a message goes unscanned, milliseconds. */
  waitMs: number;
  /** Heap of one worker, MiB. */
  heapMiB: number;
}

const SCAN_LIMITS: ScanLimits = { workers: 2, wallMs: 10_000, waitMs: 60_000, heapMiB: 256 };

interface Pool {
  /** Never fails: what could not be read is said by `parse`. */
  scan(source: Source, wanted?: Wanted): Promise<Scanned>;
  close(): Promise<void>;
}

interface Job {
  source: Source;
  wanted: Wanted | undefined;
  found: Scanned;
  resolve(found: Scanned): void;
  timer: NodeJS.Timeout;
}

interface Seat {
  worker: Worker | undefined;
  id: number;
  job: Job | undefined;
}

/** What takes less time to read than to hand to a thread is read here. */
function readLight(source: Source, wanted: Wanted | undefined): Scanned | undefined {
  if (!('bytes' in source)) return undefined;
  const { buffer, byteOffset, byteLength } = source.bytes;
  const found = nothing();
  try {
    const done = parseLight(Buffer.from(buffer, byteOffset, byteLength), (part) => add(found, part), wanted);
    return done && { ...found, parse: done };
  } catch {
    return undefined;
  }
}

export class ScanPool implements Pool {
  readonly #limits: ScanLimits;
  readonly #log: Logger;
  readonly #seats: Seat[];
  #line: Job[] = [];
  #id = 0;
  #closed = false;

  constructor(log: Logger, limits: Partial<ScanLimits> = {}) {
    this.#limits = { ...SCAN_LIMITS, ...limits };
    this.#log = log;
    this.#seats = Array.from({ length: this.#limits.workers }, () => ({
      worker: undefined,
      id: 0,
      job: undefined,
    }));
  }

  scan(source: Source, wanted?: Wanted): Promise<Scanned> {
    const light = readLight(source, wanted);
    if (light) return Promise.resolve(light);
    return new Promise((resolve) => {
      const job: Job = {
        source,
        wanted,
        found: nothing(),
        resolve,
        timer: this.#after(this.#limits.waitMs, () => leave()),
      };
      const leave = (): void => {
        this.#line = this.#line.filter((one) => one !== job);
        this.#log.warn('a message waited too long for its scan');
        resolve(job.found);
      };
      this.#line.push(job);
      this.#seat();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#line.splice(0)) this.#resolve(job);
    await Promise.all(this.#seats.map((seat) => this.#stop(seat)));
  }

  #after(ms: number, run: () => void): NodeJS.Timeout {
    return setTimeout(run, ms).unref();
  }

  #seat(): void {
    for (const seat of this.#seats) {
      if (seat.job || this.#closed) continue;
      const job = this.#line.shift();
      if (!job) return;
      this.#give(seat, job);
    }
  }

  #give(seat: Seat, job: Job): void {
    clearTimeout(job.timer);
    seat.job = job;
    seat.id = ++this.#id;
    seat.worker ??= this.#hire(seat);
    const { source, wanted } = job;
    const wallMs = wanted ? wanted.limits.seconds * 1000 : this.#limits.wallMs;
    job.timer = this.#after(wallMs, () => this.#fail(seat, 'time'));
    seat.worker.postMessage({ id: seat.id, source, ...(wanted ? { wanted } : {}) } satisfies Order);
  }

  #hire(seat: Seat): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: this.#limits.heapMiB,
        // What a message leaves behind is swept early: half the memory of two threads under attack.
        maxYoungGenerationSizeMb: 24,
        stackSizeMb: 4,
      },
    });
    worker.unref();
    worker.on('message', (answer: Answer) => this.#hear(seat, answer));
    worker.on('error', (error) => {
      if (seat.worker === worker) this.#fail(seat, error.message);
    });
    worker.on('exit', () => {
      if (seat.worker === worker) this.#fail(seat, 'exit');
    });
    return worker;
  }

  #hear(seat: Seat, answer: Answer): void {
    const job = seat.job;
    if (!job || answer.id !== seat.id) return;
    if ('part' in answer) {
      add(job.found, answer.part);
      if (answer.part.kind === 'headers') job.found.parse = 'partial';
      return;
    }
    if ('parts' in answer) for (const part of JSON.parse(answer.parts) as Part[]) add(job.found, part);
    job.found.parse = answer.done;
    this.#finish(seat, job);
  }

  #fail(seat: Seat, reason: string): void {
    const job = seat.job;
    void this.#stop(seat);
    if (!job) return;
    this.#log.warn({ reason }, 'a message could not be scanned to its end');
    this.#finish(seat, job);
  }

  #finish(seat: Seat, job: Job): void {
    seat.job = undefined;
    this.#resolve(job);
    this.#seat();
  }

  #resolve(job: Job): void {
    clearTimeout(job.timer);
    job.resolve(job.found);
  }

  async #stop(seat: Seat): Promise<void> {
    const worker = seat.worker;
    seat.worker = undefined;
    await worker?.terminate();
  }
}
