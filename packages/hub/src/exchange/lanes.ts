/** So many at a time, the others in their turn, and none beyond a queue that could not be served in time. */
import { fail } from '@sightline/api';

/** Runs `work` when it is its turn. @throws unavailable when too many wait already */
export type Lanes = <T>(work: () => Promise<T>) => Promise<T>;

export function lanes(count: number, waiting: number): Lanes {
  const queue: (() => void)[] = [];
  let busy = 0;
  const leave = (): void => {
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  };
  return async (work) => {
    if (busy < count) busy += 1;
    else if (queue.length >= waiting) throw fail('unavailable', { seconds: '5' }, RETRY);
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}

const RETRY = { headers: { 'Retry-After': '5' } };
