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
  body: z.object({ name: z.string().max(64), password: z.string().max(256) }),
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

export const ApiClient = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  created: z.iso.datetime(),
  createdBy: z.string(),
  lastUsed: z.iso.datetime().nullable(),
});
export type ApiClient = z.infer<typeof ApiClient>;

/** Scopes an API client can have (CTR names); a parent covers its children, no suffix means read and write. */
export const SCOPES = ['inspect:read', 'enrich:read', 'integration:read', 'sse', 'sse:read'] as const;

export const listApiClients = endpoint({
  method: 'GET',
  path: '/api/clients',
  summary: 'API clients of the organisation',
  tag: 'clients',
  permission: 'client:read',
  answer: z.object({ clients: z.array(ApiClient) }),
});

export const addApiClient = endpoint({
  method: 'POST',
  path: '/api/clients',
  summary: 'Add an API client; its password is shown this once',
  tag: 'clients',
  permission: 'client:write',
  body: z.object({
    name: z.string().trim().min(1, 'Enter a name.').max(128),
    scopes: z.array(z.enum(SCOPES)).min(1, 'Choose at least one scope.'),
  }),
  answer: z.object({ client: ApiClient, password: z.string() }),
});

export const deleteApiClient = endpoint({
  method: 'DELETE',
  path: '/api/clients/:id',
  summary: 'Delete an API client; its tokens stop working',
  tag: 'clients',
  permission: 'client:write',
  params: z.object({ id: z.string().max(64) }),
});
