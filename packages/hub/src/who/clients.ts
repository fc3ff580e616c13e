/** API clients as they are kept: passwords only as their hashes. */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@sightline/api';
import type { Db } from '../db.ts';

type Row = {
  id: string;
  org_id: string;
  name: string;
  description: string;
  kind: string;
  scopes: string;
  lifetime_s: number;
  redirects: string;
  confidential: number;
  disabled: number;
  created: number;
  created_by: string;
  last_used: number | null;
};
type SecretRow = {
  id: string;
  org_id: string;
  client_id: string;
  hash: string;
  created: number;
  expires: number | null;
  last_used: number | null;
};
type Tables = {
  api_client: Row;
  api_client_secret: SecretRow;
  organisation: { org_id: string; name: string };
  user_account: { id: string; org_id: string; name: string; role: string; disabled: number };
};

/** An API client as the token endpoint needs it. */
export interface Client {
  id: string;
  name: string;
  description: string;
  kind: ApiClient['kind'];
  orgId: string;
  orgName: string;
  scopes: string[];
  /** Of access tokens, seconds. */
  lifetimeS: number;
  redirects: string[];
  confidential: boolean;
  disabled: boolean;
  /** Whoever answers for it: what he may not do, it may not; undefined when he is gone or disabled. */
  owner: Holder | undefined;
}

/** A person in whose name a program acts. */
export interface Holder {
  id: string;
  name: string;
  role: string;
}

export interface NewClient
  extends Pick<ApiClient, 'name' | 'description' | 'kind' | 'scopes' | 'lifetimeS' | 'redirects'> {
  id: string;
  orgId: string;
  confidential: boolean;
  /** User id. */
  owner: string;
}

export async function addClient(db: Db, given: NewClient, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .insertInto('api_client')
    .values({
      id: given.id,
      org_id: given.orgId,
      name: given.name,
      description: given.description,
      kind: given.kind,
      scopes: JSON.stringify(given.scopes),
      lifetime_s: given.lifetimeS,
      redirects: JSON.stringify(given.redirects),
      confidential: given.confidential ? 1 : 0,
      disabled: 0,
      created: now,
      created_by: given.owner,
      last_used: null,
    })
    .execute();
}

export type ClientChange = Partial<
  Pick<ApiClient, 'name' | 'description' | 'scopes' | 'lifetimeS' | 'redirects' | 'disabled'>
> & { owner?: string };

/** @returns whether there is such a client */
export async function changeClient(db: Db, orgId: string, id: string, to: ClientChange): Promise<boolean> {
  const set: Partial<Row> = {
    ...(to.name !== undefined && { name: to.name }),
    ...(to.description !== undefined && { description: to.description }),
    ...(to.scopes !== undefined && { scopes: JSON.stringify(to.scopes) }),
    ...(to.lifetimeS !== undefined && { lifetime_s: to.lifetimeS }),
    ...(to.redirects !== undefined && { redirects: JSON.stringify(to.redirects) }),
    ...(to.disabled !== undefined && { disabled: to.disabled ? 1 : 0 }),
    ...(to.owner !== undefined && { created_by: to.owner }),
  };
  if (Object.keys(set).length === 0) return (await shownClient(db, orgId, id, 0)) !== undefined;
  const done = await db
    .$extendTables<Tables>()
    .updateTable('api_client')
    .set(set)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** A client has two passwords at most: the new one, and the one before until `keepUntil`. */
export async function addSecret(
  tx: Db,
  given: { orgId: string; clientId: string; hash: string; keepUntil: number },
  now: number,
): Promise<void> {
  const t = tx.$extendTables<Tables>();
  const others = await t
    .selectFrom('api_client_secret')
    .select(['id', 'expires'])
    .where('client_id', '=', given.clientId)
    .execute();
  for (const { id, expires } of others) {
    const until = expires === null ? given.keepUntil : now;
    await t.updateTable('api_client_secret').set({ expires: until }).where('id', '=', id).execute();
  }
  await t
    .insertInto('api_client_secret')
    .values({
      id: randomUUID(),
      org_id: given.orgId,
      client_id: given.clientId,
      hash: given.hash,
      created: now,
      expires: null,
      last_used: null,
    })
    .execute();
  await t
    .deleteFrom('api_client_secret')
    .where('client_id', '=', given.clientId)
    .where('expires', '<=', now)
    .execute();
}

/** @returns whether there was one */
export async function dropSecret(db: Db, orgId: string, clientId: string, id: string): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .deleteFrom('api_client_secret')
    .where('org_id', '=', orgId)
    .where('client_id', '=', clientId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}

/** Ids and hashes of the passwords that are good now. */
export async function secretsOf(
  db: Db,
  clientId: string,
  now: number,
): Promise<{ id: string; hash: string }[]> {
  return db
    .$extendTables<Tables>()
    .selectFrom('api_client_secret')
    .select(['id', 'hash'])
    .where('client_id', '=', clientId)
    .where((e) => e.or([e('expires', 'is', null), e('expires', '>', now)]))
    .execute();
}

/** Newest first. */
export async function listClients(db: Db, orgId: string, now: number): Promise<ApiClient[]> {
  const [rows, secrets] = await Promise.all([
    clientRows(db).where('c.org_id', '=', orgId).orderBy('c.created', 'desc').orderBy('c.id').execute(),
    shownSecrets(db, orgId, now),
  ]);
  return rows.map((row) => shown(row, secrets));
}

export async function shownClient(
  db: Db,
  orgId: string,
  id: string,
  now: number,
): Promise<ApiClient | undefined> {
  const row = await clientRows(db).where('c.org_id', '=', orgId).where('c.id', '=', id).executeTakeFirst();
  return row && shown(row, await shownSecrets(db, orgId, now));
}

/** @returns the name of the client that is gone, undefined when there was none */
export async function dropClient(db: Db, orgId: string, id: string): Promise<string | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .deleteFrom('api_client')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst();
  return row?.name;
}

