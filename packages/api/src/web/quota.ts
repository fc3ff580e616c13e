/** So many events a key may have within any stretch of time; kept in memory, bounded. */
import { fail } from '../error.ts';

export interface Quota {
  /** Throws `too_many_requests` when this key has used all it may. `now` in epoch milliseconds. */
  check(key: string, now: number): void;
  /** Counts one event of this key; throws like `check` when there was none left. @returns how many there are */
  take(key: string, now: number): number;
  /** Takes back an event that was counted at `now`. */
  back(key: string, now: number): void;
}

/** `count` events within `seconds`, for at most `keys` keys: beyond them the one that rested longest is forgotten. */
export function quota(count: number, seconds: number, keys = 10_000): Quota {
  const stretch = seconds * 1000;
  const uses = new Map<string, number[]>();
  const recent = (key: string, now: number): number[] =>
    (uses.get(key) ?? []).filter((at) => at <= now && now - at < stretch);
  const room = (key: string, now: number): number[] => {
    const past = recent(key, now);
    const [oldest] = past;
    if (oldest === undefined || past.length < count) return past;
    const wait = Math.max(1, Math.ceil((oldest + stretch - now) / 1000));
    throw fail('too_many_requests', { seconds: String(wait) });
  };
  const keep = (key: string, past: number[]): void => {
    uses.delete(key);
    if (past.length > 0) uses.set(key, past);
    const [first] = uses.keys();
    if (uses.size > keys && first !== undefined) uses.delete(first);
  };
  return {
    check: (key, now) => void room(key, now),
    take: (key, now) => {
      const all = [...room(key, now), now];
      keep(key, all);
      return all.length;
    },
    back: (key, now) => keep(key, without(uses.get(key) ?? [], now)),
  };
}

function without(all: number[], one: number): number[] {
  const i = all.indexOf(one);
  return i < 0 ? all : all.toSpliced(i, 1);
}
