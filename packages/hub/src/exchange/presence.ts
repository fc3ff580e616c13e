/** What is kept of a device's connections and keys: the SQL of link.ts and connector.ts. */
import type { DeviceFacts } from '@sightline/api';
import type { Db } from '../db.ts';
import type { DeviceRow, Seen } from './store.ts';

type Tables = { device: DeviceRow };

/** What a device says when it connects. */
export interface Said {
  facts: DeviceFacts;
  peer: string;
  boot: string;
  protocol: number;
  skewMs: number;
}

/** Notes it. @returns the device as it now is, undefined when it was removed or is in conflict */
export async function connected(tx: Db, id: string, said: Said, now: number): Promise<DeviceRow | undefined> {
  const { facts, peer, boot, protocol } = said;
  return tx
    .$extendTables<Tables>()
    .updateTable('device')
    .set((e) => ({
      type: facts.type,
      product: facts.product,
      version: facts.version,
      serial: facts.serial,
      ip: facts.ip,
      connector_version: facts.connectorVersion,
      name: e.case().when('named', '=', 1).then(e.ref('name')).else(facts.name).end(),
      peer,
      boot,
      protocol,
      skew_ms: said.skewMs,
      last_seen: now,
    }))
    .where('id', '=', id)
    .where('removed', 'is', null)
    .where('conflict', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Inside a transaction, so that any number of devices costs one commit. */
export async function keepSeen(tx: Db, all: readonly { deviceId: string; seen: Seen }[]): Promise<void> {
  const t = tx.$extendTables<Tables>();
  for (const { deviceId, seen } of all) {
    const asked = seen.queries;
    seen.queries = 0;
    await t
      .updateTable('device')
      .set((e) => ({
        last_seen: seen.lastSeen,
        round_trip_ms: seen.roundTripMs,
        last_error: seen.lastError,
        queries: e('queries', '+', asked),
      }))
      .where('id', '=', deviceId)
      .execute();
  }
}

/** Devices that were removed or fell into conflict since then, by this hub or another one of the same exchange. */
export async function shutOut(
  db: Db,
  since: number,
): Promise<{ id: string; removed: number | null; conflict: number | null }[]> {
  return db
    .$extendTables<Tables>()
    .selectFrom('device')
    .select(['id', 'removed', 'conflict'])
    .where((e) => e.or([e('removed', '>=', since), e('conflict', '>=', since)]))
    .execute();
}

export async function setConflict(tx: Db, id: string, since: number | null): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .updateTable('device')
    .set({ conflict: since })
    .where('id', '=', id)
    .execute();
}

const OVERLAP_MS = 24 * 3_600_000;

/** Replaces the key `from`; it stays good for a day. @returns until when, undefined when it is not the current key */
export async function changeKey(
  tx: Db,
  id: string,
  keys: { from: string; to: string },
  now: number,
): Promise<number | undefined> {
  const until = now + OVERLAP_MS;
  const done = await tx
    .$extendTables<Tables>()
    .updateTable('device')
    .set({ key_x: keys.to, key_old_x: keys.from, key_old_until: until, key_since: now })
    .where('id', '=', id)
    .where('key_x', '=', keys.from)
    .where('removed', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n ? until : undefined;
}
