/** How fast mail may leave. Recipients an hour: a bucket that fills all the time and holds an hour's worth. */

const HOUR_MS = 3_600_000;

export interface Pace {
  /** Takes `count` out; or says when there will be so many (epoch milliseconds). A limit of 0 is none. */
  take(key: string, count: number, perHour: number, now: number): number | undefined;
}

export function createPace(): Pace {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key, count, perHour, now) {
      if (perHour === 0) return undefined;
      const bucket = buckets.get(key) ?? { left: perHour, at: now };
      const left = Math.min(perHour, bucket.left + ((now - bucket.at) / HOUR_MS) * perHour);
      // More than an hour's worth at once goes when the bucket is full.
      const need = Math.min(count, perHour);
      if (left < need) return now + Math.ceil(((need - left) / perHour) * HOUR_MS);
      buckets.set(key, { left: left - count, at: now });
      return undefined;
    },
  };
}

/**
 * When the next event of a key may be: `most` of them a minute, as many at once after a pause, the others later and
 * evenly. In memory; of more than `keys` keys the one that rested longest is forgotten. Epoch milliseconds.
 */
export function createSpacing(most: number, keys = 10_000): (key: string, now: number) => number {
  const step = 60_000 / most;
  const ends = new Map<string, number>();
  return (key, now) => {
    const end = Math.max(ends.get(key) ?? 0, now);
    ends.delete(key);
    ends.set(key, end + step);
    const [oldest] = ends.keys();
    if (ends.size > keys && oldest !== undefined) ends.delete(oldest);
    return Math.max(now, Math.ceil(end - (most - 1) * step));
  };
}
