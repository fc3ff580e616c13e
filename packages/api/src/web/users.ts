/** Users of a program over HTTP: the list, one-time links, the own account. Each program brings its store. */
import type { Context } from 'hono';
import { Fault, fail } from '../error.ts';
import type { Mount } from '../http.ts';
import * as api from '../who.ts';
import {
  address,
  type Fresh,
  freshLink,
  type Invitations,
  type Invited,
  type Link,
  linkRoutes,
} from './links.ts';
import type { Passwords } from './password.ts';
import type { Quota } from './quota.ts';
import { hashed } from './session.ts';

export interface UserRow {
  id: string;
  name: string;
  role: string;
  disabled: boolean;
  hasPassword: boolean;
  /** Epoch milliseconds, as all times here. */
  created: number;
  lastLogin: number | null;
  sessions: number;
  linkUntil: number | null;
  email?: string;
  secondFactor?: boolean;
  sso?: boolean;
}

export interface SessionRow {
  hash: string;
  created: number;
  used: number;
  peer: string;
}

export interface UserChange {
  role?: string | undefined;
  disabled?: boolean | undefined;
  /** '' for none. */
  email?: string | undefined;
}

/** The users of one organisation. Ids of others are as if there were none. */
export interface Users {
  /** By name; counts the sessions and shows the links that are alive at `now`. */
  list(now: number): Promise<UserRow[]>;
  /** False when the name is in use. */
  add(
    user: { name: string; role: string; email?: string | undefined },
    now: number,
  ): Promise<UserRow | undefined>;
  change(id: string, to: UserChange, now: number): Promise<void>;
  /** With everything that is his. */
  remove(id: string): Promise<void>;
  /** PHC string; empty when there is none. */
  password(id: string): Promise<string>;
  setPassword(id: string, phc: string): Promise<void>;
  /** In the place of the last one. */
  keepLink(id: string, link: Link): Promise<void>;
  sessions(id: string, now: number): Promise<SessionRow[]>;
  /** Ends those that `which` says, all when left out. */
  endSessions(id: string, which?: { only?: string; except?: string }): Promise<void>;
  /** Runs the work while nobody else changes the users of this organisation; all of it or nothing where that can be. */
  alone<T>(work: (users: Users) => Promise<T>): Promise<T>;
}

/** Who asks, as far as this needs it. */
export interface Asker {
  id: string;
  name: string;
  peer: string;
}

export interface UsersDeps<Caller extends Asker> {
  users(caller: Caller): Users;
  invitations: Invitations;
  /** The most powerful first: that is the administrator. */
  roles: readonly api.RoleText[];
  passwords: Passwords;
  /** Wrong passwords per account, wrong links per address. */
  accountQuota: Quota;
  peerQuota: Quota;
  clock(): number;
  /** Address of this program for the one-time links, without a slash at its end. */
  url(c: Context): string;
  /** Secret of the session that asks. */
  secret(c: Context): string;
  /** Opens a session for the user and answers who he is. */
  enter(c: Context, userId: string, peer: string): Promise<api.Me>;
  note(caller: Caller, action: string, object: string, text: string): Promise<void>;
  /** The same, for somebody who has just come with a link. */
  noteInvited(invited: Invited, action: string, text: string, peer: string): Promise<void>;
}

/** What other rooms of a program may do with users, by the same rules. */
export interface UserActs<Caller extends Asker> {
  changeUser(caller: Caller, id: string, to: UserChange): Promise<api.User>;
}

export function userRoutes<Caller extends Asker>(
  on: Mount<Caller>,
  deps: UsersDeps<Caller>,
): UserActs<Caller> {
  const changeUser = changing(deps);
  listing(on, deps);
  changes(on, deps);
  on(api.changeUser, ({ caller, params, body }) => changeUser(caller, params.id, body));
  account(on, deps);
  linkRoutes(on, deps);
  return { changeUser };
}

