/** What the connector has seen of the exchange: contact, clock, round trip, questions, the last error. */
import { type Connection, type Obstacle, QUERIES_KEPT } from '@sightline/api';
import type { Asked, RegistrationStore } from './store.ts';

export interface Meter {
  /** Something came from the exchange. */
  contact(): void;
  /** Its clock minus ours and the time that the question took, ms. */
  measured(offset: number, roundTripMs: number): void;
  roundTrip(ms: number): void;
  welcomed(protocol: number): void;
  /** The connection has ended; returns how long it held after the welcome, 0 when there was none, ms. */
  parted(): number;
  failed(obstacle: Obstacle, text: string): void;
  asked(verb: string, ms: number, fault: string): void;
  /** Another exchange, or none: what was seen of this one is no longer of use. */
  forget(): void;
  connected(): boolean;
  lastContact(): string | null;
  /** Clock of the exchange minus ours, ms; 0 when it is not known. */
  offset(): number;
  /** Questions answered since the first start. */
  queries(): number;
  view(connectorVersion: string): Omit<Connection, 'keySince'>;
  /** Writes down what is only in memory. */
  flush(): void;
}

/** Questions are written down so often, ms: after a crash the newest may be missing. */
const FLUSH_MS = 1000;

interface Seen {
  contact: number;
  welcomed: number;
  protocol: number;
  offset: number | null;
  roundTrip: number | null;
  error: Connection['lastError'];
}
const nothing = (): Seen => ({
  contact: 0,
  welcomed: 0,
  protocol: 0,
  offset: null,
  roundTrip: null,
  error: null,
});

export function meter(store: RegistrationStore, clock: () => number): Meter {
  const started = clock();
  const log = questions(store, clock);
  let seen = nothing();
  return {
    contact: () => {
      seen.contact = clock();
    },
    measured: (offset, roundTripMs) => {
      Object.assign(seen, { offset, roundTrip: roundTripMs, contact: clock() });
    },
    roundTrip: (ms) => {
      seen.roundTrip = ms;
    },
    welcomed: (protocol) => {
      Object.assign(seen, { welcomed: clock(), protocol });
    },
    parted: () => {
      const held = seen.welcomed === 0 ? 0 : clock() - seen.welcomed;
      Object.assign(seen, { welcomed: 0, protocol: 0 });
      return held;
    },
    failed: (obstacle, text) => {
      seen.error = { at: iso(clock()), obstacle, text };
    },
    asked: log.add,
    forget: () => {
      seen = nothing();
    },
    connected: () => seen.welcomed > 0,
    lastContact: () => isoOr(seen.contact),
    offset: () => seen.offset ?? 0,
    queries: log.total,
    view: (connectorVersion) => ({
      connected: seen.welcomed > 0,
      since: isoOr(seen.welcomed),
      protocol: seen.protocol,
      connectorVersion,
      lastContact: isoOr(seen.contact),
      roundTripMs: seen.roundTrip,
      skewMs: seen.offset === null ? null : Math.round(seen.offset),
      queries: log.total(),
      queriesSinceStart: log.sinceStart(),
      started: iso(started),
      lastError: seen.error,
      log: log.newest(),
    }),
    flush: log.flush,
  };
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOr = (at: number): string | null => (at === 0 ? null : iso(at));

function questions(store: RegistrationStore, clock: () => number) {
  const before = store.total();
  const kept = store.recorded();
  let unwritten: Asked[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (unwritten.length > 0) store.record(unwritten);
    unwritten = [];
  };
  return {
    add: (verb: string, ms: number, fault: string): void => {
      const asked = { at: clock(), verb, ms, fault };
      count++;
      kept.unshift(asked);
      if (kept.length > QUERIES_KEPT) kept.pop();
      unwritten.push(asked);
      timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    total: (): number => before + count,
    sinceStart: (): number => count,
    newest: () => kept.map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
    flush,
  };
}
