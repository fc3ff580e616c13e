/** What `app.ts` hands to a room: plain functions and values, no room's inside. */
import type { AnswerOf, QuestionInput } from '@sightline/api';
import type { Logger } from 'pino';
import type { Db } from './db.ts';
import type { AuditLine } from './http.ts';

export interface AskOptions {
  /** Milliseconds until the question is given up, 15000 if left out. */
  deadlineMs?: number;
  signal?: AbortSignal;
}

/**
 * Asks a device of the organisation over its connection. Rejects with `device_offline` at once, `device_timeout`
 * at the deadline, `device_fault`, `service_not_enabled` or `not_found`; with the signal's reason when aborted.
 */
export type Ask = <Q extends QuestionInput>(
  orgId: string,
  deviceId: string,
  question: Q,
  options?: AskOptions,
) => Promise<AnswerOf[Q['verb']]>;

interface UsableDevice {
  id: string;
  name: string;
  type: string;
  ip: string;
  online: boolean;
}

/** Registered devices while Threat Response is on; `reason` says what to do when there are none. */
export type UsableDevices = (orgId: string) => Promise<{ devices: UsableDevice[]; reason: string }>;

export interface Deps {
  db: Db;
  ask: Ask;
  devices: UsableDevices;
  /** Appends to the audit log; inside a transaction give it that. */
  audit: (line: AuditLine, tx?: Db) => Promise<void>;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Address under which browsers, devices and clients reach this hub, without a slash at its end. */
  publicUrl: () => string;
  log: Logger;
}
