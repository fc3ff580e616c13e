/** Whether somebody has the second factor: a code of the authenticator, or a recovery code, each once. */
import { fail } from '@sightline/api';
import { hashed } from '@sightline/api/web/session';
import type { Db } from '../db.ts';
import type { Sealer } from '../secret/seal.ts';
import { type Factor, factorOf, spendRecovery, spendStep } from './factor.ts';
import { plainCode, stepOfCode } from './totp.ts';

export interface SecondDeps {
  db: Db;
  sealer: Pick<Sealer, 'seal' | 'open'>;
}

/** What the sealed secret of a user belongs to. */
export const aboutFactor = (userId: string): string => `totp ${userId}`;

/**
 * Passes whoever has no second factor. @returns whether a recovery code was spent
 * @throws second_factor_needed without a code, second_factor_wrong
 */
export async function checkSecond(
  deps: SecondDeps,
  userId: string,
  code: string | undefined,
  now: number,
): Promise<'none' | 'code' | 'recovery'> {
  const factor = await factorOf(deps.db, userId);
  if (factor.secret === '') return 'none';
  if (!code?.trim()) throw fail('second_factor_needed');
  if (await isCode(deps, userId, factor, code, now)) return 'code';
  if (await spendRecovery(deps.db, userId, hashed(plainCode(code)))) return 'recovery';
  throw fail('second_factor_wrong');
}

async function isCode(
  { db, sealer }: SecondDeps,
  userId: string,
  { secret, step: after }: Factor,
  code: string,
  now: number,
): Promise<boolean> {
  const step = stepOfCode(sealer.open(secret, aboutFactor(userId)), code, now, after);
  return step !== undefined && spendStep(db, userId, step);
}
