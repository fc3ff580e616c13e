/** Registration tokens as they are kept (hash only), and their one redemption. */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Db } from '../db.ts';
import type { DeviceRow } from './store.ts';
import { mintToken, secretHash, type Token, writeToken } from './token.ts';

export type TokenRow = {
  id: string;
  org_id: string;
  device_id: string;
  secret_hash: string;
  batch: string;
  created: number;
  created_by: string;
  expires: number;
  used_at: number | null;
  used_key: string | null;
};
type Tables = { registration_token: TokenRow; device: DeviceRow };

export interface Batch {
  orgId: string;
  region: string;
  count: number;
  expires: number;
  by: string;
}

/** Makes placeholder devices with a token each, all or none. The tokens are nowhere but in the answer. */
export async function addBatch(
  tx: Db,
  batch: Batch,
  now: number,
): Promise<{ deviceId: string; name: string; token: string }[]> {
  const group = randomUUID();
  const made = Array.from({ length: batch.count }, () => {
    const token = mintToken(batch.region);
    return { deviceId: randomUUID(), name: `device-${token.id.slice(0, 6)}`, token };
  });
  const t = tx.$extendTables<Tables>();
  for (const { deviceId, name, token } of made) {
    await t
      .insertInto('device')
      .values(placeholder(batch.orgId, deviceId, name, now))
      .execute();
    await t
      .insertInto('registration_token')
      .values(kept(batch, group, deviceId, token, now))
      .execute();
  }
  return made.map((one) => ({ ...one, token: writeToken(one.token) }));
}

const placeholder = (orgId: string, id: string, name: string, now: number): DeviceRow => ({
  id,
  org_id: orgId,
  name,
  named: 0,
  type: '',
  product: '',
  version: '',
  description: '',
  serial: '',
  ip: '',
  peer: '',
  connector_version: '',
  key_x: null,
  created: now,
  registered: null,
  last_seen: null,
  round_trip_ms: null,
  last_error: '',
  removed: null,
});

const kept = (batch: Batch, group: string, deviceId: string, token: Token, now: number): TokenRow => ({
  id: token.id,
  org_id: batch.orgId,
  device_id: deviceId,
  secret_hash: secretHash(token.secret),
  batch: group,
  created: now,
  created_by: batch.by,
  expires: batch.expires,
  used_at: null,
  used_key: null,
});

/** The stored token that these parts open; the comparison takes as long for an id that is not there. */
export async function findToken(db: Db, token: Token): Promise<TokenRow | undefined> {
  const row = await tokenById(db, token.id);
  const given = Buffer.from(secretHash(token.secret), 'hex');
  const known = Buffer.from(row?.secret_hash ?? secretHash(''), 'hex');
  return timingSafeEqual(given, known) ? row : undefined;
}

export const tokenById = (db: Db, id: string): Promise<TokenRow | undefined> =>
  db
    .$extendTables<Tables>()
    .selectFrom('registration_token')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();

/** Spends a token for a key in one statement: of any number of attempts exactly one is told true. */
export async function spendToken(tx: Db, id: string, keyX: string, now: number): Promise<boolean> {
  const done = await tx
    .$extendTables<Tables>()
    .updateTable('registration_token')
    .set({ used_at: now, used_key: keyX })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires', '>', now)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}
