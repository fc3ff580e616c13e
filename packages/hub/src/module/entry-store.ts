/** Documents of the catalogue that organisations added: module types, integrations, changes that were proposed. */
import { randomUUID } from 'node:crypto';
import { fail } from '@sightline/api';
import { isoTime } from '@sightline/ctim';
import type { Db } from '../db.ts';

export type EntryKind = 'module-type' | 'integration' | 'module-type-patch';

type Row = {
  id: string;
  org_id: string;
  kind: EntryKind;
  document: string;
  user_id: string;
  client_id: string;
  created: number;
  updated: number;
};
type Tables = { module_entry: Row };

export interface Entry {
  id: string;
  orgId: string;
  document: Record<string, unknown>;
  userId: string;
  clientId: string;
  created: string;
  updated: string;
}

/** Oldest first. */
export async function listEntries(db: Db, orgId: string, kind: EntryKind): Promise<Entry[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('module_entry')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .orderBy('created')
    .orderBy('id')
    .execute();
  return rows.map(entryOf);
}

export async function findEntry(
  db: Db,
  orgId: string,
  kind: EntryKind,
  id: string,
): Promise<Entry | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('module_entry')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && entryOf(row);
}

export async function addEntry(
  db: Db,
  kind: EntryKind,
  given: Pick<Entry, 'orgId' | 'document' | 'userId' | 'clientId'>,
  now: number,
): Promise<Entry> {
  const row: Row = {
    id: randomUUID(),
    org_id: given.orgId,
    kind,
    document: JSON.stringify(given.document),
    user_id: given.userId,
    client_id: given.clientId,
    created: now,
    updated: now,
  };
  await db.$extendTables<Tables>().insertInto('module_entry').values(row).execute();
  return entryOf(row);
}

/** @throws `not_found` */
export async function changeEntry(
  db: Db,
  orgId: string,
  kind: EntryKind,
  id: string,
  document: Record<string, unknown>,
  now: number,
): Promise<Entry> {
  await db
    .$extendTables<Tables>()
    .updateTable('module_entry')
    .set({ document: JSON.stringify(document), updated: now })
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .execute();
  const entry = await findEntry(db, orgId, kind, id);
  if (!entry) throw fail('not_found', { what: kind });
  return entry;
}

export async function dropEntry(db: Db, orgId: string, kind: EntryKind, id: string): Promise<void> {
  await db
    .$extendTables<Tables>()
    .deleteFrom('module_entry')
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .execute();
}

const entryOf = (row: Row): Entry => ({
  id: row.id,
  orgId: row.org_id,
  document: JSON.parse(row.document),
  userId: row.user_id,
  clientId: row.client_id,
  created: isoTime(row.created),
  updated: isoTime(row.updated),
});
