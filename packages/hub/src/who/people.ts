/** People of an organisation as clients of CTR ask about them, and whom providers of single sign-on know. */
import type { Db } from '../db.ts';

type Account = {
  id: string;
  org_id: string;
  name: string;
  email: string;
  nick: string;
  role: string;
  disabled: number;
  created: number;
  changed: number;
  last_login: number | null;
};
type Tables = {
  user_account: Account;
  user_identity: {
    id: string;
    org_id: string;
    user_id: string;
    provider_id: string;
    subject: string;
    created: number;
  };
  sso_provider: { id: string; label: string; issuer: string; enabled: number };
};

export interface Person {
  id: string;
  orgId: string;
  name: string;
  email: string;
  nick: string;
  role: string;
  disabled: boolean;
  /** Epoch milliseconds. */
  created: number;
  changed: number;
  lastLogin: number | null;
}

/** By name. */
export async function peopleOf(db: Db, orgId: string): Promise<Person[]> {
  const rows = await people(db).where('org_id', '=', orgId).orderBy('name').execute();
  return rows.map(personOf);
}

export async function personById(db: Db, orgId: string, id: string): Promise<Person | undefined> {
  const row = await people(db).where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst();
  return row && personOf(row);
}

export async function setNick(db: Db, orgId: string, id: string, nick: string, now: number): Promise<void> {
  const t = db.$extendTables<Tables>();
  const set = { nick, changed: now };
  await t.updateTable('user_account').set(set).where('org_id', '=', orgId).where('id', '=', id).execute();
}

export interface Identity {
  id: string;
  userId: string;
  provider: string;
  issuer: string;
  enabled: boolean;
  created: number;
}

/** Of one user, or of everybody in the organisation. */
export async function identitiesOf(db: Db, orgId: string, userId?: string): Promise<Identity[]> {
  let query = db
    .$extendTables<Tables>()
    .selectFrom('user_identity as i')
    .innerJoin('sso_provider as p', 'p.id', 'i.provider_id')
    .select(['i.id', 'i.user_id', 'i.created', 'p.label', 'p.issuer', 'p.enabled'])
    .where('i.org_id', '=', orgId);
  if (userId !== undefined) query = query.where('i.user_id', '=', userId);
  const rows = await query.orderBy('i.created').execute();
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    provider: row.label,
    issuer: row.issuer,
    enabled: row.enabled === 1,
    created: row.created,
  }));
}

const people = (db: Db) =>
  db
    .$extendTables<Tables>()
    .selectFrom('user_account')
    .select([
      'id',
      'org_id',
      'name',
      'email',
      'nick',
      'role',
      'disabled',
      'created',
      'changed',
      'last_login',
    ]);

const personOf = (row: Account): Person => ({
  id: row.id,
  orgId: row.org_id,
  name: row.name,
  email: row.email,
  nick: row.nick,
  role: row.role,
  disabled: row.disabled === 1,
  created: row.created,
  changed: row.changed,
  lastLogin: row.last_login,
});
