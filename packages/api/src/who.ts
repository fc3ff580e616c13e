/** People and programs: first-start setup, login, session. The hub and the appliance console share these. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

export const Password = z
  .string()
  .min(12, 'A password needs at least 12 characters.')
  .max(256, 'A password has at most 256 characters.');
const Name = z
  .string()
  .trim()
  .min(1, 'Enter a user name.')
  .max(64)
  .regex(/^[\w.@+-]+$/, 'A user name has letters, digits and . _ @ + - only.');

export const Me = z.object({
  name: z.string(),
  role: z.string(),
  permissions: z.array(z.string()),
  organisation: z.string(),
  /** Region of the hub (`AMERICAS`), host name of the appliance. */
  place: z.string(),
  version: z.string(),
  /** What the user has to do before anything else is allowed. */
  must: z.enum(['second-factor']).optional(),
});
export type Me = z.infer<typeof Me>;

const tag = 'session';

export const getState = endpoint({
  method: 'GET',
  path: '/api/state',
  summary: 'Whether this program has been set up, and its name, before any login',
  tag,
  permission: 'public',
  answer: z.object({ setUp: z.boolean(), place: z.string(), product: z.string(), version: z.string() }),
});

export const setUp = endpoint({
  method: 'POST',
  path: '/api/setup',
  summary: 'First start: make the first administrator with the setup token from the log; logs in',
  tag,
  permission: 'public',
  body: z.object({
    token: z.string().max(128),
    name: Name,
    password: Password,
    organisation: z
      .string()
      .trim()
      .min(1, 'Enter the name of your organisation.')
      .max(128)
      .default('My organisation'),
  }),
  answer: Me,
});

export const logIn = endpoint({
  method: 'POST',
  path: '/api/session',
  summary: 'Log in with name and password; answers with a session cookie',
  tag,
  permission: 'public',
  body: z.object({
    name: z.string().max(64),
    password: z.string().max(256),
    /** Six digits of the authenticator or a recovery code, where the answer was `second_factor_needed`. */
    code: z.string().max(64).optional(),
  }),
  answer: Me,
});

export const whoAmI = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: 'The logged-in user',
  tag,
  permission: 'session',
  answer: Me,
});

export const logOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  summary: 'Log out',
  tag,
  permission: 'session',
});

/** '' for none. */
const Email = z.union([z.literal(''), z.email('Enter an e-mail address.').max(254)]);

const userTag = 'users';
const UserId = z.object({ id: z.string().max(64) });

export const User = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  /** `invited` has no password yet, or none any more: the one-time link sets one. */
  state: z.enum(['active', 'invited', 'disabled']),
  created: z.iso.datetime(),
  lastLogin: z.iso.datetime().nullable(),
  /** Live sessions. */
  sessions: z.int(),
  /** Until when the open one-time link is good. */
  linkUntil: z.iso.datetime().nullable(),
  email: z.string().optional(),
  /** Has a second factor. */
  secondFactor: z.boolean().optional(),
  /** Logs in with single sign-on. */
  sso: z.boolean().optional(),
});
export type User = z.infer<typeof User>;

/** A role of this program, as people are to know it. */
export const RoleText = z.object({ id: z.string(), label: z.string(), text: z.string() });
export type RoleText = z.infer<typeof RoleText>;

/** Shown this once; whoever opens it chooses the password. */
export const OneTimeLink = z.object({ url: z.string(), expires: z.iso.datetime() });
export type OneTimeLink = z.infer<typeof OneTimeLink>;

export const listUsers = endpoint({
  method: 'GET',
  path: '/api/users',
  summary: 'Users of the organisation, and the roles there are, the most powerful first',
  tag: userTag,
  permission: 'user:read',
  answer: z.object({ users: z.array(User), roles: z.array(RoleText) }),
});

export const addUser = endpoint({
  method: 'POST',
  path: '/api/users',
  summary: 'Add a user; the one-time link, with which he chooses his password, is shown this once',
  tag: userTag,
  permission: 'user:write',
  body: z.object({ name: Name, role: z.string().min(1, 'Choose a role.').max(64), email: Email.optional() }),
  answer: z.object({ user: User, link: OneTimeLink }),
});

export const changeUser = endpoint({
  method: 'PATCH',
  path: '/api/users/:id',
  summary: 'Change the role of a user, disable or enable him; either ends his sessions',
  tag: userTag,
  permission: 'user:write',
  params: UserId,
  body: z
    .object({
      role: z.string().min(1).max(64).optional(),
      disabled: z.boolean().optional(),
      email: Email.optional(),
    })
    .refine((b) => Object.values(b).some((value) => value !== undefined), 'Name what to change.'),
  answer: User,
});

export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/api/users/:id',
  summary: 'Delete a user; his sessions end',
  tag: userTag,
  permission: 'user:write',
  params: UserId,
});

export const resetUser = endpoint({
  method: 'POST',
  path: '/api/users/:id/reset',
  summary: 'A new one-time link for a user: his password and sessions end, and earlier links',
  tag: userTag,
  permission: 'user:write',
  params: UserId,
  answer: OneTimeLink,
});

export const endUserSessions = endpoint({
  method: 'DELETE',
  path: '/api/users/:id/sessions',
  summary: 'End all sessions of a user',
  tag: userTag,
  permission: 'user:write',
  params: UserId,
});

const account = 'account';

export const OwnSession = z.object({
  id: z.string(),
  created: z.iso.datetime(),
  used: z.iso.datetime(),
  /** Address that it was opened from. */
  peer: z.string(),
  /** The one that asks. */
  current: z.boolean(),
});
export type OwnSession = z.infer<typeof OwnSession>;

export const changePassword = endpoint({
  method: 'PUT',
  path: '/api/account/password',
  summary: 'Change the own password; all other sessions end, this one gets a new cookie',
  tag: account,
  permission: 'session',
  body: z.object({ current: z.string().max(256), password: Password }),
});

export const listOwnSessions = endpoint({
  method: 'GET',
  path: '/api/account/sessions',
  summary: 'The own live sessions, the one used last first',
  tag: account,
  permission: 'session',
  answer: z.object({ sessions: z.array(OwnSession) }),
});

export const endOwnSession = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions/:id',
  summary: 'End one of the own sessions',
  tag: account,
  permission: 'session',
  params: z.object({ id: z.string().max(64) }),
});

export const endOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions',
  summary: 'End all own sessions but this one',
  tag: account,
  permission: 'session',
});

const LinkToken = z.string().min(1).max(128);

export const lookAtLink = endpoint({
  method: 'POST',
  path: '/api/welcome',
  summary: 'Whom a one-time link is for; the token is the part of its address after #',
  tag: account,
  permission: 'public',
  body: z.object({ token: LinkToken }),
  answer: z.object({ name: z.string(), organisation: z.string(), expires: z.iso.datetime() }),
});

export const acceptLink = endpoint({
  method: 'POST',
  path: '/api/welcome/password',
  summary: 'Choose the password with a one-time link, which it spends; logs in',
  tag: account,
  permission: 'public',
  body: z.object({ token: LinkToken, password: Password }),
  answer: Me,
});
