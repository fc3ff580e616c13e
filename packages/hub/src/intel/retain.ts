/** How long the store keeps its events, and how many of them: older ones are forgotten in small steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db.ts';
import { dropSeqs, oldEvents, organisationsWithEvents } from './store.ts';

export interface Retention {
  /** Days that an event is kept. */
  days: number;
  /** Events that an organisation has at most; the newest stay. */
  count: number;
}

export const RETENTION: Retention = { days: 365, count: 1_000_000 };

const DAY_MS = 86_400_000;
/** Events of one transaction, so that nobody waits long behind it. */
const STEP = 500;
/** Milliseconds between two steps, in which others write. */
const REST_MS = 20;

/** @returns how many events were forgotten. Ends early, between two steps, when the signal is aborted */
export async function forgetOldEvents(
  db: Db,
  { days, count }: Retention,
  now: number,
  signal?: AbortSignal,
): Promise<number> {
  let forgotten = 0;
  for (const orgId of await organisationsWithEvents(db)) {
    for (let some = STEP; some === STEP && !signal?.aborted; ) {
      const old = await oldEvents(db, orgId, { before: now - days * DAY_MS, beyond: count, limit: STEP });
      await db.transaction().execute((tx) => dropSeqs(tx, old));
      some = old.length;
      forgotten += some;
      if (some === STEP) await sleep(REST_MS);
    }
  }
  return forgotten;
}
