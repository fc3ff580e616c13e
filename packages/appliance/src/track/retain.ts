/** How long tracking data is kept. */
export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** Start of the UTC day that holds a time. */
export const dayOf = (at: number): number => at - (at % DAY);

/** How much is kept. */
export interface Keep {
  /** Today and so many whole UTC days before it. */
  days: number;
  /** Bytes of sealed segments; the oldest days go when there are more, today never. */
  bytes?: number;
}

/** The first moment that is kept: today and `keepDays` whole days before it. */
export const keptFrom = (now: number, keepDays: number): number => Math.max(0, dayOf(now) - keepDays * DAY);
