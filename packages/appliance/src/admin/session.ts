/** Who is asking: first-start setup, login, sessions. */
import { fail } from '@sightline/api';
import { type Passwords, passwords } from '@sightline/api/web/password';
import { type Quota, quota } from '@sightline/api/web/quota';
import {
  ABSOLUTE_MS,
  hashed,
  IDLE_MS,
  isAlive,
  isSame,
  newSecret,
  TOUCH_MS,
} from '@sightline/api/web/session';
import type { Role } from './role.ts';
import type { User, UserStore } from './store.ts';

const PER_ACCOUNT = 5;
const PER_ADDRESS = 20;

export interface Who {
  name: string;
  role: Role;
}

/** A session that was just made; `id` goes into the cookie and is kept nowhere else. */
export interface NewSession extends Who {
  id: string;
}

export interface Sessions {
  isSetUp(): boolean;
  organisation(): string;
  /** One-time token of this start; undefined when the console has been set up. */
  setupToken: string | undefined;
  /** Throws `setup_done`, `setup_token_wrong`, `too_many_requests`. */
  setUp(given: SetUp, address: string): Promise<NewSession>;
  /** Throws `login_failed`, `too_many_requests`. */
  logIn(name: string, password: string, address: string): Promise<NewSession>;
  /** The user of a live session, undefined when it has ended. */
  whose(id: string): Who | undefined;
  logOut(id: string): void;
  /** A session for whoever has just proved to be this user. Throws `not_logged_in` when there is none. */
  enter(name: string, address: string): NewSession;
  readonly passwords: Passwords;
  /** Wrong passwords by account, wrong secrets by address. */
  readonly byAccount: Quota;
  readonly byAddress: Quota;
}

interface SetUp {
  token: string;
  name: string;
  password: string;
  organisation: string;
}

export function sessions(store: UserStore, clock: () => number): Sessions {
  const keys = passwords();
  const byAccount = quota(PER_ACCOUNT, 60);
  const byAddress = quota(PER_ADDRESS, 60);
  const setupToken = store.anyUser() ? undefined : newSecret();

  const open = ({ name, role }: Who, peer: string): NewSession => {
    const id = newSecret();
    const now = clock();
    store.endOld(now - IDLE_MS, now - ABSOLUTE_MS);
    store.addSession(hashed(id), { user: name, created: now, seen: now, peer });
    store.loggedIn(name, now);
    return { id, name, role };
  };

  const setUp = async (given: SetUp, address: string): Promise<NewSession> => {
    if (setupToken === undefined || store.anyUser()) throw fail('setup_done');
    const now = clock();
    byAddress.take(address, now);
    if (!isSame(given.token.trim(), setupToken)) throw fail('setup_token_wrong');
    const { name, organisation } = given;
    const user: User = { name, role: 'administrator', password: await keys.hash(given.password) };
    if (!store.setUp(user, organisation, now)) throw fail('setup_done');
    byAddress.back(address, now);
    return open(user, address);
  };

  const logIn = async (name: string, password: string, address: string): Promise<NewSession> => {
    const now = clock();
    const account = name.trim().toLowerCase();
    byAccount.take(account, now);
    byAddress.take(address, now);
    const user = store.user(name.trim());
    const right = await keys.verify(password, user?.password);
    if (!user || !right) throw fail('login_failed');
    byAccount.back(account, now);
    byAddress.back(address, now);
    return open(user, address);
  };

  return {
    isSetUp: () => store.anyUser(),
    organisation: () => store.organisation(),
    setupToken,
    setUp,
    logIn,
    whose: (id) => whose(store, hashed(id), clock()),
    logOut: (id) => store.endSession(hashed(id)),
    enter: (name, address) => {
      const user = store.user(name);
      if (!user) throw fail('not_logged_in');
      return open(user, address);
    },
    passwords: keys,
    byAccount,
    byAddress,
  };
}

function whose(store: UserStore, hash: string, now: number): Who | undefined {
  const session = store.session(hash);
  if (!session) return undefined;
  const user = store.user(session.user);
  if (!user || !isAlive({ created: session.created, used: session.seen }, now)) {
    store.endSession(hash);
    return undefined;
  }
  if (now - session.seen > TOUCH_MS) store.touch(hash, now);
  return { name: user.name, role: user.role };
}
