/** How often something may happen within a minute, by key. */
import { fail } from '@sightline/api';

const MINUTE = 60_000;
/** Keys remembered at most; beyond it the oldest are forgotten. */
const KEYS = 10_000;

export interface Quota {
  /**
   * Counts one use of `key` and returns the function that takes it back. Throws `too_many_requests` when the key
   * was used `limit` times within the last minute.
   */
  use(key: string): () => void;
}

export function quota(limit: number, clock: () => number): Quota {
  const uses = new Map<string, number[]>();
  return {
    use: (key) => {
      const now = clock();
      const recent = (uses.get(key) ?? []).filter((at) => at > now - MINUTE);
      uses.delete(key);
      uses.set(key, recent);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= limit)
        throw fail('too_many_requests', { seconds: String(Math.ceil((oldest + MINUTE - now) / 1000)) });
      recent.push(now);
      forgetOldest(uses);
      return () => takeBack(recent, now);
    },
  };
}

function forgetOldest(uses: Map<string, number[]>): void {
  if (uses.size <= KEYS) return;
  const [first] = uses.keys();
  if (first !== undefined) uses.delete(first);
}

function takeBack(recent: number[], at: number): void {
  const i = recent.indexOf(at);
  if (i >= 0) recent.splice(i, 1);
}
