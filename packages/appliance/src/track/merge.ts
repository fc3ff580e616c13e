/** Which segments are put together: few files answer faster than many. */
import type { SegmentMeta } from './build.ts';
import { dayOf } from './retain.ts';

/** Segments of a day that still grows are put together when there are so many of a size. */
const FAN = 6;
/** The largest may be so many times the sum of the others: else little is gained for much copying. */
const RATIO = 3;

/** Bytes of the files that are merged at once: what is in memory meanwhile is a part of it. */
const MOST_BYTES = 640 * 2 ** 20;

export type Mergeable = Pick<SegmentMeta, 'number' | 'day' | 'count'> & {
  /** Bytes of the file. */
  size: number;
};

/**
 * Segments (of one day) to be merged next, none if all is well. `now` tells which days are over; no merged segment
 * holds more than `most` messages.
 */
export function chooseMerge(segments: readonly Mergeable[], now: number, most: number): Mergeable[] {
  const days = Map.groupBy(segments, (s) => s.day);
  for (const [day, list] of [...days].sort(([a], [b]) => b - a)) {
    const chosen = ofOneDay(list, most);
    if (chosen.length >= (day < dayOf(now) ? 2 : FAN)) return chosen;
  }
  return [];
}

function ofOneDay(list: readonly Mergeable[], most: number): Mergeable[] {
  const bySize = list.toSorted((a, b) => a.count - b.count);
  let best = 0;
  let sum = 0;
  let bytes = 0;
  for (const [i, s] of bySize.entries()) {
    bytes += s.size;
    if (sum + s.count > most || bytes > MOST_BYTES) break;
    if (i > 0 && s.count <= sum * RATIO) best = i + 1;
    sum += s.count;
  }
  return bySize.slice(0, best);
}
