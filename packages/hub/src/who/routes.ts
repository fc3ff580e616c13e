/** Setup, login and session, over HTTP. */
import { fail, getState, logIn, logOut, type Me, setUp, whoAmI } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { SessionCookie } from '@sightline/api/web/cookie';
import type { Passwords } from '@sightline/api/web/password';
import type { Quota } from '@sightline/api/web/quota';
import { hashed, isAlive, newSecret, TOUCH_MS } from '@sightline/api/web/session';
import { type UserActs, userRoutes } from '@sightline/api/web/users';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { organisationOf } from './organisation.ts';
import { permissionsOf, ROLE_TEXTS } from './policy.ts';
import { checkSecond, type SecondDeps } from './second.ts';
import {
  accountOf,
  closeSession,
  folded,
  hasUsers,
  openSession,
  organisationName,
  sessionOf,
  setUpWith,
  touchSession,
  type User,
  userById,
  type Way,
} from './store.ts';
import { invitations, usersOf } from './users.ts';

export interface WhoDeps extends Pick<Deps, 'db' | 'audit' | 'clock' | 'publicUrl'> {
  /** The organisation that setup names, and whose audit log takes failed logins. */
  home: string;
  region: string;
  version: string;
  cookie: SessionCookie;
  passwords: Passwords;
  /** Attempts per account and per address. */
  accountQuota: Quota;
  peerQuota: Quota;
  sealer: SecondDeps['sealer'];
}

export function whoRoutes(on: Mount<Caller>, deps: WhoDeps): void {
  const { db, home, region, version } = deps;
  on(getState, async () => ({
    setUp: await hasUsers(db, home),
    place: region,
    product: 'Sightline',
    version,
  }));
  on(setUp, async ({ body, caller, c }) => {
    const user = await firstUser(deps, body, caller.peer);
    return enter(deps, c, user, caller.peer);
  });
  on(logIn, async ({ body, caller, c }) => {
    const user = await checked(deps, body, caller.peer);
    return enter(deps, c, user, caller.peer);
  });
  on(whoAmI, async ({ caller }) =>
    me(deps, { ...caller, orgName: await organisationName(db, caller.orgId) }),
  );
  on(logOut, async ({ caller, c }) => {
    const secret = deps.cookie.read(c);
    if (secret) await closeSession(db, hashed(secret));
    deps.cookie.clear(c);
    await log(deps, caller.name, 'user.logged_out', caller.name, 'Logged out', caller.peer, caller.orgId);
    return undefined;
  });
}

/** Users, one-time links and the own account. */
export function userRoutesOf(on: Mount<Caller>, deps: WhoDeps): UserActs<Caller> {
  const { db } = deps;
  return userRoutes(on, {
    ...deps,
    users: ({ orgId }) => usersOf(db, orgId),
    invitations: invitations(db),
    roles: ROLE_TEXTS,
    url: deps.publicUrl,
    secret: (c) => deps.cookie.read(c) ?? '',
    enter: async (c, id, peer) => {
      const user = await userById(db, id);
      if (!user) throw fail('not_logged_in');
      return enter(deps, c, user, peer);
    },
    note: ({ name, peer, orgId }, action, object, text) => log(deps, name, action, object, text, peer, orgId),
    noteInvited: async ({ id, name }, action, text, peer) => {
      const user = await userById(db, id);
      await log(deps, name, action, name, text, peer, user?.orgId);
    },
  });
}

type SetUp = { token: string; name: string; password: string; organisation: string };

async function firstUser(deps: WhoDeps, given: SetUp, peer: string): Promise<User> {
  const now = deps.clock();
  deps.peerQuota.take(peer, now);
  if (await hasUsers(deps.db, deps.home)) throw fail('setup_done');
  const { name, organisation } = given;
  const password = await deps.passwords.hash(given.password);
  const setup = { orgId: deps.home, tokenHash: hashed(given.token.trim()), name, password, organisation };
  const user = await setUpWith(deps.db, setup, now);
  if (!user) {
    await log(deps, name, 'setup.refused', name, 'Setup with a wrong token was refused', peer);
    throw fail('setup_token_wrong');
  }
  deps.peerQuota.back(peer, now);
  await log(
    deps,
    name,
    'setup.done',
    organisation,
    `Set up "${organisation}" with administrator ${name}`,
    peer,
  );
  return user;
}

