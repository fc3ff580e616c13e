/** Providers of single sign-on, logins on their way, and whom the providers know, as they are kept. */
import { randomUUID } from 'node:crypto';
import type { SsoProvider } from '@sightline/api';
import type { Db } from '../../db.ts';
import { folded } from '../store.ts';

type ProviderRow = {
  id: string;
  org_id: string;
  label: string;
  issuer: string;
  client_id: string;
  secret: string;
  enabled: number;
  link_by_email: number;
  default_role: string;
  role_claim: string;
  role_map: string;
  domains: string;
  created: number;
  changed: number;
};
type IdentityRow = {
  id: string;
  org_id: string;
  user_id: string;
  provider_id: string;
  subject: string;
  created: number;
};
type LoginRow = {
  state_hash: string;
  org_id: string;
  provider_id: string;
  cookie_hash: string;
  verifier: string;
  nonce: string;
  expires: number;
};
type Tables = {
  sso_provider: ProviderRow;
  user_identity: IdentityRow;
  sso_login: LoginRow;
  user_account: { id: string; org_id: string; name: string; login: string; email: string; disabled: number };
};

export type Settings = Omit<SsoProvider, 'id' | 'hasSecret' | 'users' | 'changed'>;

export interface Provider extends Settings {
  id: string;
  orgId: string;
  /** Sealed; '' for none. */
  secret: string;
  changed: number;
}

export async function providersOf(db: Db, orgId: string): Promise<(Provider & { users: number })[]> {
  const t = db.$extendTables<Tables>();
  const rows = await t
    .selectFrom('sso_provider as p')
    .selectAll('p')
    .select((e) =>
      e
        .selectFrom('user_identity as i')
        .select((i) => i.fn.countAll<number>().as('users'))
        .whereRef('i.provider_id', '=', 'p.id')
        .as('users'),
    )
    .where('p.org_id', '=', orgId)
    .orderBy('p.label')
    .orderBy('p.id')
    .execute();
  return rows.map((row) => ({ ...providerOf(row), users: Number(row.users) }));
}

/** One that people can log in with, in whatever organisation. */
export async function enabledProvider(db: Db, id: string): Promise<Provider | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('sso_provider')
    .selectAll()
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .executeTakeFirst();
  return row && providerOf(row);
}

/** For the login page, which does not know whose organisation it will be. */
export async function enabledProviders(db: Db): Promise<{ id: string; label: string }[]> {
  return db
    .$extendTables<Tables>()
    .selectFrom('sso_provider')
    .select(['id', 'label'])
    .where('enabled', '=', 1)
    .orderBy('label')
    .orderBy('id')
    .execute();
}

/** `secret` is sealed. */
export async function addProvider(
  db: Db,
  given: Settings & { id: string; orgId: string; secret: string },
  now: number,
): Promise<void> {
  const { id, orgId: org_id, secret } = given;
  await db
    .$extendTables<Tables>()
    .insertInto('sso_provider')
    .values({ id, org_id, secret, created: now, changed: now, ...columns(given) })
    .execute();
}

/** @returns whether there is such a provider */
export async function changeProvider(
  db: Db,
  orgId: string,
  id: string,
  to: Settings & { secret: string },
  now: number,
): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .updateTable('sso_provider')
    .set({ ...columns(to), secret: to.secret, changed: now })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** @returns whether there was such a provider */
export async function dropProvider(db: Db, orgId: string, id: string): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .deleteFrom('sso_provider')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}

const columns = (given: Settings) => ({
  label: given.label,
  issuer: given.issuer,
  client_id: given.clientId,
  enabled: given.enabled ? 1 : 0,
  link_by_email: given.linkByEmail ? 1 : 0,
  default_role: given.defaultRole,
  role_claim: given.roleClaim,
  role_map: JSON.stringify(given.roleMap),
  domains: JSON.stringify(given.domains),
});

const providerOf = (row: ProviderRow): Provider => ({
  id: row.id,
  orgId: row.org_id,
  label: row.label,
  issuer: row.issuer,
  clientId: row.client_id,
  secret: row.secret,
  enabled: row.enabled === 1,
  linkByEmail: row.link_by_email === 1,
  defaultRole: row.default_role,
  roleClaim: row.role_claim,
  roleMap: JSON.parse(row.role_map) as Settings['roleMap'],
  domains: JSON.parse(row.domains) as string[],
  changed: row.changed,
});

export interface Login {
  orgId: string;
  providerId: string;
  stateHash: string;
  cookieHash: string;
  verifier: string;
  nonce: string;
  expires: number;
}

/** Keeps it; those that took too long go. */
export async function keepLogin(db: Db, login: Login, now: number): Promise<void> {
  const t = db.$extendTables<Tables>();
  await t.deleteFrom('sso_login').where('expires', '<=', now).execute();
  const { orgId, providerId, stateHash, cookieHash, verifier, nonce, expires } = login;
  const ids = { org_id: orgId, provider_id: providerId, state_hash: stateHash, cookie_hash: cookieHash };
  await t
    .insertInto('sso_login')
    .values({ ...ids, verifier, nonce, expires })
    .execute();
}

/** The login of that state and cookie, once. */
export async function takeLogin(
  db: Db,
  stateHash: string,
  cookieHash: string,
  now: number,
): Promise<{ providerId: string; verifier: string; nonce: string } | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .deleteFrom('sso_login')
    .where('state_hash', '=', stateHash)
    .where('cookie_hash', '=', cookieHash)
    .where('expires', '>', now)
    .returning(['provider_id', 'verifier', 'nonce'])
    .executeTakeFirst();
  return row && { providerId: row.provider_id, verifier: row.verifier, nonce: row.nonce };
}

/** Id of the user whom a provider knows by this subject. */
export async function userOfSubject(
  db: Db,
  { id, orgId }: Pick<Provider, 'id' | 'orgId'>,
  subject: string,
): Promise<string | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_identity')
    .select('user_id')
    .where('org_id', '=', orgId)
    .where('provider_id', '=', id)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.user_id;
}

/** Id of the one user of this name or address; undefined when there are none or several. */
export async function userOfEmail(db: Db, orgId: string, email: string): Promise<string | undefined> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('user_account')
    .select('id')
    .where('org_id', '=', orgId)
    .where((e) =>
      e.or([e('login', '=', folded(email)), e(e.fn('lower', ['email']), '=', email.toLowerCase())]),
    )
    .limit(2)
    .execute();
  return rows.length === 1 ? rows[0]?.id : undefined;
}

export async function keepIdentity(
  db: Db,
  { id, orgId }: Pick<Provider, 'id' | 'orgId'>,
  given: { subject: string; userId: string },
  now: number,
): Promise<void> {
  const { subject, userId } = given;
  const row = { id: randomUUID(), org_id: orgId, user_id: userId, provider_id: id, subject, created: now };
  await db.$extendTables<Tables>().insertInto('user_identity').values(row).execute();
}
