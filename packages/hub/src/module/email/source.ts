import { createHash } from 'node:crypto';
import type { TrackRow } from '@sightline/api';
import { isoTime } from '@sightline/ctim';

/** Who answers: the module instance, the device behind it, and where a person sees a message of it. */
export type Source = {
  /** Name of the module instance. */
  module: string;
  device: { id: string; name: string; version: string };
  /** Address of the message in the portal or console. */
  messageUrl(row: TrackRow): string;
};

/** CTIM times end with 2525-01-01. */
const LAST = Date.UTC(2525, 0, 1);

/** Epoch milliseconds as CTIM text, held within the years that CTIM knows. */
export const time = (ms: number): string => isoTime(Math.min(Math.max(ms, 0), LAST));

export const sha256 = (...parts: (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** MIDs repeat between appliances, so the host and serial number belong to a message's identity. */
export const messageKey = (row: TrackRow): string => JSON.stringify([row.serial, row.host, row.mid]);
