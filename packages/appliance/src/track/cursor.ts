/** Where the next page of a search goes on. */
import type { Placed } from './match.ts';

/** Everything before this place has been looked at; `seen` messages of it answered the search. */
export interface Cursor extends Placed {
  seen: number;
}

/** Opaque to callers, at most 60 characters. */
export const writeCursor = (c: Cursor): string =>
  [c.received, c.mid, c.seen].map((n) => n.toString(36)).join('.');

/** Undefined for text that no answer contained. */
export function readCursor(text: string): Cursor | undefined {
  if (!/^[0-9a-z]{1,11}\.[0-9a-z]{1,11}\.[0-9a-z]{1,11}$/.test(text)) return undefined;
  const [received = 0, mid = 0, seen = 0] = text.split('.').map((n) => Number.parseInt(n, 36));
  return { received, mid, seen };
}

/** Whether a message comes after the cursor in the order of answers. */
export const isAfter = (place: Placed, c: Placed): boolean =>
  place.received < c.received || (place.received === c.received && place.mid < c.mid);
