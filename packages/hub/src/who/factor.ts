/** Second factors as they are kept: the secret sealed, recovery codes as hashes. */
import type { Db } from '../db.ts';

type Tables = {
  user_account: {
    id: string;
    org_id: string;
    totp: string;
    totp_since: number | null;
    totp_step: number;
    totp_next: string;
  };
  recovery_code: { hash: string; org_id: string; user_id: string };
};

export interface Factor {
  /** Sealed; '' for none. */
  secret: string;
  since: number | null;
  /** Of the last code that counted. */
  step: number;
  /** Sealed; the secret that is not confirmed yet. */
  next: string;
}

export async function factorOf(db: Db, userId: string): Promise<Factor> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_account')
    .select(['totp', 'totp_since', 'totp_step', 'totp_next'])
    .where('id', '=', userId)
    .executeTakeFirst();
  return {
    secret: row?.totp ?? '',
    since: row?.totp_since ?? null,
    step: row?.totp_step ?? 0,
    next: row?.totp_next ?? '',
  };
}

export async function keepNext(db: Db, userId: string, sealed: string): Promise<void> {
  const t = db.$extendTables<Tables>();
  await t.updateTable('user_account').set({ totp_next: sealed }).where('id', '=', userId).execute();
}

/** The secret that was to come counts from now on, if it still is that one. */
export async function confirmNext(
  db: Db,
  userId: string,
  next: string,
  step: number,
  now: number,
): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .updateTable('user_account')
    .set({ totp: next, totp_since: now, totp_step: step, totp_next: '' })
    .where('id', '=', userId)
    .where('totp_next', '=', next)
    .where('totp', '=', '')
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Counts the code of a step. @returns false when it or a later one has counted before */
export async function spendStep(db: Db, userId: string, step: number): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .updateTable('user_account')
    .set({ totp_step: step })
    .where('id', '=', userId)
    .where('totp_step', '<', step)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** @returns whether it was one of the user's */
export async function spendRecovery(db: Db, userId: string, hash: string): Promise<boolean> {
  const done = await db
    .$extendTables<Tables>()
    .deleteFrom('recovery_code')
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}

/** In the place of those there are. */
export async function keepRecovery(tx: Db, orgId: string, userId: string, hashes: string[]): Promise<void> {
  const t = tx.$extendTables<Tables>();
  await t.deleteFrom('recovery_code').where('user_id', '=', userId).execute();
  const rows = hashes.map((hash) => ({ hash, org_id: orgId, user_id: userId }));
  await t.insertInto('recovery_code').values(rows).execute();
}

export async function recoveryLeft(db: Db, userId: string): Promise<number> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('recovery_code')
    .select((e) => e.fn.countAll<number>().as('left'))
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return Number(row?.left ?? 0);
}

/** @returns whether there was a second factor */
export async function endFactor(db: Db, orgId: string, userId: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const t = tx.$extendTables<Tables>();
    await t.deleteFrom('recovery_code').where('user_id', '=', userId).where('org_id', '=', orgId).execute();
    const done = await t
      .updateTable('user_account')
      .set({ totp: '', totp_since: null, totp_step: 0, totp_next: '' })
      .where('org_id', '=', orgId)
      .where('id', '=', userId)
      .where('totp', '!=', '')
      .executeTakeFirst();
    return done.numUpdatedRows === 1n;
  });
}
