/** Organisations, users and sessions as they are kept. API clients are in clients.ts. */
import { randomUUID } from 'node:crypto';
import { ABSOLUTE_MS, IDLE_MS } from '@sightline/api/web/session';
import type { Db } from '../db.ts';
import type { Role } from './policy.ts';

type Organisation = {
  org_id: string;
  name: string;
  created: number;
  changed: number;
  second_factor: number;
  all_roles: number;
};
type Account = {
  id: string;
  org_id: string;
  name: string;
  login: string;
  role: string;
  password: string;
  created: number;
  last_login: number | null;
  disabled: number;
  email: string;
  nick: string;
  changed: number;
  totp: string;
  totp_since: number | null;
  totp_step: number;
  totp_next: string;
};
/** How a session began. */
export type Way = 'password' | 'sso';
type Session = {
  hash: string;
  org_id: string;
  user_id: string;
  created: number;
  used: number;
  peer: string;
  way: string;
};
type Tables = {
  organisation: Organisation;
  setup_token: { org_id: string; hash: string; created: number };
  user_account: Account;
  user_session: Session;
};

export interface User {
  id: string;
  orgId: string;
  orgName: string;
  name: string;
  role: string;
}

/** The organisation that is there from the first start; its name is given at setup. */
export async function homeOrganisation(db: Db, now: number): Promise<string> {
  const t = db.$extendTables<Tables>();
  const row = await t.selectFrom('organisation').select('org_id').orderBy('created').executeTakeFirst();
  if (row) return row.org_id;
  const org_id = randomUUID();
  await t
    .insertInto('organisation')
    .values({ org_id, name: '', created: now, changed: now, second_factor: 0, all_roles: 1 })
    .execute();
  return org_id;
}

export async function organisationName(db: Db, orgId: string): Promise<string> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('organisation')
    .select('name')
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row?.name ?? '';
}

export const hasUsers = async (db: Db, orgId: string): Promise<boolean> =>
  (await db
    .$extendTables<Tables>()
    .selectFrom('user_account')
    .select('id')
    .where('org_id', '=', orgId)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** Puts a new setup token in the place of the last one. */
export async function keepSetupToken(db: Db, orgId: string, hash: string, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .insertInto('setup_token')
    .values({ org_id: orgId, hash, created: now })
    .onConflict((c) => c.column('org_id').doUpdateSet({ hash, created: now }))
    .execute();
}

/** Spends the setup token and makes the first administrator, both or neither. @returns undefined: wrong token */
export async function setUpWith(
  db: Db,
  given: { orgId: string; tokenHash: string; name: string; password: string; organisation: string },
  now: number,
): Promise<User | undefined> {
  return db.transaction().execute(async (tx) => {
    const t = tx.$extendTables<Tables>();
    const spent = await t
      .deleteFrom('setup_token')
      .where('org_id', '=', given.orgId)
      .where('hash', '=', given.tokenHash)
      .executeTakeFirst();
    if (spent.numDeletedRows !== 1n) return undefined;
    await t
      .updateTable('organisation')
      .set({ name: given.organisation })
      .where('org_id', '=', given.orgId)
      .execute();
    return addUser(tx, { ...given, role: 'admin' }, now);
  });
}

/** What an account has when it is made. */
export const NEW_ACCOUNT = {
  last_login: null,
  disabled: 0,
  email: '',
  nick: '',
  totp: '',
  totp_since: null,
  totp_step: 0,
  totp_next: '',
} as const;

/** `password` is already a hash. */
async function addUser(
  db: Db,
  given: { orgId: string; name: string; role: Role; password: string },
  now: number,
): Promise<User> {
  const { orgId, name, role, password } = given;
  const id = randomUUID();
  const login = folded(name);
  await db
    .$extendTables<Tables>()
    .insertInto('user_account')
    .values({ ...NEW_ACCOUNT, id, org_id: orgId, name, login, role, password, created: now, changed: now })
    .execute();
  return { id, orgId, orgName: await organisationName(db, orgId), name, role };
}

/** Login names do not depend on case. */
export const folded = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

/** The account of a login name with its password hash. */
export async function accountOf(db: Db, name: string): Promise<(User & { password: string }) | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_account as u')
    .innerJoin('organisation as o', 'o.org_id', 'u.org_id')
    .select(['u.id', 'u.org_id', 'u.name', 'u.role', 'u.password', 'o.name as org_name'])
    .where('u.login', '=', folded(name))
    .where('u.disabled', '=', 0)
    .executeTakeFirst();
  return row && { ...userOf(row), password: row.password };
}

/** A user of that id who may log in. */
export async function userById(db: Db, id: string): Promise<User | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_account as u')
    .innerJoin('organisation as o', 'o.org_id', 'u.org_id')
    .select(['u.id', 'u.org_id', 'u.name', 'u.role', 'o.name as org_name'])
    .where('u.id', '=', id)
    .where('u.disabled', '=', 0)
    .executeTakeFirst();
  return row && userOf(row);
}

const userOf = (row: { id: string; org_id: string; org_name: string; name: string; role: string }): User => ({
  id: row.id,
  orgId: row.org_id,
  orgName: row.org_name,
  name: row.name,
  role: row.role,
});

/** Begins a session; those that have ended go. */
export async function openSession(
  db: Db,
  session: { hash: string; user: User; peer: string; way: Way },
  now: number,
): Promise<void> {
  const t = db.$extendTables<Tables>();
  await t
    .deleteFrom('user_session')
    .where((e) => e.or([e('used', '<=', now - IDLE_MS), e('created', '<=', now - ABSOLUTE_MS)]))
    .execute();
  await t
    .insertInto('user_session')
    .values({
      hash: session.hash,
      org_id: session.user.orgId,
      user_id: session.user.id,
      created: now,
      used: now,
      peer: session.peer,
      way: session.way,
    })
    .execute();
  await t.updateTable('user_account').set({ last_login: now }).where('id', '=', session.user.id).execute();
}

export async function sessionOf(
  db: Db,
  hash: string,
): Promise<
  { user: User; created: number; used: number; lacksFactor: boolean; allRoles: boolean } | undefined
> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_session as s')
    .innerJoin('user_account as u', 'u.id', 's.user_id')
    .innerJoin('organisation as o', 'o.org_id', 'u.org_id')
    .select(['u.id', 'u.org_id', 'u.name', 'u.role', 'o.name as org_name', 's.created', 's.used', 's.way'])
    .select(['u.totp', 'o.second_factor', 'o.all_roles'])
    .where('s.hash', '=', hash)
    .where('u.disabled', '=', 0)
    .executeTakeFirst();
  if (!row) return undefined;
  const lacksFactor = row.second_factor === 1 && row.way === 'password' && row.totp === '';
  const { created, used } = row;
  return { user: userOf(row), created, used, lacksFactor, allRoles: row.all_roles === 1 };
}

export async function touchSession(db: Db, hash: string, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .updateTable('user_session')
    .set({ used: now })
    .where('hash', '=', hash)
    .execute();
}

export async function closeSession(db: Db, hash: string): Promise<void> {
  await db.$extendTables<Tables>().deleteFrom('user_session').where('hash', '=', hash).execute();
}
