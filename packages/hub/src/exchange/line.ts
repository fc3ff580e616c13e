/** A live connection of a device, as the rest of the exchange sees it. */
import type { HubFrame } from '@sightline/api';
import type { Seen } from './store.ts';

export interface Line {
  readonly deviceId: string;
  readonly orgId: string;
  /** What the connection has learned so far; changed in place. */
  readonly seen: Seen;
  /** For which connection, and as which of its questions, the next one is signed. */
  next(): { session: string; seq: number };
  /** False when the connection can take no more (closed, or the device does not read). */
  send(frame: HubFrame): boolean;
}
