/** Waiting between tries so that thousands of appliances do not come back in the same second. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Longest wait before the second try, ms; doubles with every further try. */
  base: number;
  /** Longest wait of all, ms. */
  cap: number;
  /** Longest wait after a connection that had worked, ms. */
  lost: number;
}

export const PACE: Pace = { base: 1000, cap: 300_000, lost: 30_000 };

/** Full jitter: anything between 0 and `base` doubled `tries` times, capped. `random` is in [0, 1). */
export const backoff = (tries: number, pace: Pace, random: () => number): number =>
  random() * Math.min(pace.cap, pace.base * 2 ** Math.min(tries, 30));

/** Resolves true after `ms`, false as soon as `signal` is aborted. Never rejects. */
export async function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
