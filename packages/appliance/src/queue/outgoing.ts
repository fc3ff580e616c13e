/** The way out put together: delivery, what is written of it, what a person can do to it, and its back-pressure. */
import type { Config, Suspension } from '@sightline/api';
import type { Logger } from 'pino';
import { type QueueCommands, queueCommands } from './commands.ts';
import { type Contact, Delivery, type DeliveryLimits } from './deliver.ts';
import type { Figures } from './figures.ts';
import type { Job } from './lanes.ts';
import { createPressure, type Pressure } from './pressure.ts';
import type { Resolver } from './resolve.ts';
import type { Outcome } from './schedule.ts';
import { settle } from './settle.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';
import { openPageStore } from './store-page.ts';
import { createTally } from './tally.ts';

export interface OutgoingParts {
  store: Store;
  spool: Spool;
  figures: Figures;
  resolver: Resolver;
  config(): Config;
  /** Epoch milliseconds. */
  clock(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  log: Logger;
  limits: DeliveryLimits;
  /** A message has nothing left to do. */
  done(mid: number): void;
  /** The content of a message cannot be used. */
  lost(mid: number, reason: string): Promise<void>;
  /** Something was committed. */
  changed(): void;
}

export interface Outgoing {
  /** Begins to deliver. */
  start(): void;
  /** Lets messages in transfer finish, at most `ms`. */
  stop(ms: number): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** Whether a message is on its way to a next hop. */
  busy(mid: number): boolean;
  commands: QueueCommands;
  pressure: Pressure;
}

export function openOutgoing(parts: OutgoingParts): Outgoing {
  const { store, spool, config, clock, done, changed } = parts;
  const page = openPageStore(store.db);
  const tally = createTally();
  let suspension: Suspension = page.suspension();
  let running: Delivery | undefined;
  const delivery = (): Delivery | undefined => running;
  const settleJob = (job: Job, outcomes: Outcome[], contact?: Contact): Promise<void> =>
    settle({ ...parts, tally }, job, outcomes, contact);
  return {
    start() {
      const suspended = (): Suspension => suspension;
      const open = (mid: number) => spool.open(mid);
      running = new Delivery({ ...parts, open, settle: settleJob, suspended });
    },
    stop: async (ms) => running?.stop(ms),
    wake: () => running?.wake(),
    busy: (mid) => running?.busy(mid) ?? false,
    commands: queueCommands({
      ...parts,
      page,
      tally,
      delivery,
      settle: settleJob,
      done,
      changed,
      suspended: (now) => {
        suspension = now;
      },
      since: new Date(clock()).toISOString(),
    }),
    pressure: createPressure({ store, page, delivery, suspension: () => suspension, config }),
  };
}
