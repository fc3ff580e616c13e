/** Who is who for clients of CTR: profile, organisation, users (contract 2.7). */
import {
  Fault,
  type FieldProblem,
  fail,
  type IrohOrg,
  type IrohUser,
  irohBatchUsers,
  irohEditOrg,
  irohEditUser,
  irohGetOrg,
  irohGetUser,
  irohSearchUsers,
  irohWhoami,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { UserActs } from '@sightline/api/web/users';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { changeOrganisation, organisationOf } from './organisation.ts';
import { type Identity, identitiesOf, type Person, peopleOf, personById, setNick } from './people.ts';
import { scopesOfRole } from './policy.ts';

export interface ProfileDeps extends Pick<Deps, 'db' | 'audit' | 'clock'> {
  /** Changes role, state or address of a user as the portal does, with all its rules. */
  changeUser: UserActs<Caller>['changeUser'];
}

export function profileRoutes(on: Mount<Caller>, deps: ProfileDeps): void {
  const { db } = deps;
  on(irohWhoami, async ({ caller }) => ({
    user: await one(deps, caller.orgId, caller.userId),
    org: await org(deps, caller.orgId),
  }));
  on(irohGetOrg, ({ caller }) => org(deps, caller.orgId));
  on(irohEditOrg, async ({ caller, body }) => {
    const to = orgChange(body);
    await changeOrganisation(db, caller.orgId, to, deps.clock());
    const text = `Changed the organisation: ${Object.keys(body).join(', ')}`;
    await note(deps, caller, 'organisation.changed', caller.orgId, text);
    return org(deps, caller.orgId);
  });
  on(irohGetUser, ({ caller, params }) => one(deps, caller.orgId, params.id));
  on(irohEditUser, async ({ caller, params, body }) => {
    await one(deps, caller.orgId, params.id);
    const { nick, ...to } = userChange(body);
    if (Object.keys(to).length > 0) await deps.changeUser(caller, params.id, to);
    if (nick !== undefined) await setNick(db, caller.orgId, params.id, nick, deps.clock());
    return one(deps, caller.orgId, params.id);
  });
  on(irohBatchUsers, async ({ caller, query }) => {
    const all = await everybody(deps, caller.orgId);
    const ids = [query.id].flat();
    return ids.flatMap((id) => all.find((user) => user['user-id'] === id) ?? []);
  });
  on(irohSearchUsers, async ({ caller, query, body, c }) => {
    const found = sorted((await everybody(deps, caller.orgId)).filter(matcher(body)), query);
    const from = query.search_after
      ? found.findIndex((user) => user['user-id'] === query.search_after) + 1
      : query.offset;
    const page = found.slice(from, from + query.limit);
    c.header('X-Total-Hits', String(found.length));
    if (from + query.limit < found.length)
      c.header('X-Next', `limit=${query.limit}&offset=${from + query.limit}`);
    if (from > 0) c.header('X-Previous', `limit=${query.limit}&offset=${Math.max(0, from - query.limit)}`);
    return page;
  });
}

const note = (
  deps: ProfileDeps,
  { orgId, name: actor, peer }: Caller,
  action: string,
  object: string,
  text: string,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer });

async function one({ db }: ProfileDeps, orgId: string, id: string): Promise<IrohUser> {
  const person = await personById(db, orgId, id);
  if (!person) throw noUser();
  return shown(person, await identitiesOf(db, orgId, id));
}

const noUser = (): Fault => fail('not_found', { what: 'user' }, { wire: { error: 'user_not_found' } });

async function everybody({ db }: ProfileDeps, orgId: string): Promise<IrohUser[]> {
  const [people, identities] = await Promise.all([peopleOf(db, orgId), identitiesOf(db, orgId)]);
  return people.map((person) =>
    shown(
      person,
      identities.filter(({ userId }) => userId === person.id),
    ),
  );
}

