/** The tracking events of the queue's database on their way to the tracking store; mail never waits for them. */
import { Fault, fail, type TrackEvent } from '@sightline/api';
import type { Logger } from 'pino';
import type { Store } from './store.ts';

const MOST = 500;
/** With as many there is no need to wait for more. */
const ENOUGH = 250;
/** How long `take` waits for something new. */
const LINGER_MS = 1000;
/** How long `stop` waits for somebody who takes to have everything. */
const DRAIN_MS = 2000;
/** What happens within this time goes to tracking together. */
const GATHER_MS = 50;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

export interface Taken {
  events: TrackEvent[];
  /** With these, everything that was committed up to here has been given out; epoch milliseconds. */
  until: number;
}

export interface Outbox {
  /** There may be something new. */
  wake(): void;
  /**
   * Forgets the events up to `done`, which are safe elsewhere. Resolves with the next ones, or with none after a
   * second. They stay in the database until they are done: after a crash the last ones come again.
   */
  take(done: number): Promise<Taken>;
  /** Gives whoever takes a moment to have everything. */
  stop(): Promise<void>;
}

export interface OutboxParts {
  store: Pick<Store, 'events' | 'dropEvents' | 'commit' | 'synced' | 'figures'>;
  /** Epoch milliseconds. */
  clock(): number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function openOutbox({ store, clock }: OutboxParts): Outbox {
  const waiting = new Set<() => void>();
  let stopping = false;
  let stopped = false;
  let asked = Number.NEGATIVE_INFINITY;

  const wake = (): void => {
    for (const go of waiting) go();
  };
  const news = (): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, LINGER_MS);
      waiting.add(go);
    });
  /** Only what is on the disk: after a power cut the number of an event must not be that of another. */
  const next = async (): Promise<Taken> => {
    const now = clock();
    const { events, more } = store.events(MOST);
    const last = events.at(-1);
    await store.synced();
    return { events, until: more && last ? last.at : now };
  };
  return {
    wake,
    async take(done) {
      if (stopped) throw fail('mail_down');
      asked = performance.now();
      if (done > 0) await store.commit(() => store.dropEvents(done));
      const taken = await next();
      if (taken.events.length > 0) return taken;
      await (stopping ? pause(20) : news());
      asked = performance.now();
      return stopped ? taken : next();
    },
    async stop() {
      stopping = true;
      wake();
      const end = performance.now() + DRAIN_MS;
      const taken = (): boolean => performance.now() - asked < 2 * LINGER_MS;
      while (taken() && store.figures().outbox > 0 && performance.now() < end) await pause(5);
      stopped = true;
    },
  };
}

export interface Carrier {
  /** Everything that was committed up to here has been appended. */
  until(): number;
  stop(): Promise<void>;
}

export interface CarrierParts {
  take(done: number): Promise<Taken>;
  /** Idempotent by seq. */
  append(events: TrackEvent[]): Promise<void>;
  /** Told of each failure; it tries again by itself. */
  failed(error: unknown, retryMs: number): void;
}

/** Brings events from an outbox to where they are kept, for as long as it runs. */
export function startCarrier({ take, append, failed }: CarrierParts): Carrier {
  let done = 0;
  let until = 0;
  let retry = FIRST_RETRY_MS;
  let stopped = false;
  let hurry: (() => void) | undefined;
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const move = async (): Promise<void> => {
    const { events, until: to } = await take(done);
    if (stopped) return;
    const last = events.at(-1);
    if (last) {
      await append(events);
      done = last.seq;
    }
    until = Math.max(until, to);
    retry = FIRST_RETRY_MS;
    if (last && events.length < ENOUGH) await rest(GATHER_MS);
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await move();
      } catch (error) {
        if (stopped) return;
        failed(error, retry);
        await rest(retry);
        retry = Math.min(retry * 2, LAST_RETRY_MS);
      }
    }
  };
  const running = run();
  return {
    until: () => until,
    async stop() {
      stopped = true;
      hurry?.();
      await running;
    },
  };
}

/** That the mail process is away is told by whoever is connected with it. */
export const logFailure =
  (log: Logger) =>
  (error: unknown, retryMs: number): void => {
    if (error instanceof Fault && error.code === 'mail_down') return;
    log.error({ err: error, retryMs }, 'tracking does not take events; they wait in the queue');
  };
