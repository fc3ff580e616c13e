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
  revoked: number | null;
  revoked_by: string;
};
type Tables = { registration_token: TokenRow; device: DeviceRow };

export interface Batch {
  orgId: string;
  region: string;
  count: number;
  expires: number;
  by: string;
  /** Name of the devices until they register: `{n}` is their number, `{id}` a part of the token's id. */
  pattern?: string | undefined;
}

/** Without `{n}` or `{id}` a number is added where there are several. */
export function placeholderName(pattern: string, n: number, count: number, id: string): string {
  const width = String(count).length;
  const number = String(n).padStart(width, '0');
  const whole = pattern.replaceAll('{n}', number).replaceAll('{id}', id.slice(0, 6));
  return whole !== pattern || count === 1 ? whole : `${pattern}-${number}`;
}

/** Makes placeholder devices with a token each, all or none. The tokens are nowhere but in the answer. */
export async function addBatch(
  tx: Db,
  batch: Batch,
  now: number,
): Promise<{ deviceId: string; name: string; token: string }[]> {
  const group = randomUUID();
  const pattern = batch.pattern?.trim() || 'device-{id}';
  const made = Array.from({ length: batch.count }, (_, i) => {
    const token = mintToken(batch.region);
    const name = placeholderName(pattern, i + 1, batch.count, token.id).slice(0, 255);
    return { deviceId: randomUUID(), name, token };
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
  key_old_x: null,
  key_old_until: null,
  key_since: null,
  boot: '',
  protocol: 0,
  skew_ms: null,
  queries: 0,
  conflict: null,
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
  revoked: null,
  revoked_by: '',
});

/** Puts a new token in the place of a pending device's token. @returns undefined: there is no such device */
export async function renewToken(
  tx: Db,
  given: { orgId: string; region: string; deviceId: string; expires: number; by: string },
  now: number,
): Promise<string | undefined> {
  const t = tx.$extendTables<Tables>();
  const pending = await t
    .deleteFrom('registration_token')
    .where('org_id', '=', given.orgId)
    .where('device_id', '=', given.deviceId)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  if (pending.numDeletedRows !== 1n) return undefined;
  const token = mintToken(given.region);
  const row = kept({ ...given, count: 1 }, randomUUID(), given.deviceId, token, now);
  await t.insertInto('registration_token').values(row).execute();
  return writeToken(token);
}

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
    .where('revoked', 'is', null)
    .where('expires', '>', now)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Makes an unused token worthless. @returns whether there was one */
export async function revokeToken(
  tx: Db,
  orgId: string,
  deviceId: string,
  given: { by: string },
  now: number,
): Promise<boolean> {
  const done = await tx
    .$extendTables<Tables>()
    .updateTable('registration_token')
    .set({ revoked: now, revoked_by: given.by })
    .where('org_id', '=', orgId)
    .where('device_id', '=', deviceId)
    .where('used_at', 'is', null)
    .where('revoked', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export type TokenState = 'open' | 'used' | 'expired' | 'revoked';

export const tokenState = (
  row: Pick<TokenRow, 'used_at' | 'revoked' | 'expires'>,
  now: number,
): TokenState => {
  if (row.used_at !== null) return 'used';
  if (row.revoked !== null) return 'revoked';
  return row.expires <= now ? 'expired' : 'open';
};

/** Every token of an organisation without what would open it, newest first. */
export const tokensOf = (db: Db, orgId: string): Promise<Omit<TokenRow, 'secret_hash' | 'used_key'>[]> =>
  db
    .$extendTables<Tables>()
    .selectFrom('registration_token')
    .select(['id', 'org_id', 'device_id', 'batch', 'created', 'created_by', 'expires', 'used_at'])
    .select(['revoked', 'revoked_by'])
    .where('org_id', '=', orgId)
    .orderBy('created', 'desc')
    .orderBy('id')
    .execute();
