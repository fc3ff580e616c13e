/** API clients as they are kept: a client's password only as its hash. */
import type { ApiClient } from '@sightline/api';
import type { Db } from '../db.ts';
import type { Client } from './oauth.ts';

type Row = {
  id: string;
  org_id: string;
  name: string;
  scopes: string;
  secret_hash: string;
  created: number;
  created_by: string;
  last_used: number | null;
};
type Tables = {
  api_client: Row;
  organisation: { org_id: string; name: string };
  user_account: { id: string; org_id: string; name: string };
};

export interface NewClient {
  id: string;
  orgId: string;
  name: string;
  scopes: readonly string[];
  secretHash: string;
  /** User id. */
  createdBy: string;
}

export async function addClient(db: Db, given: NewClient, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .insertInto('api_client')
    .values({
      id: given.id,
      org_id: given.orgId,
      name: given.name,
      scopes: JSON.stringify(given.scopes),
      secret_hash: given.secretHash,
      created: now,
      created_by: given.createdBy,
      last_used: null,
    })
    .execute();
}

/** Newest first. */
export async function listClients(db: Db, orgId: string): Promise<ApiClient[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('api_client as c')
    .leftJoin('user_account as u', 'u.id', 'c.created_by')
    .selectAll('c')
    .select('u.name as author')
    .where('c.org_id', '=', orgId)
    .orderBy('c.created', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: scopes(row),
    created: new Date(row.created).toISOString(),
    createdBy: row.author ?? '',
    lastUsed: row.last_used === null ? null : new Date(row.last_used).toISOString(),
  }));
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

/** The client of an id, with what its tokens say. */
export async function clientOf(db: Db, id: string): Promise<Client | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('api_client as c')
    .innerJoin('organisation as o', 'o.org_id', 'c.org_id')
    .leftJoin('user_account as u', 'u.id', 'c.created_by')
    .selectAll('c')
    .select(['o.name as org_name', 'u.name as author'])
    .where('c.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      name: row.name,
      orgId: row.org_id,
      orgName: row.org_name,
      userId: row.created_by,
      userEmail: row.author ?? '',
      scopes: scopes(row),
      secretHash: row.secret_hash,
    }
  );
}

export async function touchClient(db: Db, id: string, now: number): Promise<void> {
  await db
    .$extendTables<Tables>()
    .updateTable('api_client')
    .set({ last_used: now })
    .where('id', '=', id)
    .execute();
}

const scopes = (row: { scopes: string }): string[] => JSON.parse(row.scopes) as string[];
