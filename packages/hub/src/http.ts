/** Who is calling and whether they may: the gate that every endpoint of the hub is mounted behind. */
import { Fault, fail, type Permission } from '@sightline/api';
import type { Gate } from '@sightline/api/http';
import type { Context } from 'hono';
import { ctiaWords } from './intel/fault.ts';
import { type ApiCaller, scopeMissing } from './who/bearer.ts';
import { permissionOf, permissionsOf } from './who/policy.ts';

/** Who sent a request. `nobody` at public endpoints, with empty strings. */
export interface Caller {
  kind: 'user' | 'client' | 'nobody';
  /** Id of the user or the client. */
  id: string;
  /** The person in whose name: the user himself, the owner of a client, whoever let an application act. */
  userId: string;
  orgId: string;
  name: string;
  role: string;
  /** What a user's role allows. */
  permissions: readonly string[];
  /** What an API client has been given. */
  scopes: readonly string[];
  /** Address that the request came from, '' in-process. */
  peer: string;
  /** What a user has to do before anything else; until then he has no permissions. */
  must?: 'second-factor' | undefined;
}

/** One line of the audit log; `orgId` is the organisation whose log it is. */
export interface AuditLine {
  orgId: string;
  actor: string;
  /** Dotted verb: `module.added`. */
  action: string;
  /** What it was done to, by name or id. */
  object: string;
  text: string;
  peer: string;
}

/** What an endpoint needs of who is there. */
export interface Doors {
  /** Secret of the session cookie. */
  secret: (c: Context) => string | undefined;
  /** Address that a request came from, '' in-process. */
  peer: (c: Context) => string;
  /** The user of a session that is still alive. */
  session: (secret: string) => Promise<Omit<Caller, 'peer'> | undefined>;
  /** The API client of this Authorization header; rejects as CTR words it. */
  verifyToken: (authorization: string | undefined) => Promise<ApiCaller>;
  /** Counts a call of this client; throws when its organisation has none left. */
  counted: (client: ApiCaller, c: Context) => void;
  /** Throws unless the client has the scope. */
  requireScope: (client: ApiCaller, needed: string) => void;
}

/** Permissions of these addresses are scopes of API clients. */
const forClients = (path: string): boolean => path.startsWith('/iroh/') || path.startsWith('/ctia/');

const nobody = (peer: string): Caller => ({
  kind: 'nobody',
  id: '',
  userId: '',
  orgId: '',
  name: '',
  role: '',
  permissions: [],
  scopes: [],
  peer,
});

/**
 * The gate: public endpoints are open; a bearer token speaks for an API client and needs the scope; else the
 * session cookie speaks for a user, whose role needs the permission (see `permissionOf` where it is a scope).
 */
export const gate =
  (doors: Doors): Gate<Caller> =>
  async (c, permission) => {
    const peer = doors.peer(c);
    if (permission === 'public') return nobody(peer);
    const authorization = c.req.header('authorization');
    const client = (): Promise<Caller> => inWords(c, permission, asClient(doors, c, permission, peer));
    if (/^Bearer /i.test(authorization ?? '')) return client();
    const secret = doors.secret(c);
    const user = secret ? await doors.session(secret) : undefined;
    if (user) return mayUser({ ...user, peer }, c.req.path, permission);
    if (forClients(c.req.path)) return client();
    throw fail('not_logged_in');
  };

/** The intel store refuses in CTIA's words. */
async function inWords(c: Context, needed: Permission, caller: Promise<Caller>): Promise<Caller> {
  const { path, method } = c.req;
  if (!path.startsWith('/ctia/')) return caller;
  return caller.catch((error: unknown) => {
    throw error instanceof Fault ? ctiaWords(error, { method, path, needed }) : error;
  });
}

/** A program may what its scopes say and the person behind it may. */
async function asClient(doors: Doors, c: Context, needed: Permission, peer: string): Promise<Caller> {
  const client = await doors.verifyToken(c.req.header('authorization'));
  doors.counted(client, c);
  doors.requireScope(client, needed);
  const permission = permissionOf(needed);
  if (permission !== 'session' && !permissionsOf(client.role).includes(permission))
    throw scopeMissing(client, needed, `The role of ${client.userName} does not allow ${needed}`);
  const { clientId, clientName, orgId, userId, role, scopes } = client;
  return { ...nobody(peer), kind: 'client', id: clientId, userId, orgId, name: clientName, role, scopes };
}

function mayUser(user: Caller, path: string, permission: Permission): Caller {
  const needed = forClients(path) ? permissionOf(permission) : permission;
  if (needed !== 'session' && !user.permissions.includes(needed))
    throw fail('forbidden', { permission: needed });
  return user;
}
