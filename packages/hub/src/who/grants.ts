/** What people let applications do, as it is kept: codes, and grants with their refresh tokens. Hashes only. */
import { randomUUID } from 'node:crypto';
import type { Application } from '@sightline/api';
import type { Db } from '../db.ts';
import type { Holder } from './clients.ts';

type CodeRow = {
  hash: string;
  org_id: string;
  client_id: string;
  user_id: string;
  scopes: string;
  redirect: string;
  challenge: string;
  expires: number;
  grant_id: string;
};
type GrantRow = {
  id: string;
  org_id: string;
  client_id: string;
  user_id: string;
  scopes: string;
  created: number;
  last_used: number | null;
  refresh_hash: string;
  refresh_expires: number;
  refresh_before: string;
};
type Tables = {
  oauth_code: CodeRow;
  oauth_grant: GrantRow;
  api_client: { id: string; name: string };
  user_account: { id: string; org_id: string; name: string; role: string; disabled: number };
};

export interface Code {
  orgId: string;
  clientId: string;
  userId: string;
  scopes: string[];
  redirect: string;
  /** S256 of the verifier (RFC 7636). */
  challenge: string;
  expires: number;
}

async function keepCode(db: Db, hash: string, code: Code): Promise<void> {
  const { orgId, clientId, userId, scopes, redirect, challenge, expires } = code;
  const row = { hash, redirect, challenge, expires, scopes: JSON.stringify(scopes), grant_id: '' };
  await db
    .$extendTables<Tables>()
    .insertInto('oauth_code')
    .values({ ...row, org_id: orgId, client_id: clientId, user_id: userId })
    .execute();
}

/** The code of a hash, with the grant that it was exchanged for, '' when it was not. Those long past go. */
async function codeOf(db: Db, hash: string, now: number): Promise<(Code & { grantId: string }) | undefined> {
  const t = db.$extendTables<Tables>();
  await t
    .deleteFrom('oauth_code')
    .where('expires', '<=', now - REMEMBER_MS)
    .execute();
  const row = await t.selectFrom('oauth_code').selectAll().where('hash', '=', hash).executeTakeFirst();
  return (
    row && {
      orgId: row.org_id,
      clientId: row.client_id,
      userId: row.user_id,
      scopes: JSON.parse(row.scopes) as string[],
      redirect: row.redirect,
      challenge: row.challenge,
      expires: row.expires,
      grantId: row.grant_id,
    }
  );
}

/** A code that was exchanged is remembered for so long, to notice one that comes twice. */
const REMEMBER_MS = 3_600_000;

export interface Refresh {
  hash: string;
  expires: number;
}

/** Spends the code and makes the grant, both or neither. @returns undefined: another request was faster */
async function exchangeCode(
  db: Db,
  codeHash: string,
  code: Code,
  refresh: Refresh,
  now: number,
): Promise<string | undefined> {
  return db.transaction().execute(async (tx) => {
    const t = tx.$extendTables<Tables>();
    const id = randomUUID();
    const spent = await t
      .updateTable('oauth_code')
      .set({ grant_id: id })
      .where('hash', '=', codeHash)
      .where('grant_id', '=', '')
      .executeTakeFirst();
    if (spent.numUpdatedRows !== 1n) return undefined;
    const row = { id, org_id: code.orgId, client_id: code.clientId, user_id: code.userId };
    const kept = { scopes: JSON.stringify(code.scopes), created: now, last_used: now };
    const { hash: refresh_hash, expires: refresh_expires } = refresh;
    await t
      .insertInto('oauth_grant')
      .values({ ...row, ...kept, refresh_hash, refresh_expires, refresh_before: '' })
      .execute();
    return id;
  });
}

export interface Grant {
  id: string;
  orgId: string;
  clientId: string;
  scopes: string[];
  /** undefined when the person is gone or disabled. */
  holder: Holder | undefined;
}

