/** Cloud services of an organisation: whether the response portal may ask its devices. Off until switched on. */
import type { CloudService } from '@sightline/api';
import type { Db } from '../db.ts';

type Tables = {
  cloud_service: { org_id: string; id: string; enabled: number; changed: number; changed_by: string };
};

const THREAT_RESPONSE = 'threat-response';

export async function serviceOf(db: Db, orgId: string): Promise<CloudService> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('cloud_service')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', THREAT_RESPONSE)
    .executeTakeFirst();
  return {
    id: THREAT_RESPONSE,
    name: 'Threat Response',
    description:
      'Lets the response portal search the message tracking of your registered devices in investigations.',
    enabled: row?.enabled === 1,
    changedBy: row?.changed_by ?? '',
    changed: row ? new Date(row.changed).toISOString() : null,
  };
}

export const isEnabled = async (db: Db, orgId: string): Promise<boolean> =>
  (await serviceOf(db, orgId)).enabled;

export async function setService(
  db: Db,
  orgId: string,
  given: { enabled: boolean; by: string },
  now: number,
): Promise<void> {
  const values = { enabled: given.enabled ? 1 : 0, changed: now, changed_by: given.by };
  await db
    .$extendTables<Tables>()
    .insertInto('cloud_service')
    .values({ org_id: orgId, id: THREAT_RESPONSE, ...values })
    .onConflict((c) => c.columns(['org_id', 'id']).doUpdateSet(values))
    .execute();
}
