/** Reads what the exchange sends, and cuts answers that are larger than a frame. Pure. */
import { type DeviceFrame, HubFrame, PART_UNITS } from '@sightline/api';
import { z } from 'zod';

export type Read =
  | { is: 'frame'; frame: HubFrame }
  /** Of a type that a later version may have brought: left unread. */
  | { is: 'unknown' }
  /** Not of our protocol: the connection ends. */
  | { is: 'garbage' };

const TYPES: ReadonlySet<string> = new Set(['welcome', 'ask', 'cancel', 'goodbye', 'refused']);
const AnyFrame = z.object({ type: z.string().min(1).max(64) });

export function readFrame(text: string): Read {
  const value = json(text);
  const frame = HubFrame.safeParse(value);
  if (frame.success) return { is: 'frame', frame: frame.data };
  const other = AnyFrame.safeParse(value);
  return other.success && !TYPES.has(other.data.type) ? { is: 'unknown' } : { is: 'garbage' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The frames that carry an answer: one if it is small, else its JSON text in numbered parts. */
export function* answerFrames(id: string, body: unknown): Generator<DeviceFrame> {
  const text = JSON.stringify(body ?? null);
  if (text.length <= PART_UNITS) {
    yield { type: 'answer', id, body };
    return;
  }
  for (let n = 0; n * PART_UNITS < text.length; n++) {
    const end = (n + 1) * PART_UNITS;
    yield { type: 'part', id, n, last: end >= text.length, text: text.slice(n * PART_UNITS, end) };
  }
}
