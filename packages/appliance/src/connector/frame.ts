/** Reads what the exchange sends. Pure. */
import { HubFrame } from '@sightline/api';
import { z } from 'zod';

export type Read =
  | { is: 'frame'; frame: HubFrame }
  /** A question that this version does not understand; it can be refused by its id. */
  | { is: 'unknown'; id: string }
  /** Not of our protocol: the connection ends. */
  | { is: 'garbage' };

const AnyAsk = z.object({ type: z.literal('ask'), id: z.string().min(1).max(64) });

export function readFrame(text: string): Read {
  const value = json(text);
  const frame = HubFrame.safeParse(value);
  if (frame.success) return { is: 'frame', frame: frame.data };
  const ask = AnyAsk.safeParse(value);
  return ask.success ? { is: 'unknown', id: ask.data.id } : { is: 'garbage' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
