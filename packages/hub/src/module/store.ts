/** Configured modules as they are kept. Everything asks for the organisation. */
import { randomUUID } from 'node:crypto';
import { fail, type IntModuleInstance, type Settings } from '@sightline/api';
import { isoTime } from '@sightline/ctim';
import type { Db } from '../db.ts';
import type { Sealed } from './secrets.ts';

type Row = {
  id: string;
  org_id: string;
  type_id: string;
  name: string;
  enabled: number;
  settings: string;
  secrets: string;
  visibility: string;
  user_id: string;
  client_id: string;
  extra: string;
  created: number;
  updated: number;
};
type Tables = { module: Row };

type Extra = Pick<IntModuleInstance, 'external_references' | 'parent_id'>;

/** An instance with its secrets apart, sealed. */
export interface Stored {
  id: string;
  orgId: string;
  name: string;
  typeId: string;
  visibility: IntModuleInstance['visibility'];
  enabled: boolean;
  settings: Settings;
  sealed: Sealed;
  userId: string;
  clientId: string;
  extra: Extra;
  created: string;
  updated: string;
}

export type New = Omit<Stored, 'created' | 'updated'>;
export type Change = Partial<
  Pick<Stored, 'name' | 'enabled' | 'settings' | 'sealed' | 'visibility' | 'extra'>
>;

export const newInstanceId = (): string => randomUUID();

/** In the order of their names. */
export async function listInstances(db: Db, orgId: string): Promise<Stored[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('name')
    .execute();
  return rows.map(storedOf);
}

/** Of all organisations, for work on the database itself. */
export async function everyInstance(db: Db): Promise<Stored[]> {
  const rows = await db.$extendTables<Tables>().selectFrom('module').selectAll().orderBy('id').execute();
  return rows.map(storedOf);
}

/** @throws `not_found` also for an instance of another organisation */
export async function getInstance(db: Db, orgId: string, id: string): Promise<Stored> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw fail('not_found', { what: 'module' });
  return storedOf(row);
}

/** @throws `name_taken` */
export async function addInstance(db: Db, given: New, now: number): Promise<Stored> {
  await claimName(db, given.orgId, given.name);
  const row: Row = {
    id: given.id,
    org_id: given.orgId,
    type_id: given.typeId,
    name: given.name,
    enabled: given.enabled ? 1 : 0,
    settings: JSON.stringify(given.settings),
    secrets: JSON.stringify(given.sealed),
    visibility: given.visibility,
    user_id: given.userId,
    client_id: given.clientId,
    extra: JSON.stringify(given.extra),
    created: now,
    updated: now,
  };
  await db.$extendTables<Tables>().insertInto('module').values(row).execute();
  return storedOf(row);
}

/** @throws `not_found`, `name_taken` */
export async function changeInstance(
  db: Db,
  orgId: string,
  id: string,
  change: Change,
  now: number,
): Promise<Stored> {
  if (change.name !== undefined) await claimName(db, orgId, change.name, id);
  await db
    .$extendTables<Tables>()
    .updateTable('module')
    .set({ updated: now, ...columnsOf(change) })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
  return getInstance(db, orgId, id);
}

const columnsOf = (change: Change): Partial<Row> => ({
  ...(change.name === undefined ? {} : { name: change.name }),
  ...(change.enabled === undefined ? {} : { enabled: change.enabled ? 1 : 0 }),
  ...(change.settings === undefined ? {} : { settings: JSON.stringify(change.settings) }),
  ...(change.sealed === undefined ? {} : { secrets: JSON.stringify(change.sealed) }),
  ...(change.visibility === undefined ? {} : { visibility: change.visibility }),
  ...(change.extra === undefined ? {} : { extra: JSON.stringify(change.extra) }),
});

export async function dropInstance(db: Db, orgId: string, id: string): Promise<void> {
  await db
    .$extendTables<Tables>()
    .deleteFrom('module')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** How many modules of a type there are. */
export async function countOfType(db: Db, orgId: string, typeId: string): Promise<number> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .select('id')
    .where('org_id', '=', orgId)
    .where('type_id', '=', typeId)
    .execute();
  return rows.length;
}

async function claimName(db: Db, orgId: string, name: string, owner?: string): Promise<void> {
  const taken = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .select('id')
    .where('org_id', '=', orgId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (taken && taken.id !== owner) throw fail('name_taken', { name });
}

const storedOf = (row: Row): Stored => ({
  id: row.id,
  orgId: row.org_id,
  name: row.name,
  typeId: row.type_id,
  visibility: row.visibility as Stored['visibility'],
  enabled: row.enabled === 1,
  settings: JSON.parse(row.settings),
  sealed: JSON.parse(row.secrets),
  userId: row.user_id,
  clientId: row.client_id,
  extra: JSON.parse(row.extra),
  created: isoTime(row.created),
  updated: isoTime(row.updated),
});