/** The same work and the same words whether the name or the password is wrong. */
async function checked(
  deps: WhoDeps,
  given: { name: string; password: string; code?: string | undefined },
  peer: string,
): Promise<User> {
  const now = deps.clock();
  deps.peerQuota.take(peer, now);
  deps.accountQuota.take(folded(given.name), now);
  const account = await accountOf(deps.db, given.name);
  const isRight = await deps.passwords.verify(given.password, account?.password);
  if (account && isRight) {
    // a wrong code counts like a wrong password, one that is not there yet does not
    if (given.code) await second(deps, account, given.code, peer);
    deps.peerQuota.back(peer, now);
    deps.accountQuota.back(folded(given.name), now);
    if (!given.code) await second(deps, account, undefined, peer);
    return account;
  }
  const shown = account?.name ?? 'unknown user';
  await log(deps, shown, 'user.login_failed', shown, 'A login failed', peer, account?.orgId);
  throw fail('login_failed');
}

async function second(deps: WhoDeps, user: User, code: string | undefined, peer: string): Promise<void> {
  const note = (action: string, text: string): Promise<void> =>
    log(deps, user.name, action, user.name, text, peer, user.orgId);
  try {
    if ((await checkSecond(deps, user.id, code, deps.clock())) === 'recovery')
      await note('user.recovery_code_used', 'Used a recovery code');
  } catch (error) {
    if (code) await note('user.login_failed', 'A login failed: wrong second factor');
    throw error;
  }
}

/** @throws login_closed as long as only administrators may log in */
async function checkOpen({ db }: WhoDeps, { orgId, role }: User): Promise<void> {
  if (role !== 'admin' && !(await organisationOf(db, orgId)).allRoles) throw fail('login_closed');
}

/** Opens a session for whoever has just proved who he is. */
export async function enter(
  deps: WhoDeps,
  c: Context,
  user: User,
  peer: string,
  way: Way = 'password',
): Promise<Me> {
  const secret = newSecret();
  await checkOpen(deps, user);
  await openSession(deps.db, { hash: hashed(secret), user, peer, way }, deps.clock());
  deps.cookie.write(c, secret);
  const text = way === 'sso' ? 'Logged in with single sign-on' : 'Logged in';
  await log(deps, user.name, 'user.logged_in', user.name, text, peer, user.orgId);
  const session = await sessionOf(deps.db, hashed(secret));
  return me(deps, { ...user, must: session?.lacksFactor ? 'second-factor' : undefined });
}

type Entered = { name: string; role: string; orgName: string; must?: Caller['must'] };

const me = (deps: WhoDeps, user: Entered): Me => ({
  name: user.name,
  role: user.role,
  permissions: user.must ? [] : [...permissionsOf(user.role)],
  ...(user.must ? { must: user.must } : {}),
  organisation: user.orgName,
  place: deps.region,
  version: deps.version,
});

const log = (
  deps: WhoDeps,
  actor: string,
  action: string,
  object: string,
  text: string,
  peer: string,
  orgId = deps.home,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer });

/** The user of a session secret while the session lives; notes its use. */
export const sessionUser =
  (deps: Pick<WhoDeps, 'db' | 'clock'>) =>
  async (secret: string): Promise<Omit<Caller, 'peer'> | undefined> => {
    const hash = hashed(secret);
    const now = deps.clock();
    const session = await sessionOf(deps.db, hash);
    if (!session) return undefined;
    if (!isAlive(session, now)) {
      await closeSession(deps.db, hash);
      return undefined;
    }
    if (now - session.used > TOUCH_MS) await touchSession(deps.db, hash, now);
    const { id, orgId, name, role } = session.user;
    if (!session.allRoles && role !== 'admin') return undefined;
    if (session.lacksFactor)
      return {
        kind: 'user',
        id,
        userId: id,
        orgId,
        name,
        role,
        permissions: [],
        scopes: [],
        must: 'second-factor',
      };
    return { kind: 'user', id, userId: id, orgId, name, role, permissions: permissionsOf(role), scopes: [] };
  };
