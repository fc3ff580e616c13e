/** Access tokens for API clients: client credentials (RFC 6749 4.4), and the check of what a client presents. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  fail,
  issueToken,
  listKeys,
  type OauthMetadata,
  oauthMetadata,
  openidConfiguration,
  SCOPES,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Quota } from '@sightline/api/web/quota';
import type { Context } from 'hono';
import type { z } from 'zod';
import { type Presented, presented } from './grant.ts';
import { checkToken, ISSUER, type KeyPair, LIFETIME_S, signToken } from './jwt.ts';
import { scopeCovers, scopesOf } from './scope.ts';

/** An API client as its store knows it. */
export interface Client {
  id: string;
  name: string;
  orgId: string;
  orgName: string;
  /** Whoever made the client. */
  userId: string;
  userEmail: string;
  scopes: string[];
  /** From `hashSecret`. */
  secretHash: string;
}

export interface OauthDeps {
  key: KeyPair;
  /** The client of this id, undefined when there is none (any more). */
  clientOf(id: string): Promise<Client | undefined>;
  /** Called for every token given out. */
  used(clientId: string, at: number): Promise<void>;
  /** Tokens per client. */
  clientQuota: Quota;
  /** Wrong credentials per address. */
  peerQuota: Quota;
  peer(c: Context): string;
  publicUrl(): string;
  clock(): number;
}

/** Who calls with a good token. */
export interface ApiCaller {
  clientId: string;
  clientName: string;
  orgId: string;
  userId: string;
  scopes: string[];
}

export const newClientId = (): string => `client-${randomUUID()}`;
/** 40 random bytes, 54 characters that need no escaping anywhere. */
export const newSecret = (): string => randomBytes(40).toString('base64url');
/** Secrets are random and long, so one SHA-256 is enough to keep them by. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Mounts the token endpoint, its metadata and the public key. */
export function oauthRoutes(on: Mount<unknown>, deps: OauthDeps): void {
  on(issueToken, ({ body, c }) => grant(deps, presented(c.req.header('authorization'), body), c));
  on(oauthMetadata, () => metadata(deps.publicUrl()));
  on(openidConfiguration, () => metadata(deps.publicUrl()));
  on(listKeys, () => ({ keys: [deps.key.shown] }));
}

async function grant(deps: OauthDeps, asked: Presented, c: Context) {
  c.header('Cache-Control', 'no-store');
  c.header('Pragma', 'no-cache');
  const now = deps.clock();
  const client = await authenticated(deps, asked, deps.peer(c), now);
  deps.clientQuota.take(client.id, now);
  const scopes = grantedScopes(client.scopes, asked.scope);
  const token = await signToken(
    deps.key,
    {
      clientId: client.id,
      userId: client.userId,
      email: client.userEmail,
      orgId: client.orgId,
      orgName: client.orgName,
      scopes,
    },
    deps.publicUrl(),
    now,
  );
  await deps.used(client.id, now);
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: LIFETIME_S,
    scope: scopes.join(' '),
  } as const;
}

/** Same work and same words whether the id or the secret is wrong. */
async function authenticated(deps: OauthDeps, asked: Presented, peer: string, now: number): Promise<Client> {
  deps.peerQuota.check(peer, now);
  const client = await deps.clientOf(asked.id);
  const known = Buffer.from(client?.secretHash ?? hashSecret(''), 'hex');
  const given = Buffer.from(hashSecret(asked.secret), 'hex');
  const same = known.length === given.length && timingSafeEqual(known, given);
  if (client && same) return client;
  deps.peerQuota.take(peer, now);
  throw unknownClient(asked.basic);
}

const unknownClient = (basic: boolean) =>
  fail('client_unknown', undefined, {
    wire: {
      error: 'invalid_client',
      error_description: 'unknown client',
      error_uri: 'https://tools.ietf.org/html/rfc6749#section-5.2',
    },
    headers: basic ? { 'WWW-Authenticate': 'Basic realm="sightline", charset="UTF-8"' } : {},
  });

/** All scopes of the client, or those asked for if the client has them (RFC 6749 3.3). */
function grantedScopes(own: string[], asked: string | undefined): string[] {
  if (asked === undefined) return own;
  const wanted = scopesOf(asked);
  const beyond = wanted.filter((scope) => !scopeCovers(own, scope));
  if (wanted.length > 0 && beyond.length === 0) return wanted;
  const reason = `This client does not have the scope ${beyond.join(' ')}`.trim();
  throw fail('token_refused', { reason }, { wire: { error: 'invalid_scope', error_description: reason } });
}

function metadata(publicUrl: string): z.infer<typeof OauthMetadata> {
  return {
    issuer: ISSUER,
    token_endpoint: `${publicUrl}${issueToken.path}`,
    jwks_uri: `${publicUrl}${listKeys.path}`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    response_types_supported: [],
    scopes_supported: [...SCOPES],
  };
}

/**
 * Who presents this Authorization header; throws 401 in CTR's words. A token of a client that was deleted in
 * the meantime is refused, and scopes that the client lost are not counted.
 */
export async function verifyToken(
  deps: Pick<OauthDeps, 'key' | 'clientOf' | 'publicUrl' | 'clock'>,
  authorization: string | undefined,
): Promise<ApiCaller> {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (!token) throw noToken();
  const checked = await checkToken(deps.key, token, deps.publicUrl(), deps.clock());
  if (!checked.ok) throw badToken(checked.reason);
  const client = await deps.clientOf(checked.clientId);
  if (client?.orgId !== checked.orgId) {
    throw badToken(`(${checked.jti}) The client of this JWT has been deleted`);
  }
  const scopes = checked.scopes.filter((scope) => scopeCovers(client.scopes, scope));
  return { clientId: client.id, clientName: client.name, orgId: client.orgId, userId: client.userId, scopes };
}

/** Throws 403, naming the missing scopes, when these scopes do not cover what an operation needs. */
export function requireScope(caller: ApiCaller, needed: string): void {
  if (scopeCovers(caller.scopes, needed)) return;
  const wire = {
    error: 'missing_scope',
    error_description: `This API client lacks the scope ${needed}`,
    'missing-scopes': [needed],
    'required-scopes': [needed],
    scopes: caller.scopes,
    'user-id': caller.userId,
    'org-id': caller.orgId,
  };
  const headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed}"` };
  throw fail('scope_missing', { scopes: needed }, { wire, headers });
}

const noToken = () =>
  fail('jwt_missing', undefined, {
    wire: { error: 'invalid_request', error_description: 'No JWT found in HTTP Authorization header' },
    headers: { 'WWW-Authenticate': 'Bearer realm="sightline"' },
  });

const badToken = (reason: string) =>
  fail(
    'jwt_invalid',
    { reason },
    {
      wire: { error: 'invalid_jwt', error_description: reason },
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    },
  );
