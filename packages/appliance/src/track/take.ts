/** Takes events into memory, also those of messages that were sealed long ago. */
import { decodeEvent, decodeRecord } from './codec.ts';
import { byMid, carry } from './journal.ts';
import type { Part } from './part.ts';
import { linesOf, type Recent } from './recent.ts';
import type { Redactor } from './redact.ts';

/**
 * Adds the events of `text` to `recent`. A message that an older part holds is carried over with all its events and
 * dropped there; `carried` is told its lines, which belong into the journal of `recent`. Yields after each message;
 * what the older parts are may change there.
 */
export function* take(
  text: string,
  recent: Recent,
  older: () => readonly Part[],
  carried: (lines: string[]) => void,
  clean: Redactor,
): Generator<void> {
  for (const [mid, { lines }] of byMid([text])) {
    const events = lines.map(decodeEvent);
    if (!recent.has(mid)) {
      const found = reopen(mid, older(), clean);
      const known = new Set(found?.events.map((e) => e.seq));
      if (found && events.every((e) => known.has(e.seq))) {
        recent.passedOver.add(mid);
        continue;
      }
      if (found) {
        const old = linesOf(found.events);
        carried(old.map(carry));
        recent.add(mid, found.events, old);
        found.part.drop(mid);
      }
    }
    recent.add(mid, events, lines);
    yield;
  }
}

/** The last version of a message: later parts come first. */
function reopen(mid: number, older: readonly Part[], clean: Redactor) {
  for (const part of older) {
    const record = mid <= part.maxMid ? part.record(mid) : undefined;
    if (record !== undefined) return { part, events: decodeRecord(record).map(clean.event) };
  }
  return undefined;
}

const SLICE_MS = 0.5;

/** Carries out work in pieces of about half a millisecond, so that questions get their turn in between. */
export async function slices(work: Generator<void>): Promise<void> {
  let until = performance.now() + SLICE_MS;
  for (const _ of work) {
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + SLICE_MS;
  }
}
