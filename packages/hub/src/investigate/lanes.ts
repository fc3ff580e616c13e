/** Bulkheads: how many questions may be under way at once, for each module and for the whole hub. */
import { fail } from '@sightline/api';

export interface Lanes {
  /** Waits for a place, first come first served; the answer frees it. @throws `too_many_requests`, abort reason */
  enter(key: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  key: string;
  go(): void;
}

/** `each` at once of one key, `all` together, `waiting` more in line. */
export function lanes(each = 8, all = 64, waiting = 500): Lanes {
  const inside = new Map<string, number>();
  let total = 0;
  let line: Waiting[] = [];
  const free = (key: string): boolean => total < all && (inside.get(key) ?? 0) < each;

  const leave = (key: string): void => {
    total -= 1;
    const left = (inside.get(key) ?? 1) - 1;
    if (left > 0) inside.set(key, left);
    else inside.delete(key);
    const next = line.find((one) => free(one.key));
    if (next) {
      line = line.filter((one) => one !== next);
      next.go();
    }
  };
  const take = (key: string): (() => void) => {
    total += 1;
    inside.set(key, (inside.get(key) ?? 0) + 1);
    let left = false;
    return () => {
      if (!left) leave(key);
      left = true;
    };
  };
  const enter = async (key: string, signal: AbortSignal): Promise<() => void> => {
    signal.throwIfAborted();
    if (free(key)) return take(key);
    if (line.length >= waiting) throw fail('too_many_requests', { seconds: '5' });
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        line = line.filter((one) => one !== me);
        reject(signal.reason);
      };
      const me: Waiting = {
        key,
        go() {
          signal.removeEventListener('abort', onAbort);
          resolve(take(key));
        },
      };
      line.push(me);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  };
  return { enter };
}
