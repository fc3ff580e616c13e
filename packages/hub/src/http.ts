/** Who is calling and whether they may: the gate that every endpoint of the hub is mounted behind. */

import { getConnInfo } from '@hono/node-server/conninfo';
import { Fault, fail, type Permission } from '@sightline/api';
import type { Gate } from '@sightline/api/http';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

/** Who sent a request. `nobody` at public endpoints, with empty strings. */
export interface Caller {
  kind: 'user' | 'client' | 'nobody';
  /** Id of the user or the client. */
  id: string;
  orgId: string;
  name: string;
  role: string;
  /** What a user's role allows. */
  permissions: readonly string[];
  /** What an API client has been given. */
  scopes: readonly string[];
  /** Address that the request came from, '' in-process. */
  peer: string;
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
  /** Name of the session cookie; known once the port is. */
  cookie: () => string;
  /** The user of a session that is still alive. */
  session: (secret: string) => Promise<Omit<Caller, 'peer'> | undefined>;
  verifyToken: (
    bearer: string,
  ) => Promise<{ clientId: string; orgId: string; scopes: readonly string[] } | Fault>;
  scopeCovers: (granted: readonly string[], needed: string) => boolean;
}

/** Permissions of these addresses are scopes of API clients. */
const forClients = (path: string): boolean => path.startsWith('/iroh/') || path.startsWith('/ctia/');

/** Address of the other end of the connection, '' in-process. */
export const peerOf = (c: Context): string => {
  const env = c.env as { incoming?: unknown } | undefined;
  return env?.incoming ? (getConnInfo(c).remote.address ?? '') : '';
};

const nobody = (peer: string): Caller => ({
  kind: 'nobody',
  id: '',
  orgId: '',
  name: '',
  role: '',
  permissions: [],
  scopes: [],
  peer,
});

/**
 * The gate: public endpoints are open; a bearer token speaks for an API client and needs the scope; else the
 * session cookie speaks for a user, whose role needs the permission (`investigate` where it is a scope).
 */
export const gate =
  (doors: Doors): Gate<Caller> =>
  async (c, permission) => {
    if (permission === 'public') return nobody(peerOf(c));
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer) return asClient(doors, bearer, permission, peerOf(c));
    const secret = getCookie(c, doors.cookie());
    const user = secret ? await doors.session(secret) : undefined;
    if (user) return mayUser({ ...user, peer: peerOf(c) }, c.req.path, permission);
    throw forClients(c.req.path) ? noToken() : fail('not_logged_in');
  };

async function asClient(doors: Doors, bearer: string, needed: Permission, peer: string): Promise<Caller> {
  const client = await doors.verifyToken(bearer);
  if (client instanceof Fault) throw client;
  if (needed === 'session' || !doors.scopeCovers(client.scopes, needed)) throw noScope(client.scopes, needed);
  const { clientId, orgId, scopes } = client;
  return { ...nobody(peer), kind: 'client', id: clientId, orgId, name: clientId, scopes };
}

function mayUser(user: Caller, path: string, permission: Permission): Caller {
  const needed = forClients(path) ? 'investigate' : permission;
  if (needed !== 'session' && !user.permissions.includes(needed))
    throw fail('forbidden', { permission: needed });
  return user;
}

/** Body as CTR gives it (IROH, 401). */
const noToken = (): Fault =>
  fail(
    'jwt_missing',
    {},
    { wire: { error: 'invalid_request', error_description: 'No JWT found in HTTP Authorization header' } },
  );

/** Body as CTR gives it (IROH, 403). */
const noScope = (scopes: readonly string[], needed: string): Fault =>
  fail(
    'scope_missing',
    { scopes: needed },
    {
      wire: {
        error: 'insufficient_scope',
        error_description: `This API client lacks the scope ${needed}. Add a client that has it.`,
        'missing-scopes': [needed],
        'required-scopes': [needed],
        scopes: [...scopes],
      },
    },
  );
