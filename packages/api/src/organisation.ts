/** The organisation: who may log in and how, single sign-on, everybody's sessions. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'organisation';
const Iso = z.iso.datetime();

export const Organisation = z.object({
  id: z.string(),
  name: z.string(),
  created: Iso,
  changed: Iso,
  /** Everybody who logs in with a password needs a second factor too. */
  secondFactor: z.boolean(),
  /** False: administrators only, for a time of trouble. */
  allRoles: z.boolean(),
});
export type Organisation = z.infer<typeof Organisation>;

export const getOrganisation = endpoint({
  method: 'GET',
  path: '/api/organisation',
  summary: 'The organisation and who may log in',
  tag,
  permission: 'user:read',
  answer: Organisation,
});

export const editOrganisation = endpoint({
  method: 'PATCH',
  path: '/api/organisation',
  summary: 'Rename the organisation, ask everybody for a second factor, let administrators in only',
  tag,
  permission: 'organisation:write',
  body: z.object({
    name: z.string().trim().min(1, 'Enter the name of your organisation.').max(128).optional(),
    secondFactor: z.boolean().optional(),
    allRoles: z.boolean().optional(),
  }),
  answer: Organisation,
});

export const SessionShown = z.object({
  id: z.string(),
  user: z.string(),
  role: z.string(),
  created: Iso,
  used: Iso,
  peer: z.string(),
  /** How it began. */
  way: z.enum(['password', 'sso']),
  current: z.boolean(),
});
export type SessionShown = z.infer<typeof SessionShown>;

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/sessions',
  summary: 'Live sessions of everybody in the organisation, the one used last first',
  tag: 'users',
  permission: 'user:read',
  answer: z.object({ sessions: z.array(SessionShown) }),
});

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/sessions/:id',
  summary: 'End a session',
  tag: 'users',
  permission: 'user:write',
  params: z.object({ id: z.string().max(64) }),
});

const sso = 'single sign-on';

/** Plain HTTP only for a provider on the same machine. */
const Issuer = z
  .url({ protocol: /^https?$/ })
  .max(512)
  .refine((text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  }, 'Enter an address with https://.');

const Domains = z
  .array(
    z
      .string()
      .toLowerCase()
      .regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'Enter domains such as example.com.'),
  )
  .max(50);

const settings = {
  /** What the button on the login page says. */
  label: z.string().trim().min(1, 'Enter a name.').max(64),
  issuer: Issuer,
  clientId: z.string().trim().min(1, 'Enter the client id.').max(256),
  enabled: z.boolean(),
  /** Domains of e-mail addresses that it may vouch for; empty: all. */
  domains: Domains,
  /** Whoever it vouches for by a verified address is the user of that name or address. */
  linkByEmail: z.boolean(),
  /** Role of somebody who comes for the first time; '': only those who have a user here. */
  defaultRole: z.string().max(64),
  /** Claim of the ID token with groups or roles, '' to leave roles as they are here. */
  roleClaim: z.string().max(128),
  /** The first that fits counts. */
  roleMap: z.array(z.object({ value: z.string().min(1).max(256), role: z.string().min(1).max(64) })).max(50),
};

export const SsoProvider = z.object({
  id: z.string(),
  ...settings,
  hasSecret: z.boolean(),
  /** Users who came with it. */
  users: z.int(),
  changed: Iso,
});
export type SsoProvider = z.infer<typeof SsoProvider>;

/** Written, never read back. '' for a provider that knows this hub by PKCE alone. */
const clientSecret = z.string().max(512);
const byId = z.object({ id: z.string().max(64) });

export const listSsoProviders = endpoint({
  method: 'GET',
  path: '/api/sso/providers',
  summary: 'Providers of single sign-on of the organisation, and the redirect address to register with them',
  tag: sso,
  permission: 'organisation:write',
  answer: z.object({ redirect: z.string(), providers: z.array(SsoProvider) }),
});

export const addSsoProvider = endpoint({
  method: 'POST',
  path: '/api/sso/providers',
  summary: 'Add a provider of single sign-on (OpenID Connect)',
  tag: sso,
  permission: 'organisation:write',
  body: z.object({
    ...settings,
    enabled: settings.enabled.default(true),
    domains: settings.domains.default([]),
    linkByEmail: settings.linkByEmail.default(true),
    defaultRole: settings.defaultRole.default(''),
    roleClaim: settings.roleClaim.default(''),
    roleMap: settings.roleMap.default([]),
    clientSecret: clientSecret.default(''),
  }),
  answer: SsoProvider,
});

export const editSsoProvider = endpoint({
  method: 'PATCH',
  path: '/api/sso/providers/:id',
  summary: 'Change a provider of single sign-on; a secret that is left out stays',
  tag: sso,
  permission: 'organisation:write',
  params: byId,
  body: z.object({ ...settings, clientSecret }).partial(),
  answer: SsoProvider,
});

export const deleteSsoProvider = endpoint({
  method: 'DELETE',
  path: '/api/sso/providers/:id',
  summary: 'Remove a provider of single sign-on; the users stay',
  tag: sso,
  permission: 'organisation:write',
  params: byId,
});

export const testSsoProvider = endpoint({
  method: 'POST',
  path: '/api/sso/providers/:id/test',
  summary: 'Read what the provider says of itself',
  tag: sso,
  permission: 'organisation:write',
  params: byId,
  answer: z.object({ ok: z.boolean(), text: z.string() }),
});

export const listSignOn = endpoint({
  method: 'GET',
  path: '/api/sso',
  summary: 'Ways to log in without a password, for the login page',
  tag: sso,
  permission: 'public',
  answer: z.object({ providers: z.array(z.object({ id: z.string(), label: z.string() })) }),
});

export const startSignOn = endpoint({
  method: 'GET',
  path: '/api/sso/start/:id',
  summary: 'Sends the browser to the provider',
  tag: sso,
  permission: 'public',
  params: byId,
  media: 'text/plain',
  answer: z.string(),
});

export const finishSignOn = endpoint({
  method: 'GET',
  path: '/api/sso/callback',
  summary: 'Where the provider sends the browser back to; logs in',
  tag: sso,
  permission: 'public',
  query: z.record(z.string().max(64), z.union([z.string().max(8192), z.array(z.string())])),
  media: 'text/plain',
  answer: z.string(),
});