function listing<Caller extends Asker>(on: Mount<Caller>, deps: UsersDeps<Caller>): void {
  on(api.listUsers, async ({ caller }) => {
    const rows = await deps.users(caller).list(deps.clock());
    return { users: rows.map(shown), roles: [...deps.roles] };
  });

  on(api.addUser, async ({ caller, body, c }) => {
    const now = deps.clock();
    const { name, role, email } = body;
    checkRole(deps, role);
    const made = await deps.users(caller).alone(async (users) => {
      const user = await users.add({ name, role, email }, now);
      if (!user) throw fail('name_taken', { name });
      const link = await newLink(users, user.id, now);
      return { user: { ...user, linkUntil: link.expires }, link };
    });
    await deps.note(caller, 'user.added', name, `Added ${name} with the role ${role}`);
    return { user: shown(made.user), link: address(deps.url(c), made.link) };
  });
}

/** `to(caller, id)(work)`: runs the work on that user while nobody else changes users. */
const workOn =
  <Caller extends Asker>(deps: UsersDeps<Caller>) =>
  (caller: Caller, id: string) =>
  <T>(work: (users: Users, user: UserRow) => Promise<T>) =>
    deps.users(caller).alone(async (users) => work(users, found(await users.list(deps.clock()), id)));

const changing =
  <Caller extends Asker>(deps: UsersDeps<Caller>): UserActs<Caller>['changeUser'] =>
  async (caller, id, to) => {
    if (to.role !== undefined) checkRole(deps, to.role);
    const { before, after } = await workOn(deps)(caller, id)(async (users, user) => {
      const after = changedUser(user, to);
      if (!isAdmin(deps, after)) await keepAdmin(deps, users, user);
      await users.change(user.id, to, deps.clock());
      if (after.sessions === 0) await users.endSessions(user.id);
      return { before: user, after };
    });
    await deps.note(caller, 'user.changed', after.name, changeText(before, after));
    return shown(after);
  };

function changes<Caller extends Asker>(on: Mount<Caller>, deps: UsersDeps<Caller>): void {
  const { clock } = deps;
  const to = workOn(deps);

  on(api.deleteUser, async ({ caller, params }) => {
    const name = await to(
      caller,
      params.id,
    )(async (users, user) => {
      await keepAdmin(deps, users, user);
      await users.remove(user.id);
      return user.name;
    });
    await deps.note(caller, 'user.deleted', name, `Deleted ${name}`);
    return undefined;
  });

  on(api.resetUser, async ({ caller, params, c }) => {
    const { name, link } = await to(
      caller,
      params.id,
    )(async (users, user) => {
      await keepAdmin(deps, users, user);
      await users.setPassword(user.id, '');
      await users.endSessions(user.id);
      return { name: user.name, link: await newLink(users, user.id, clock()) };
    });
    await deps.note(caller, 'user.reset', name, `Ended the password of ${name} and made a one-time link`);
    return address(deps.url(c), link);
  });

  on(api.endUserSessions, async ({ caller, params }) => {
    const name = await to(
      caller,
      params.id,
    )(async (users, user) => {
      await users.endSessions(user.id);
      return user.name;
    });
    await deps.note(caller, 'user.sessions_ended', name, `Ended all sessions of ${name}`);
    return undefined;
  });
}

function account<Caller extends Asker>(on: Mount<Caller>, deps: UsersDeps<Caller>): void {
  on(api.changePassword, async ({ caller, body, c }) => {
    const now = deps.clock();
    const users = deps.users(caller);
    deps.accountQuota.take(caller.id, now);
    if (!(await deps.passwords.verify(body.current, await users.password(caller.id)))) {
      await deps.note(caller, 'user.password_refused', caller.name, 'Gave a wrong current password');
      throw wrongPassword();
    }
    deps.accountQuota.back(caller.id, now);
    await users.setPassword(caller.id, await deps.passwords.hash(body.password));
    await users.endSessions(caller.id);
    await deps.note(caller, 'user.password_changed', caller.name, 'Changed the own password');
    await deps.enter(c, caller.id, caller.peer);
    return undefined;
  });

  on(api.listOwnSessions, async ({ caller, c }) => {
    const rows = await deps.users(caller).sessions(caller.id, deps.clock());
    const own = hashed(deps.secret(c));
    return { sessions: rows.toSorted((a, b) => b.used - a.used).map((row) => shownSession(row, own)) };
  });

  on(api.endOwnSession, async ({ caller, params }) => {
    const users = deps.users(caller);
    const rows = await users.sessions(caller.id, deps.clock());
    const row = rows.find(({ hash }) => publicId(hash) === params.id);
    if (!row) throw fail('not_found', { what: 'session' });
    await users.endSessions(caller.id, { only: row.hash });
    return undefined;
  });

  on(api.endOtherSessions, async ({ caller, c }) => {
    await deps.users(caller).endSessions(caller.id, { except: hashed(deps.secret(c)) });
    return undefined;
  });
}

