/** Organisations as they are kept, and further ones on one hub. Nothing of one is seen by another. */
import { randomUUID } from 'node:crypto';
import { fail, type OneTimeLink } from '@sightline/api';
import { address, freshLink } from '@sightline/api/web/links';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import { add, keepLink } from './users.ts';

type Row = {
  org_id: string;
  name: string;
  created: number;
  changed: number;
  second_factor: number;
  all_roles: number;
};
type Tables = { organisation: Row };

export interface Organisation {
  id: string;
  name: string;
  /** Epoch milliseconds. */
  created: number;
  changed: number;
  /** Whoever logs in with a password needs a second factor. */
  secondFactor: boolean;
  /** False: administrators only. */
  allRoles: boolean;
}

export async function organisationOf(db: Db, id: string): Promise<Organisation> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('organisation')
    .selectAll()
    .where('org_id', '=', id)
    .executeTakeFirst();
  if (!row) throw fail('not_found', { what: 'organisation' });
  const { name, created, changed } = row;
  return { id, name, created, changed, secondFactor: row.second_factor === 1, allRoles: row.all_roles === 1 };
}

export async function changeOrganisation(
  db: Db,
  id: string,
  to: Partial<Pick<Organisation, 'name' | 'secondFactor' | 'allRoles'>>,
  now: number,
): Promise<void> {
  const set = {
    changed: now,
    ...(to.name !== undefined && { name: to.name }),
    ...(to.secondFactor !== undefined && { second_factor: to.secondFactor ? 1 : 0 }),
    ...(to.allRoles !== undefined && { all_roles: to.allRoles ? 1 : 0 }),
  };
  await db.$extendTables<Tables>().updateTable('organisation').set(set).where('org_id', '=', id).execute();
}

export interface OrganisationDeps extends Pick<Deps, 'db' | 'audit'> {
  /** Address of the hub, for the link. */
  url: string;
}

/**
 * Makes an organisation with one administrator, who comes with the one-time link.
 * @throws name_taken when a user of that name exists, in any organisation
 */
export async function addOrganisation(
  { db, audit, url }: OrganisationDeps,
  given: { name: string; admin: string },
  now: number,
): Promise<OneTimeLink> {
  const link = freshLink(now);
  const org_id = randomUUID();
  await db.transaction().execute(async (tx) => {
    const row = { org_id, name: given.name, created: now, changed: now, second_factor: 0, all_roles: 1 };
    await tx.$extendTables<Tables>().insertInto('organisation').values(row).execute();
    const user = await add(tx, org_id, { name: given.admin, role: 'admin' }, now);
    if (!user) throw fail('name_taken', { name: given.admin });
    await keepLink(tx, org_id, user.id, { hash: link.hash, expires: link.expires });
    const text = `Made "${given.name}" with the administrator ${given.admin}`;
    const line = { actor: 'command line', action: 'organisation.added', object: given.name, peer: '' };
    await audit({ ...line, orgId: org_id, text }, tx);
  });
  return address(url, link);
}