const shown = (person: Person, identities: Identity[]): IrohUser => ({
  'user-id': person.id,
  'user-email': person.email || (person.name.includes('@') ? person.name : ''),
  'user-name': person.name,
  'user-nick': person.nick || person.name,
  role: person.role,
  scopes: scopesOfRole(person.role),
  'org-id': person.orgId,
  'enabled?': !person.disabled,
  'created-at': iso(person.created),
  'updated-at': iso(person.changed),
  'last-logged-at': person.lastLogin === null ? null : iso(person.lastLogin),
  'idp-mappings': identities.map(({ id, issuer, enabled }) => ({
    idp: issuer,
    'user-identity-id': id,
    'organization-id': person.orgId,
    'enabled?': enabled,
  })),
});

async function org({ db }: ProfileDeps, orgId: string): Promise<IrohOrg> {
  const { name, created, changed, allRoles } = await organisationOf(db, orgId);
  return {
    id: orgId,
    name,
    'enabled?': true,
    'activation-status': 'activated',
    'scim-status': 'activated',
    'allow-all-role-to-login': allRoles,
    'allow-all-role-to-login-editable?': true,
    'created-at': iso(created),
    'updated-at': iso(changed),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

const ORG_KEYS = {
  name: z.string().trim().min(1).max(128),
  'allow-all-role-to-login': z.boolean(),
};
const USER_KEYS = {
  role: z.string().max(64),
  'enabled?': z.boolean(),
  'user-nick': z.string().trim().max(128),
  'user-email': z.union([z.literal(''), z.email().max(254)]),
};

function orgChange(body: Record<string, unknown>): { name?: string; allRoles?: boolean } {
  const given = known(ORG_KEYS, body);
  const { name, 'allow-all-role-to-login': allRoles } = given;
  return { ...(name !== undefined && { name }), ...(allRoles !== undefined && { allRoles }) };
}

function userChange(body: Record<string, unknown>) {
  const { role, 'enabled?': enabled, 'user-nick': nick, 'user-email': email } = known(USER_KEYS, body);
  return {
    ...(role !== undefined && { role }),
    ...(enabled !== undefined && { disabled: !enabled }),
    ...(email !== undefined && { email }),
    ...(nick !== undefined && { nick }),
  };
}

/** The values of those keys. @throws 400 in CTR's words for any other key, and for a value that is not as it must be */
function known<Keys extends Record<string, z.ZodType>>(
  keys: Keys,
  body: Record<string, unknown>,
): { [K in keyof Keys]?: z.output<Keys[K]> } {
  const strange = Object.keys(body).filter((key) => !Object.hasOwn(keys, key));
  if (strange.length > 0)
    throw refused(
      strange.map((path) => ({ path, message: 'disallowed-key' })),
      'disallowed-key',
    );
  const wrong: FieldProblem[] = [];
  const read = Object.entries(body).flatMap(([key, value]) => {
    const result = (keys[key] as z.ZodType).safeParse(value);
    if (!result.success) wrong.push({ path: key, message: result.error.issues[0]?.message ?? '' });
    return result.success ? [[key, result.data]] : [];
  });
  if (wrong.length > 0) throw refused(wrong);
  return Object.fromEntries(read);
}

const refused = (fields: FieldProblem[], same?: string): Fault =>
  new Fault(
    'invalid_input',
    {},
    {
      fields,
      wire: { errors: Object.fromEntries(fields.map(({ path, message }) => [path, same ?? message])) },
    },
  );

type Wanted = z.output<typeof irohSearchUsers.body>;

function matcher(wanted: Wanted): (user: IrohUser) => boolean {
  const keys = ['role', 'user-id', 'user-name', 'user-email', 'user-nick'] as const;
  const term = wanted['search-term']?.trim().toLowerCase() ?? '';
  return (user) =>
    keys.every((key) => wanted[key] === undefined || [wanted[key]].flat().includes(user[key])) &&
    (wanted['enabled?'] === undefined || wanted['enabled?'] === user['enabled?']) &&
    [user['user-name'], user['user-email'], user['user-nick']].some((text) =>
      text.toLowerCase().includes(term),
    );
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function sorted(
  users: IrohUser[],
  { sort_by, sort_order }: z.output<typeof irohSearchUsers.query>,
): IrohUser[] {
  const sign = sort_order === 'desc' ? -1 : 1;
  return users.toSorted(
    (a, b) =>
      sign * natural.compare(a[sort_by] ?? '', b[sort_by] ?? '') ||
      natural.compare(a['user-id'], b['user-id']),
  );
}
