/** Who is asking: first-start setup, login, sessions. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { fail } from '@sightline/api';
import { passwords } from './password.ts';
import { quota } from './quota.ts';
import type { Role } from './role.ts';
import type { User, UserStore } from './store.ts';

const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 12 * 3_600_000;
/** A session's last use is written down at most so often. */
const TOUCH_MS = 30_000;
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
}

interface SetUp {
  token: string;
  name: string;
  password: string;
  organisation: string;
}

export function sessions(store: UserStore, clock: () => number): Sessions {
  const { hash, verify } = passwords();
  const byAccount = quota(PER_ACCOUNT, clock);
  const byAddress = quota(PER_ADDRESS, clock);
  const setupToken = store.anyUser() ? undefined : opaque(24);
  const setupHash = setupToken === undefined ? undefined : digest(setupToken);

  const open = ({ name, role }: Who): NewSession => {
    const id = opaque(32);
    const now = clock();
    store.endOld(now - IDLE_MS, now - LONGEST_MS);
    store.addSession(digest(id), { user: name, created: now, seen: now });
    return { id, name, role };
  };

  const setUp = async (given: SetUp, address: string): Promise<NewSession> => {
    if (setupHash === undefined || store.anyUser()) throw fail('setup_done');
    byAddress.use(address);
    if (!same(digest(given.token.trim()), setupHash)) throw fail('setup_token_wrong');
    const { name, organisation } = given;
    const user: User = { name, role: 'administrator', password: await hash(given.password) };
    if (!store.setUp(user, organisation)) throw fail('setup_done');
    return open(user);
  };

  const logIn = async (name: string, password: string, address: string): Promise<NewSession> => {
    const returnAccount = byAccount.use(name.trim().toLowerCase());
    const returnAddress = byAddress.use(address);
    const user = store.user(name.trim());
    const right = await verify(password, user?.password);
    if (!user || !right) throw fail('login_failed');
    returnAccount();
    returnAddress();
    return open(user);
  };

  return {
    isSetUp: () => store.anyUser(),
    organisation: () => store.organisation(),
    setupToken,
    setUp,
    logIn,
    whose: (id) => whose(store, digest(id), clock()),
    logOut: (id) => store.endSession(digest(id)),
  };
}

function whose(store: UserStore, hash: string, now: number): Who | undefined {
  const session = store.session(hash);
  if (!session) return undefined;
  const user = store.user(session.user);
  if (!user || now - session.seen > IDLE_MS || now - session.created > LONGEST_MS) {
    store.endSession(hash);
    return undefined;
  }
  if (now - session.seen > TOUCH_MS) store.touch(hash, now);
  return { name: user.name, role: user.role };
}

const opaque = (bytes: number): string => randomBytes(bytes).toString('base64url');
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const same = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));
