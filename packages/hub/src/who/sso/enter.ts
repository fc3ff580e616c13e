/** Who somebody is here whom a provider has confirmed: a known user, one of that address, a new one, or nobody. */
import { fail } from '@sightline/api';
import { type Db, oneAtATime } from '../../db.ts';
import { userById } from '../store.ts';
import { add, usersOf } from '../users.ts';
import { type Claims, isUserName, isVouchedFor, roleOf } from './claims.ts';
import { keepIdentity, type Provider, userOfEmail, userOfSubject } from './store.ts';

/** What was found or made, and how. */
export interface Found {
  userId: string;
  how: 'known' | 'linked' | 'made';
  /** The role that the user got just now. */
  newRole?: string | undefined;
}

/** @throws sso_no_role, sso_no_user */
export async function whoIs(db: Db, provider: Provider, claims: Claims, now: number): Promise<Found> {
  const role = roleOf(claims, provider);
  if (provider.roleClaim !== '' && role === undefined && provider.defaultRole === '')
    throw fail('sso_no_role');
  return db.transaction().execute(async (tx) => {
    await oneAtATime(tx, `users ${provider.orgId}`);
    const found = (await known(tx, provider, claims, now)) ?? (await made(tx, provider, claims, role, now));
    if (!found) throw fail('sso_no_user');
    const newRole = found.how === 'made' ? undefined : await moved(tx, found.userId, role, provider, now);
    return { ...found, newRole };
  });
}

async function known(
  tx: Db,
  provider: Provider,
  { subject, email }: Claims,
  now: number,
): Promise<Found | undefined> {
  const userId = await userOfSubject(tx, provider, subject);
  if (userId !== undefined) return { userId, how: 'known' };
  if (!provider.linkByEmail || !isVouchedFor(email, provider)) return undefined;
  const same = await userOfEmail(tx, provider.orgId, email);
  if (same === undefined) return undefined;
  await keepIdentity(tx, provider, { subject, userId: same }, now);
  return { userId: same, how: 'linked' };
}

/** A user for somebody who comes for the first time, where the provider's settings want that. */
async function made(
  tx: Db,
  provider: Provider,
  { subject, email, name }: Claims,
  mapped: string | undefined,
  now: number,
): Promise<Found | undefined> {
  const role = mapped ?? provider.defaultRole;
  if (provider.defaultRole === '' || !isVouchedFor(email, provider) || !isUserName(name)) return undefined;
  const user = await add(tx, provider.orgId, { name, role, email }, now);
  if (!user) return undefined;
  await keepIdentity(tx, provider, { subject, userId: user.id }, now);
  return { userId: user.id, how: 'made' };
}

/** Follows a change of role at the provider; the last administrator with a password stays one. */
async function moved(
  tx: Db,
  userId: string,
  role: string | undefined,
  { orgId }: Provider,
  now: number,
): Promise<string | undefined> {
  const user = await userById(tx, userId);
  if (!user || role === undefined || role === user.role) return undefined;
  const users = usersOf(tx, orgId);
  if (user.role === 'admin') {
    const all = await users.list(now);
    const others = all.filter((one) => one.id !== userId && one.role === 'admin');
    if (!others.some((one) => !one.disabled && one.hasPassword)) return undefined;
  }
  await users.change(userId, { role }, now);
  await users.endSessions(userId);
  return role;
}
