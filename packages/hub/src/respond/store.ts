/** Triggers that came with an Idempotency-Key, and what came of them. */
import type { Db } from '../db.ts';

type Row = { org_id: string; key: string; request: string; answer: string | null; at: number };
type Tables = { response_trigger: Row };

export interface Earlier {
  request: string;
  /** JSON; null while it is under way. */
  answer: string | null;
}

/** Notes that a trigger begins. @returns the one that had this key before, if there was one after `since` */
export async function begin(
  db: Db,
  given: { orgId: string; key: string; request: string },
  now: number,
  since: number,
): Promise<Earlier | undefined> {
  const { orgId: org_id, key, request } = given;
  return db.transaction().execute(async (tx) => {
    const table = tx.$extendTables<Tables>();
    await table.deleteFrom('response_trigger').where('org_id', '=', org_id).where('at', '<', since).execute();
    const { numInsertedOrUpdatedRows: made } = await table
      .insertInto('response_trigger')
      .values({ org_id, key, request, answer: null, at: now })
      .onConflict((conflict) => conflict.columns(['org_id', 'key']).doNothing())
      .executeTakeFirst();
    if (made) return undefined;
    return table
      .selectFrom('response_trigger')
      .select(['request', 'answer'])
      .where('org_id', '=', org_id)
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
  });
}

/** Keeps what came of it; with no answer it is as if it had never begun. */
export async function finish(db: Db, orgId: string, key: string, answer: string | undefined): Promise<void> {
  const table = db.$extendTables<Tables>();
  if (answer === undefined)
    await table.deleteFrom('response_trigger').where('org_id', '=', orgId).where('key', '=', key).execute();
  else
    await table
      .updateTable('response_trigger')
      .set({ answer })
      .where('org_id', '=', orgId)
      .where('key', '=', key)
      .execute();
}