/** The client of an id, in whatever organisation. */
export async function clientOf(db: Db, id: string): Promise<Client | undefined> {
  const row = await clientRows(db)
    .innerJoin('organisation as o', 'o.org_id', 'c.org_id')
    .select('o.name as org_name')
    .where('c.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      name: row.name,
      description: row.description,
      kind: row.kind as ApiClient['kind'],
      orgId: row.org_id,
      orgName: row.org_name,
      scopes: list(row.scopes),
      lifetimeS: row.lifetime_s,
      redirects: list(row.redirects),
      confidential: row.confidential === 1,
      disabled: row.disabled === 1,
      owner: ownerOf(row),
    }
  );
}

export async function touchClient(
  db: Db,
  id: string,
  secretId: string | undefined,
  now: number,
): Promise<void> {
  const t = db.$extendTables<Tables>();
  await t.updateTable('api_client').set({ last_used: now }).where('id', '=', id).execute();
  if (secretId !== undefined)
    await t.updateTable('api_client_secret').set({ last_used: now }).where('id', '=', secretId).execute();
}

const clientRows = (db: Db) =>
  db
    .$extendTables<Tables>()
    .selectFrom('api_client as c')
    .leftJoin('user_account as u', (on) =>
      on.onRef('u.id', '=', 'c.created_by').onRef('u.org_id', '=', 'c.org_id'),
    )
    .selectAll('c')
    .select(['u.name as owner', 'u.role as owner_role', 'u.disabled as owner_disabled']);

type Joined = Row & { owner: string | null; owner_role: string | null; owner_disabled: number | null };

function ownerOf(row: Joined): Holder | undefined {
  if (row.owner === null || row.owner_disabled === 1) return undefined;
  return { id: row.created_by, name: row.owner, role: row.owner_role ?? '' };
}

const shownSecrets = (db: Db, orgId: string, now: number): Promise<SecretRow[]> =>
  db
    .$extendTables<Tables>()
    .selectFrom('api_client_secret')
    .selectAll()
    .where('org_id', '=', orgId)
    .where((e) => e.or([e('expires', 'is', null), e('expires', '>', now)]))
    .execute();

const shown = (row: Joined, secrets: SecretRow[]): ApiClient => ({
  id: row.id,
  name: row.name,
  description: row.description,
  kind: row.kind as ApiClient['kind'],
  scopes: list(row.scopes),
  lifetimeS: row.lifetime_s,
  redirects: list(row.redirects),
  confidential: row.confidential === 1,
  disabled: row.disabled === 1,
  created: iso(row.created),
  createdBy: row.owner ?? '',
  owned: ownerOf(row) !== undefined,
  lastUsed: isoOr(row.last_used),
  secrets: secrets
    .filter((secret) => secret.client_id === row.id)
    .toSorted((a, b) => Number(a.expires !== null) - Number(b.expires !== null))
    .map(({ id, created, expires, last_used }) => ({
      id,
      created: iso(created),
      expires: isoOr(expires),
      lastUsed: isoOr(last_used),
    })),
});

const list = (text: string): string[] => JSON.parse(text) as string[];
const iso = (ms: number): string => new Date(ms).toISOString();
const isoOr = (ms: number | null): string | null => (ms === null ? null : iso(ms));
