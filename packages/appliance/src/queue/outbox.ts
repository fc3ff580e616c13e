/** Moves tracking events from the queue's database to the tracking store; mail never waits for it. */
import type { TrackEvent } from '@sightline/api';
import type { Logger } from 'pino';
import type { Store } from './store.ts';

const MOST = 500;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

export interface Outbox {
  /** There may be something new. */
  wake(): void;
  /** Moves what is there one last time and stops. */
  stop(): Promise<void>;
}

export interface OutboxParts {
  store: Pick<Store, 'events' | 'dropEvents' | 'commit'>;
  /** Idempotent by seq: after a crash the last events come again. */
  append(events: TrackEvent[]): Promise<void>;
  log: Logger;
}

export function startOutbox({ store, append, log }: OutboxParts): Outbox {
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retry = FIRST_RETRY_MS;

  const moveAll = async (): Promise<void> => {
    do {
      again = false;
      const events = store.events(MOST);
      const last = events.at(-1);
      if (!last) return;
      await append(events);
      await store.commit(() => store.dropEvents(last.seq));
      retry = FIRST_RETRY_MS;
      again ||= events.length === MOST;
    } while (again);
  };
  const later = (error: unknown): void => {
    log.error({ err: error, retryMs: retry }, 'tracking does not take events; they wait in the queue');
    if (stopped) return;
    timer = setTimeout(() => {
      timer = undefined;
      wake();
    }, retry);
    retry = Math.min(retry * 2, LAST_RETRY_MS);
  };
  const run = (): Promise<void> =>
    moveAll()
      .catch(later)
      .finally(() => {
        running = undefined;
        if (again) wake();
      });
  const wake = (): void => {
    again = true;
    if (!stopped && !timer) running ??= run();
  };
  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await moveAll().catch(later);
    },
  };
}