async function newLink(users: Users, id: string, now: number): Promise<Fresh> {
  const { token, ...link } = freshLink(now);
  await users.keepLink(id, link);
  return { ...link, token };
}

function found(rows: UserRow[], id: string): UserRow {
  const user = rows.find((row) => row.id === id);
  if (!user) throw fail('not_found', { what: 'user' });
  return user;
}

type Roles = Pick<UsersDeps<Asker>, 'roles' | 'clock'>;

/** An administrator who can log in. */
const isAdmin = ({ roles }: Roles, user: UserRow): boolean =>
  user.role === roles[0]?.id && !user.disabled && user.hasPassword;

/** Throws when nobody could administer any more without this user. */
async function keepAdmin(deps: Roles, users: Users, user: UserRow): Promise<void> {
  if (!isAdmin(deps, user)) return;
  const all = await users.list(deps.clock());
  if (!all.some((one) => one.id !== user.id && isAdmin(deps, one)))
    throw fail('last_administrator', { name: user.name });
}

/** Another role and being disabled end the sessions. */
function changedUser(user: UserRow, to: UserChange): UserRow {
  const { role = user.role, disabled = user.disabled, email } = to;
  const stays = to.role === undefined && to.disabled === undefined;
  return {
    ...user,
    role,
    disabled,
    ...(email === undefined ? {} : { email }),
    sessions: stays ? user.sessions : 0,
  };
}

function checkRole({ roles }: Roles, role: string): void {
  if (roles.some(({ id }) => id === role)) return;
  const message = `Choose one of ${roles.map(({ id }) => id).join(', ')}.`;
  throw new Fault('invalid_input', {}, { fields: [{ path: 'role', message }] });
}

const wrongPassword = (): Fault =>
  new Fault('invalid_input', {}, { fields: [{ path: 'current', message: 'This is not your password.' }] });

function changeText(before: UserRow, after: UserRow): string {
  const role = before.role === after.role ? [] : [`Role of ${after.name}: ${before.role} to ${after.role}`];
  const state =
    before.disabled === after.disabled ? [] : [`${after.disabled ? 'Disabled' : 'Enabled'} ${after.name}`];
  const email = before.email === after.email ? [] : [`E-mail of ${after.name}: ${after.email || 'none'}`];
  return [...role, ...state, ...email].join('; ') || `Changed nothing of ${after.name}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = (row: UserRow): api.User => ({
  id: row.id,
  name: row.name,
  role: row.role,
  state: row.disabled ? 'disabled' : row.hasPassword || row.sso ? 'active' : 'invited',
  created: iso(row.created),
  lastLogin: row.lastLogin === null ? null : iso(row.lastLogin),
  sessions: row.sessions,
  linkUntil: row.linkUntil === null ? null : iso(row.linkUntil),
  ...(row.email === undefined ? {} : { email: row.email }),
  ...(row.secondFactor === undefined ? {} : { secondFactor: row.secondFactor }),
  ...(row.sso === undefined ? {} : { sso: row.sso }),
});

/** Enough of the hash to tell sessions apart; nothing leads from it to the secret. */
export const publicId = (hash: string): string => hash.slice(0, 24);

const shownSession = (row: SessionRow, own: string): api.OwnSession => ({
  id: publicId(row.hash),
  created: iso(row.created),
  used: iso(row.used),
  peer: row.peer,
  current: row.hash === own,
});
