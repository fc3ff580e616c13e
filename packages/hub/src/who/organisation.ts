/** Further organisations on one hub. Nothing of one is seen by another. */
import { randomUUID } from 'node:crypto';
import { fail, type OneTimeLink } from '@sightline/api';
import { address, freshLink } from '@sightline/api/web/users';
import type { Deps } from '../deps.ts';
import { add, keepLink } from './users.ts';

type Tables = { organisation: { org_id: string; name: string; created: number } };

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
    const row = { org_id, name: given.name, created: now };
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
