/** Configured modules as they are kept. Everything asks for the organisation. */
import { randomUUID } from 'node:crypto';
import { fail, type ModuleInstance } from '@sightline/api';
import { isoTime } from '@sightline/ctim';
import type { Db } from '../db.ts';

type Row = {
  id: string;
  org_id: string;
  type_id: string;
  name: string;
  enabled: number;
  settings: string;
  created: number;
  updated: number;
};
type Tables = { module: Row };

export type Change = Partial<Pick<ModuleInstance, 'name' | 'enabled' | 'settings'>>;

/** In the order of their names. */
export async function listInstances(db: Db, orgId: string): Promise<ModuleInstance[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('name')
    .execute();
  return rows.map(instanceOf);
}

/** @throws `not_found` also for an instance of another organisation */
export async function getInstance(db: Db, orgId: string, id: string): Promise<ModuleInstance> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('module')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw fail('not_found', { what: 'module' });
  return instanceOf(row);
}

/** @throws `name_taken` */
export async function addInstance(
  db: Db,
  orgId: string,
  given: Pick<ModuleInstance, 'name' | 'module_type_id' | 'settings'>,
  now: number,
): Promise<ModuleInstance> {
  await claimName(db, orgId, given.name);
  const row: Row = {
    id: randomUUID(),
    org_id: orgId,
    type_id: given.module_type_id,
    name: given.name,
    enabled: 1,
    settings: JSON.stringify(given.settings),
    created: now,
    updated: now,
  };
  await db.$extendTables<Tables>().insertInto('module').values(row).execute();
  return instanceOf(row);
}

/** @throws `not_found`, `name_taken` */
export async function changeInstance(
  db: Db,
  orgId: string,
  id: string,
  change: Change,
  now: number,
): Promise<ModuleInstance> {
  if (change.name !== undefined) await claimName(db, orgId, change.name, id);
  await db
    .$extendTables<Tables>()
    .updateTable('module')
    .set({
      updated: now,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.enabled === undefined ? {} : { enabled: change.enabled ? 1 : 0 }),
      ...(change.settings === undefined ? {} : { settings: JSON.stringify(change.settings) }),
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
  return getInstance(db, orgId, id);
}

export async function dropInstance(db: Db, orgId: string, id: string): Promise<void> {
  await db
    .$extendTables<Tables>()
    .deleteFrom('module')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
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

const instanceOf = (row: Row): ModuleInstance => ({
  id: row.id,
  name: row.name,
  module_type_id: row.type_id,
  visibility: 'org',
  enabled: row.enabled === 1,
  settings: JSON.parse(row.settings),
  created_at: isoTime(row.created),
  updated_at: isoTime(row.updated),
});
