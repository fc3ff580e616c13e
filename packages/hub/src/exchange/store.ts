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
};
type Tables = {
  device: DeviceRow;
  registration_token: { device_id: string; expires: number };
};

/** A device and, while it is pending, the end of its token. */
export type KeptDevice = DeviceRow & { token_expires: number | null };

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
    .select('t.expires as token_expires')
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
      peer: given.peer,
      registered: now,
      last_seen: now,
    }))
    .where('id', '=', id)
    .where('removed', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** What a device says when it connects. @returns the device as it now is, undefined when it was removed */
export async function connected(
  db: Db,
  id: string,
  given: { facts: DeviceFacts; peer: string },
  now: number,
): Promise<DeviceRow | undefined> {
  return db
    .$extendTables<Tables>()
    .updateTable('device')
    .set((e) => ({
      ...columns(given.facts),
      name: e.case().when('named', '=', 1).then(e.ref('name')).else(given.facts.name).end(),
      peer: given.peer,
      last_seen: now,
    }))
    .where('id', '=', id)
    .where('removed', 'is', null)
    .returningAll()
    .executeTakeFirst();
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
}

/** All or none, so that any number of devices costs one commit. */
export async function keepSeen(db: Db, all: readonly { deviceId: string; seen: Seen }[]): Promise<void> {
  if (all.length === 0) return;
  await db.transaction().execute(async (tx) => {
    const t = tx.$extendTables<Tables>();
    for (const { deviceId, seen } of all)
      await t
        .updateTable('device')
        .set({ last_seen: seen.lastSeen, round_trip_ms: seen.roundTripMs, last_error: seen.lastError })
        .where('id', '=', deviceId)
        .execute();
  });
}

/** The device as the portal shows it; `seen` while it is connected. */
export function shown(row: KeptDevice, seen: Seen | undefined): Device {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    product: row.product,
    version: row.version,
    status: row.registered === null ? 'pending' : seen ? 'registered' : 'offline',
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
    tokenExpires: row.registered === null ? time(row.token_expires) : null,
  };
}

/** Whether a search text is in name, type, version, description, id or an address of the device. */
export function isMatch(device: Device, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const { name, type, product, version, description, id, ip, peer, serial } = device;
  return [name, type, product, version, description, id, ip, peer, serial].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}