interface RefreshedBy extends Grant {
  expires: number;
  /** The token is the one before: it was exchanged already. */
  again: boolean;
}

async function grantById(db: Db, id: string): Promise<Grant | undefined> {
  const row = await grantRows(db).where('g.id', '=', id).executeTakeFirst();
  return row && grantOf(row);
}

/** The grant of a refresh token, also of the one before the last. */
async function grantByRefresh(db: Db, hash: string): Promise<RefreshedBy | undefined> {
  const row = await grantRows(db)
    .where((e) => e.or([e('g.refresh_hash', '=', hash), e('g.refresh_before', '=', hash)]))
    .executeTakeFirst();
  return row && { ...grantOf(row), expires: row.refresh_expires, again: row.refresh_hash !== hash };
}

/** Puts a new refresh token in the place of `from`. @returns whether `from` still was the token */
async function nextRefresh(db: Db, id: string, from: string, to: Refresh, now: number): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .updateTable('oauth_grant')
    .set({ refresh_hash: to.hash, refresh_expires: to.expires, refresh_before: from, last_used: now })
    .where('id', '=', id)
    .where('refresh_hash', '=', from)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

async function endGrant(db: Db, id: string): Promise<void> {
  await db.$extendTables<Tables>().deleteFrom('oauth_grant').where('id', '=', id).execute();
}

/** @returns the name of the application, undefined when the user has no such grant */
export async function endGrantOf(
  db: Db,
  orgId: string,
  userId: string,
  id: string,
): Promise<string | undefined> {
  const all = await applicationsOf(db, orgId, userId, 0);
  const one = all.find((grant) => grant.id === id);
  if (one) await endGrant(db, id);
  return one?.name;
}

/** What a person lets applications do now. */
export async function applicationsOf(
  db: Db,
  orgId: string,
  userId: string,
  now: number,
): Promise<Application[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('oauth_grant as g')
    .innerJoin('api_client as c', 'c.id', 'g.client_id')
    .select(['g.id', 'g.scopes', 'g.created', 'g.last_used', 'c.name'])
    .where('g.org_id', '=', orgId)
    .where('g.user_id', '=', userId)
    .where('g.refresh_expires', '>', now)
    .orderBy('g.created', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as string[],
    since: new Date(row.created).toISOString(),
    lastUsed: row.last_used === null ? null : new Date(row.last_used).toISOString(),
  }));
}

const grantRows = (db: Db) =>
  db
    .$extendTables<Tables>()
    .selectFrom('oauth_grant as g')
    .leftJoin('user_account as u', (on) =>
      on.onRef('u.id', '=', 'g.user_id').onRef('u.org_id', '=', 'g.org_id').on('u.disabled', '=', 0),
    )
    .selectAll('g')
    .select(['u.name as user_name', 'u.role as user_role']);

const grantOf = (row: GrantRow & { user_name: string | null; user_role: string | null }): Grant => ({
  id: row.id,
  orgId: row.org_id,
  clientId: row.client_id,
  scopes: JSON.parse(row.scopes) as string[],
  holder:
    row.user_name === null ? undefined : { id: row.user_id, name: row.user_name, role: row.user_role ?? '' },
});

/** The store as the token endpoint uses it. */
export type Grants = ReturnType<typeof grantsIn>;

export const grantsIn = (db: Db) => ({
  keepCode: (hash: string, code: Code) => keepCode(db, hash, code),
  code: (hash: string, now: number) => codeOf(db, hash, now),
  exchange: (hash: string, code: Code, refresh: Refresh, now: number) =>
    exchangeCode(db, hash, code, refresh, now),
  byId: (id: string) => grantById(db, id),
  byRefresh: (hash: string) => grantByRefresh(db, hash),
  next: (id: string, from: string, to: Refresh, now: number) => nextRefresh(db, id, from, to, now),
  end: (id: string) => endGrant(db, id),
});
