/** Answers to an address that keeps failing come later and later. */

const FREE = 3;
const WINDOW_MS = 60_000;
const ADDRESSES = 10_000;

/** Counts a failure of an address. @returns how long its answer is to wait, ms: doubling to a second */
export function slower(): (peer: string, now: number) => number {
  const failures = new Map<string, { since: number; count: number }>();
  return (peer, now) => {
    const known = failures.get(peer);
    const is = known && now - known.since < WINDOW_MS ? known : { since: now, count: 0 };
    is.count += 1;
    failures.delete(peer);
    if (failures.size >= ADDRESSES) failures.delete(failures.keys().next().value as string);
    failures.set(peer, is);
    return is.count <= FREE ? 0 : Math.min(1000, 50 * 2 ** (is.count - FREE - 1));
  };
}
