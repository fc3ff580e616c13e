/** What response actions did in each mailbox, in the database. The only SQL about it. */
import { MailboxResult } from '@sightline/api';
import type { Db } from '../db.ts';

type Row = { action_id: string; org_id: string; n: number; result: string };
type Tables = { response_mailbox: Row };

const table = (db: Db) => db.$extendTables<Tables>();

/** An action of this id begins, or begins again. */
export async function forgetMailboxes(db: Db, orgId: string, id: string): Promise<void> {
  await table(db)
    .deleteFrom('response_mailbox')
    .where('org_id', '=', orgId)
    .where('action_id', '=', id)
    .execute();
}

/** Keeps the `n`th result of an action. */
export async function keepMailbox(
  db: Db,
  { orgId, id, n }: { orgId: string; id: string; n: number },
  result: MailboxResult,
): Promise<void> {
  await table(db)
    .insertInto('response_mailbox')
    .values({ action_id: id, org_id: orgId, n, result: JSON.stringify(result) })
    .execute();
}

/** Those that have ended so far, in that order. */
export async function mailboxesOf(db: Db, orgId: string, id: string): Promise<MailboxResult[]> {
  const rows = await table(db)
    .selectFrom('response_mailbox')
    .select('result')
    .where('org_id', '=', orgId)
    .where('action_id', '=', id)
    .orderBy('n')
    .execute();
  return rows.map(({ result }) => MailboxResult.parse(JSON.parse(result)));
}
