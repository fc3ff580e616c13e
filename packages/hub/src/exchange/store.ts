/** Devices as they are kept. A removed device stays, so that its key is refused by name. */
import type { Device, DeviceFacts } from '@sightline/api';
import type { Db } from '../db.ts';

export type DeviceRow = {
  id: string;
  org_id: string;
  name: string;
  named: number;
  type: string;
  product: string;
  version: string;
  description: string;
  serial: string;
  ip: string;
  peer: string;
  connector_version: string;
  key_x: string | null;
  created: number;
  registered: number | null;
  last_seen: number | null;
  round_trip_ms: number | null;
  last_error: string;
  removed: number | null;
  /** Good beside `key_x` until `key_old_until`. */
  key_old_x: string | null;
  key_old_until: number | null;
  key_since: number | null;
  /** Random name of the running program that connected last. */
  boot: string;
  protocol: number;
  skew_ms: number | null;
  queries: number;
  /** Since when two machines have its key. */
  conflict: number | null;
};
type Tables = {
  device: DeviceRow;
  registration_token: { device_id: string; expires: number; revoked: number | null };
};

/** A device and the state of its token. */
export type KeptDevice = DeviceRow & { token_expires: number | null; token_revoked: number | null };

/** Devices of an organisation that are not removed, oldest first. */
export async function devicesOf(db: Db, orgId: string): Promise<KeptDevice[]> {
  return select(db).where('d.org_id', '=', orgId).orderBy('d.created').orderBy('d.name').execute();
}

export async function deviceOf(db: Db, orgId: string, id: string): Promise<KeptDevice | undefined> {
  return select(db).where('d.org_id', '=', orgId).where('d.id', '=', id).executeTakeFirst();
}

const select = (db: Db) =>
  db
    .$extendTables<Tables>()
    .selectFrom('device as d')
    .leftJoin('registration_token as t', 't.device_id', 'd.id')
    .selectAll('d')
    .select(['t.expires as token_expires', 't.revoked as token_revoked'])
    .where('d.removed', 'is', null);

/** By id alone, removed or not: for a device that proves who it is. */
export async function anyDevice(db: Db, id: string): Promise<DeviceRow | undefined> {
  return db.$extendTables<Tables>().selectFrom('device').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function rename(
  db: Db,
  orgId: string,
  id: string,
  given: { name: string; description: string },
): Promise<void> {
  await db
    .$extendTables<Tables>()
    .updateTable('device')
    .set((e) => ({
      ...given,
      named: e.case().when('name', '=', given.name).then(e.ref('named')).else(1).end(),
    }))
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('removed', 'is', null)
    .execute();
}

/** @returns whether there was such a device */
export async function remove(db: Db, orgId: string, id: string, now: number): Promise<boolean> {
  const t = db.$extendTables<Tables>();
  const done = await t
    .updateTable('device')
    .set({ removed: now })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('removed', 'is', null)
    .executeTakeFirst();
  await t.deleteFrom('registration_token').where('device_id', '=', id).execute();
  return done.numUpdatedRows === 1n;
}

/** What a device says of itself when it registers; its name counts until a person has given it one. */
export async function register(
  db: Db,
  id: string,
  given: { facts: DeviceFacts; keyX: string; peer: string },
  now: number,
): Promise<boolean> {
  const changed = await db
    .$extendTables<Tables>()
    .updateTable('device')
    .set((e) => ({
      ...columns(given.facts),
      name: e.case().when('named', '=', 1).then(e.ref('name')).else(given.facts.name).end(),
      key_x: given.keyX,
      key_since: now,
      peer: given.peer,
      registered: now,
      last_seen: now,
    }))
    .where('id', '=', id)
    .where('removed', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

const columns = (facts: DeviceFacts) => ({
  type: facts.type,
  product: facts.product,
  version: facts.version,
  serial: facts.serial,
  ip: facts.ip,
  connector_version: facts.connectorVersion,
});

/** What a live connection has learned; in memory while it lives. */
export interface Seen {
  lastSeen: number;
  roundTripMs: number | null;
  lastError: string;
  /** Questions answered since the last time it was written down. */
  queries: number;
}

/** The device as the portal shows it at `now`; `seen` while it is connected. */
export function shown(row: KeptDevice, seen: Seen | undefined, now: number): Device {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const pending = row.registered === null;
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    product: row.product,
    version: row.version,
    status: statusOf(row, seen),
    description: row.description,
    serial: row.serial,
    ip: row.ip,
    peer: row.peer,
    connectorVersion: row.connector_version,
    created: new Date(row.created).toISOString(),
    registered: time(row.registered),
    lastSeen: time(seen?.lastSeen ?? row.last_seen),
    roundTripMs: seen?.roundTripMs ?? row.round_trip_ms,
    lastError: seen?.lastError ?? row.last_error,
    queries: row.queries + (seen?.queries ?? 0),
    clockSkewMs: row.skew_ms,
    conflict: time(row.conflict),
    tokenState: pending ? tokenStateOf(row, now) : null,
    tokenExpires: pending ? time(row.token_expires) : null,
  };
}

function statusOf(row: KeptDevice, seen: Seen | undefined): Device['status'] {
  if (row.registered === null) return 'pending';
  if (row.conflict !== null) return 'conflict';
  return seen ? 'registered' : 'offline';
}

function tokenStateOf(row: KeptDevice, now: number): Device['tokenState'] {
  if (row.token_expires === null) return null;
  if (row.token_revoked !== null) return 'revoked';
  return row.token_expires <= now ? 'expired' : 'open';
}

/** One machine only has the key again. @returns whether there was a conflict */
export async function resolve(tx: Db, orgId: string, id: string): Promise<boolean> {
  const done = await tx
    .$extendTables<Tables>()
    .updateTable('device')
    .set({ conflict: null })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('conflict', 'is not', null)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Whether a search text is in name, type, version, description, id or an address of the device. */
export function isMatch(device: Device, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const { name, type, product, version, description, id, ip, peer, serial } = device;
  return [name, type, product, version, description, id, ip, peer, serial].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}
