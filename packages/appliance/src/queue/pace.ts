/** Recipients an hour: a bucket that fills all the time and holds an hour's worth. */

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
