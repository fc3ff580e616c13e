/** Next hops that cannot be reached: they are not asked again for each message, only now and then. */
import type { Reply } from '@sightline/api';

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;

interface Down {
  failures: number;
  since: number;
  until: number;
  reply: Reply;
}

export interface Breaker {
  failed(where: string, reply: Reply, now: number): void;
  /** It was reached; returns whether it had been down. */
  reached(where: string): boolean;
  /** Undefined when it may be tried. */
  down(where: string, now: number): Down | undefined;
  state(where: string): 'up' | 'down' | 'unknown';
}

/** @param first how long a hop is left alone after its first failure, ms; it doubles with each, up to 5 minutes */
export function createBreaker(first: number = FIRST_MS): Breaker {
  const hops = new Map<string, Down | 'up'>();
  return {
    failed(where, reply, now) {
      const before = hops.get(where);
      const failures = before && before !== 'up' ? before.failures + 1 : 1;
      const wait = Math.min(first * 2 ** (failures - 1), LONGEST_MS);
      const since = before && before !== 'up' ? before.since : now;
      hops.set(where, { failures, since, until: now + wait, reply });
    },
    reached(where) {
      const before = hops.get(where);
      hops.set(where, 'up');
      return before !== undefined && before !== 'up';
    },
    down(where, now) {
      const one = hops.get(where);
      return one && one !== 'up' && now < one.until ? one : undefined;
    },
    state(where) {
      const one = hops.get(where);
      return one === undefined ? 'unknown' : one === 'up' ? 'up' : 'down';
    },
  };
}
