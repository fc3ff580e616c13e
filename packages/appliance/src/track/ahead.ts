/** Reads ahead what every lookup needs, newest segments first, so that the first questions need not wait for the disk. */
import type { Segment } from './segment.ts';

const CHUNK = 1 << 20;

/** Ends when so many bytes have been read or `enough` says so. */
export function readAhead(segments: readonly Segment[], most: number, enough: () => boolean): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let left = most;
  for (const segment of segments.toSorted((a, b) => b.newest - a.newest))
    for (const section of ['start', 'list', 'hash']) {
      const length = segment.file.length(section);
      for (let at = 0; at < length; at += CHUNK) {
        if (left <= 0 || enough()) return;
        segment.file.into(section, chunk, at, Math.min(CHUNK, length - at));
        left -= CHUNK;
      }
    }
}
