/** What happens between devices and the exchange: connects, failures, alarms. Kept for a while, newest first. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../db.ts';

export interface Happening {
  org: string;
  /** Id of the device, '' when none is known. */
  device: string;
  /** Its name then, or what was said instead. */
  name: string;
  /** Dotted: `device.connected`, `token.reuse`. */
  kind: EventKind;
  text: string;
  /** Address of the other end. */
  peer: string;
}

/** Every kind; those that are true ask for a person's attention. */
export const EVENT_KINDS = {
  'device.registered': false,
  'device.connected': false,
  'device.disconnected': false,
  'device.refused': false,
  'device.replaced': true,
  'device.conflict': true,
  'device.resolved': false,
  'device.rotated': false,
  'device.skew': true,
  'token.refused': false,
  'token.reuse': true,
} as const satisfies Record<string, boolean>;
export type EventKind = keyof typeof EVENT_KINDS;

/** Notes what happened; inside a transaction give it that. */
export type Note = (event: Happening, tx?: Db) => Promise<void>;

export type EventRow = {
  id: string;
  org_id: string;
  at: number;
  kind: EventKind;
  alarm: number;
  device: string;
  name: string;
  text: string;
  peer: string;
};
type Tables = { event: EventRow };

/** Longest text kept of what came from outside. */
const MAX = 1024;
const KEPT_MS = 90 * 86_400_000;

const idAt = (now: number): string => `${String(now).padStart(13, '0')}-${randomBytes(8).toString('hex')}`;

export async function record(db: Db, event: Happening, now: number): Promise<void> {
  const { org: org_id, device, kind } = event;
  const [name, text, peer] = [event.name, event.text, event.peer].map((t) => t.slice(0, MAX)) as [
    string,
    string,
    string,
  ];
  const alarm = EVENT_KINDS[kind] ? 1 : 0;
  await db
    .$extendTables<Tables>()
    .insertInto('event')
    .values({ id: idAt(now), org_id, at: now, kind, alarm, device, name, text, peer })
    .execute();
}

export interface EventQuery {
  device?: string | undefined;
  kind?: string | undefined;
  alarm?: boolean | undefined;
  search?: string | undefined;
  /** Only events before the one with this id. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. */
export async function listEvents(
  db: Db,
  orgId: string,
  query: EventQuery,
): Promise<{ events: EventRow[]; more: boolean }> {
  let select = db.$extendTables<Tables>().selectFrom('event').selectAll().where('org_id', '=', orgId);
  if (query.device !== undefined) select = select.where('device', '=', query.device);
  if (query.kind !== undefined) select = select.where('kind', '=', query.kind as EventKind);
  if (query.alarm !== undefined) select = select.where('alarm', '=', query.alarm ? 1 : 0);
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  if (query.search) select = select.where(matches(query.search));
  const rows = await select
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return { events: rows.slice(0, query.limit), more: rows.length > query.limit };
}

function matches(search: string) {
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(kind || ' ' || name || ' ' || text || ' ' || peer) like ${pattern} escape '\\'`;
}

/** Forgets what is older than ninety days. */
export async function forgetEvents(db: Db, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .deleteFrom('event')
    .where('at', '<', now - KEPT_MS)
    .execute();
}
