/** Counts by key within the hour that began with its first event; kept in memory, bounded. */
export interface Hourly {
  /** @returns how many there are with these */
  add(key: string, count?: number): number;
  of(key: string): number;
}

const HOUR_MS = 3_600_000;

export function hourly(clock: () => number, most = 50_000): Hourly {
  const hours = new Map<string, { since: number; count: number }>();
  const open = (key: string): { since: number; count: number } | undefined => {
    const hour = hours.get(key);
    return hour && Math.abs(clock() - hour.since) < HOUR_MS ? hour : undefined;
  };
  return {
    add(key, count = 1) {
      const hour = open(key) ?? { since: clock(), count: 0 };
      hour.count += count;
      hours.delete(key);
      hours.set(key, hour);
      const [oldest] = hours.keys();
      if (hours.size > most && oldest !== undefined) hours.delete(oldest);
      return hour.count;
    },
    of: (key) => open(key)?.count ?? 0,
  };
}
