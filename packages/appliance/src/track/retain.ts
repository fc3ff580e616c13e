/** How long tracking data is kept. */
export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** Start of the UTC day that holds a time. */
export const dayOf = (at: number): number => at - (at % DAY);

/** The first moment that is kept: today and `keepDays` whole days before it. */
export const keptFrom = (now: number, keepDays: number): number => Math.max(0, dayOf(now) - keepDays * DAY);
