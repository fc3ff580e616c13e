/**
 * Who is who, as clients of CTR know it (`/iroh/profile`, `/iroh/user-mgmt`). Names are in kebab-case, and some end in
 * `?`: that is how they are on the wire.
 */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const Iso = z.iso.datetime();

export const IrohUser = z.object({
  'user-id': z.string(),
  'user-email': z.string(),
  'user-name': z.string(),
  'user-nick': z.string(),
  role: z.string(),
  scopes: z.array(z.string()),
  'org-id': z.string(),
  'enabled?': z.boolean(),
  'created-at': Iso,
  'updated-at': Iso,
  'last-logged-at': Iso.nullable(),
  'idp-mappings': z.array(
    z.object({
      idp: z.string(),
      'user-identity-id': z.string(),
      'organization-id': z.string(),
      'enabled?': z.boolean(),
    }),
  ),
});
export type IrohUser = z.infer<typeof IrohUser>;

export const IrohOrg = z.object({
  id: z.string(),
  name: z.string(),
  'enabled?': z.boolean(),
  'activation-status': z.literal('activated'),
  'scim-status': z.literal('activated'),
  'allow-all-role-to-login': z.boolean(),
  'allow-all-role-to-login-editable?': z.boolean(),
  'created-at': Iso,
  'updated-at': Iso,
});
export type IrohOrg = z.infer<typeof IrohOrg>;

const tag = 'iroh-profile';

export const irohWhoami = endpoint({
  method: 'GET',
  path: '/iroh/profile/whoami',
  summary: 'The person in whose name the call is made, and the organisation',
  tag,
  permission: 'profile:read',
  answer: z.object({ user: IrohUser, org: IrohOrg }),
});

export const irohGetOrg = endpoint({
  method: 'GET',
  path: '/iroh/profile/org',
  summary: 'The organisation',
  tag,
  permission: 'profile:read',
  answer: IrohOrg,
});

/** Keys that can be changed: `name`, `allow-all-role-to-login`. Any other is answered with `disallowed-key`. */
export const irohEditOrg = endpoint({
  method: 'POST',
  path: '/iroh/profile/org',
  summary: 'Change the organisation',
  tag,
  permission: 'profile:write',
  body: z.record(z.string().max(64), z.unknown()),
  answer: IrohOrg,
});

const users = 'iroh-user-mgmt';
const params = z.object({ id: z.string().max(64) });

export const irohGetUser = endpoint({
  method: 'GET',
  path: '/iroh/user-mgmt/users/:id',
  summary: 'One user',
  tag: users,
  permission: 'users:read',
  params,
  answer: IrohUser,
});

/** Keys that can be changed: `role`, `enabled?`, `user-nick`, `user-email`. */
export const irohEditUser = endpoint({
  method: 'POST',
  path: '/iroh/user-mgmt/users/:id',
  summary: 'Change a user',
  tag: users,
  permission: 'users:write',
  params,
  body: z.record(z.string().max(64), z.unknown()),
  answer: IrohUser,
});

export const irohBatchUsers = endpoint({
  method: 'GET',
  path: '/iroh/user-mgmt/batch/users',
  summary: 'Several users in the order in which they are asked for, again where an id comes again',
  tag: users,
  permission: 'users:read',
  query: z.object({ id: z.union([z.string().max(64), z.array(z.string().max(64)).max(500)]) }),
  answer: z.array(IrohUser),
});

const Text = z.union([z.string().max(256), z.array(z.string().max(256)).max(100)]);

export const irohSearchUsers = endpoint({
  method: 'POST',
  path: '/iroh/user-mgmt/search/users',
  summary: 'Users by role, state or text; headers tell how many there are and how to go on',
  tag: users,
  permission: 'users:read',
  query: z.object({
    sort_by: z.enum(['user-name', 'user-email', 'role', 'created-at', 'last-logged-at']).default('user-name'),
    sort_order: z.enum(['asc', 'desc']).default('asc'),
    offset: z.coerce.number().int().min(0).max(10_000).default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
    /** Id of the last user of the page before. */
    search_after: z.string().max(64).optional(),
  }),
  body: z
    .object({
      role: Text.optional(),
      'enabled?': z.boolean().optional(),
      'user-id': Text.optional(),
      'user-name': Text.optional(),
      'user-email': Text.optional(),
      'user-nick': Text.optional(),
      /** Found anywhere in name, address or nick. */
      'search-term': z.string().max(256).optional(),
    })
    .default({}),
  answer: z.array(IrohUser),
});
