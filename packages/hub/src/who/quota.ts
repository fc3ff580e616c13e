/** So many events a key may have in a window of time; kept in memory, bounded. */
import { fail } from '@sightline/api';

export interface Quota {
  /** Throws `too_many_requests` when this key has used all it may. `now` in epoch milliseconds. */
  check(key: string, now: number): void;
  /** Counts one event of this key; throws like `check` when there was none left. */
  take(key: string, now: number): void;
}

interface Window {
  start: number;
  used: number;
}

/** `count` events in every window of `seconds`, for at most `keys` keys: beyond them the oldest is forgotten. */
export function quota(count: number, seconds: number, keys = 10_000): Quota {
  const windows = new Map<string, Window>();
  const current = (key: string, now: number): Window | undefined => {
    const window = windows.get(key);
    if (window && now >= window.start && now - window.start < seconds * 1000) return window;
    windows.delete(key);
    return undefined;
  };
  const check = (key: string, now: number): void => {
    const window = current(key, now);
    if (!window || window.used < count) return;
    const wait = Math.max(1, Math.ceil((window.start + seconds * 1000 - now) / 1000));
    throw fail('too_many_requests', { seconds: String(wait) });
  };
  const take = (key: string, now: number): void => {
    check(key, now);
    const window = current(key, now);
    if (window) window.used += 1;
    else remember(windows, key, { start: now, used: 1 }, keys);
  };
  return { check, take };
}

function remember(windows: Map<string, Window>, key: string, window: Window, keys: number): void {
  const oldest = windows.size >= keys ? windows.keys().next().value : undefined;
  if (oldest !== undefined) windows.delete(oldest);
  windows.set(key, window);
}
