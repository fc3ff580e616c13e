/** Why mail is not taken now although the disk has room: always for a while (4yz), never for good. */
import type { Config, Reply, Suspension } from '@sightline/api';
import type { Delivery } from './deliver.ts';
import type { Store } from './store.ts';
import type { PageStore } from './store-page.ts';

export interface Pressure {
  /** Asked at MAIL. */
  message(): Reply | undefined;
  /** Asked at RCPT, with the domain in lower-case ASCII. */
  recipient(domain: string): Reply | undefined;
}

export interface PressureParts {
  store: Pick<Store, 'figures'>;
  page: Pick<PageStore, 'waiting'>;
  delivery(): Pick<Delivery, 'hostOf'> | undefined;
  suspension(): Suspension;
  config(): Config;
}

const FRESH_MS = 1000;
const MOST_DOMAINS = 10_000;

const SUSPENDED = { code: 421, status: '4.3.2', text: 'The listener is suspended, try again later.' };
const FULL = { code: 452, status: '4.3.1', text: 'The queue is full, try again later.' };
const DOWN = {
  code: 451,
  status: '4.4.1',
  text: 'The next hop of this domain cannot be reached and its queue is full, try again later.',
};

export function createPressure({ store, page, delivery, suspension, config }: PressureParts): Pressure {
  const queued = fresh(() => store.figures().queued);
  const waiting = new Map<string, () => number>();
  const waitingFor = (domain: string): number => {
    if (waiting.size > MOST_DOMAINS) waiting.clear();
    const known = waiting.get(domain) ?? fresh(() => page.waiting(domain, config().delivery.maxWaiting));
    waiting.set(domain, known);
    return known();
  };
  return {
    message() {
      if (suspension().listeners) return SUSPENDED;
      return queued() >= config().delivery.maxQueued ? FULL : undefined;
    },
    recipient(domain) {
      if (delivery()?.hostOf(domain).host !== 'down') return undefined;
      return waitingFor(domain) >= config().delivery.maxWaiting ? DOWN : undefined;
    },
  };
}

/** A figure that is asked for again after a second, or later where asking takes long. */
function fresh(ask: () => number): () => number {
  let value = 0;
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    const start = performance.now();
    if (start < until) return value;
    value = ask();
    const end = performance.now();
    until = end + Math.max(FRESH_MS, (end - start) * 50);
    return value;
  };
}
