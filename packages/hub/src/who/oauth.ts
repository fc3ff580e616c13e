/** The token endpoint: client credentials (RFC 6749 4.4), authorization code with PKCE, refresh tokens. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  authorize,
  issueToken,
  listKeys,
  type OauthMetadata,
  oauthMetadata,
  openidConfiguration,
  refreshToken,
  revokeGrant,
  SCOPES,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Quota } from '@sightline/api/web/quota';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Client, Holder } from './clients.ts';
import {
  type Credentials,
  credentials,
  type Form,
  presented,
  refuse,
  singles,
  unknownClient,
  type Wanted,
} from './grant.ts';
import type { Code, Grants, Refresh } from './grants.ts';
import { checkToken, ISSUER, type KeyPair, signToken } from './jwt.ts';
import { scopeCovers, scopesOf } from './scope.ts';

export interface OauthDeps {
  key: KeyPair;
  /** Public keys that other tokens of this hub are signed with. */
  otherKeys?: readonly KeyPair['shown'][];
  /** The client of this id, undefined when there is none (any more). */
  clientOf(id: string): Promise<Client | undefined>;
  /** Hashes (`hashSecret`) of the passwords of a client that are good now. */
  secretsOf(clientId: string, now: number): Promise<{ id: string; hash: string }[]>;
  /** Called for every token given out; `secretId` of the password it was for. */
  used(clientId: string, secretId: string | undefined, at: number): Promise<void>;
  grants: Grants;
  /** Tokens per client. */
  clientQuota: Quota;
  /** Wrong credentials per address. */
  peerQuota: Quota;
  peer(c: Context): string;
  publicUrl(): string;
  clock(): number;
}

export const newClientId = (): string => `client-${randomUUID()}`;
/** 40 random bytes, 54 characters that need no escaping anywhere. */
export const newSecret = (): string => randomBytes(40).toString('base64url');
/** Secrets are random and long, so one SHA-256 is enough to keep them by. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A refresh token that is not used for so long ends. */
const REFRESH_MS = 30 * 24 * 3_600_000;

/** Mounts the token endpoint, its metadata and the public key. */
export function oauthRoutes(on: Mount<unknown>, deps: OauthDeps): void {
  on(issueToken, ({ body, c }) => grant(deps, body, c));
  on(refreshToken, ({ body, c }) => grant(deps, { grant_type: 'refresh_token', ...body }, c));
  on(revokeGrant, ({ body, c }) => revoke(deps, body, c));
  on(oauthMetadata, () => metadata(deps.publicUrl()));
  on(openidConfiguration, () => metadata(deps.publicUrl()));
  on(listKeys, () => ({ keys: [deps.key.shown, ...(deps.otherKeys ?? [])] }));
}

async function grant(deps: OauthDeps, form: Form, c: Context) {
  c.header('Cache-Control', 'no-store');
  c.header('Pragma', 'no-cache');
  const now = deps.clock();
  const { by, wanted } = presented(c.req.header('authorization'), form);
  const { client, secretId } = await authenticated(deps, by, deps.peer(c), now);
  deps.clientQuota.take(client.id, now);
  checkKind(client, wanted);
  const given = await granted(deps, client, wanted, now);
  const token = await signToken(deps.key, bearer(client, given), deps.publicUrl(), now);
  await deps.used(client.id, secretId, now);
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: client.lifetimeS,
    scope: given.scopes.join(' '),
    ...(given.refresh === undefined ? {} : { refresh_token: given.refresh }),
  } as const;
}

/** What a token is good for, and in whose name. */
interface Given {
  holder: Holder;
  scopes: string[];
  grantId?: string;
  refresh?: string;
}

const bearer = (client: Client, { holder, scopes, grantId }: Given) => ({
  clientId: client.id,
  grantId,
  lifetimeS: client.lifetimeS,
  userId: holder.id,
  email: holder.name,
  orgId: client.orgId,
  orgName: client.orgName,
  scopes,
});

function granted(deps: OauthDeps, client: Client, wanted: Wanted, now: number): Promise<Given> | Given {
  switch (wanted.type) {
    case 'client_credentials':
      return ownScopes(client, wanted.scope);
    case 'authorization_code':
      return byCode(deps, client, wanted, now);
    case 'refresh_token':
      return byRefresh(deps, client, wanted, now);
  }
}

function ownScopes(client: Client, scope: string | undefined): Given {
  if (!client.owner)
    throw refuse(
      'unauthorized_client',
      'The owner of this client is gone or disabled. An administrator can take it over under API Clients',
    );
  return { holder: client.owner, scopes: narrowed(client.scopes, scope) };
}

/** Same work and same words whether the id or the secret is wrong, or the client is switched off. */
async function authenticated(
  deps: OauthDeps,
  by: Credentials,
  peer: string,
  now: number,
): Promise<{ client: Client; secretId: string | undefined }> {
  deps.peerQuota.check(peer, now);
  const client = await deps.clientOf(by.id);
  const secret = matching(await deps.secretsOf(by.id, now), by.secret ?? '');
  const proven = client?.confidential === false ? by.secret === undefined : secret !== undefined;
  if (client && proven && !client.disabled) return { client, secretId: secret };
  deps.peerQuota.take(peer, now);
  throw unknownClient(by.basic);
}

/** Id of the password that this is. */
function matching(kept: { id: string; hash: string }[], secret: string): string | undefined {
  const given = Buffer.from(hashSecret(secret), 'hex');
  const known = kept.length > 0 ? kept : [{ id: '', hash: hashSecret('') }];
  const found = known.filter(({ hash }) => timingSafeEqual(Buffer.from(hash, 'hex'), given));
  return found.find(({ id }) => id !== '')?.id;
}

function checkKind(client: Client, wanted: Wanted): void {
  const fits = (client.kind === 'credentials') === (wanted.type === 'client_credentials');
  if (!fits) throw refuse('unauthorized_client', `This client may not use the grant type ${wanted.type}`);
}

/** All scopes there are, or those asked for if they are among them (RFC 6749 3.3). */
function narrowed(own: string[], asked: string | undefined): string[] {
  if (asked === undefined) return own;
  const wanted = scopesOf(asked);
  const beyond = wanted.filter((scope) => !scopeCovers(own, scope));
  if (wanted.length > 0 && beyond.length === 0) return wanted;
  throw refuse('invalid_scope', `This client does not have the scope ${beyond.join(' ')}`.trim());
}

type ByCode = Extract<Wanted, { type: 'authorization_code' }>;
const BAD_CODE = 'The code is unknown, used or too old, or was not given to this client';

async function byCode(deps: OauthDeps, client: Client, wanted: ByCode, now: number): Promise<Given> {
  const hash = hashSecret(wanted.code);
  const code = await deps.grants.code(hash, now);
  if (!code || code.clientId !== client.id) throw refuse('invalid_grant', BAD_CODE);
  // RFC 6749 4.1.2: whoever brings a code twice may have stolen it
  if (code.grantId !== '') {
    await deps.grants.end(code.grantId);
    throw refuse('invalid_grant', BAD_CODE);
  }
  if (code.expires <= now) throw refuse('invalid_grant', BAD_CODE);
  checkCode(code, wanted);
  const fresh = freshRefresh(now);
  const id = await deps.grants.exchange(hash, code, fresh, now);
  const holder = id === undefined ? undefined : (await deps.grants.byId(id))?.holder;
  if (id === undefined || !holder) throw refuse('invalid_grant', BAD_CODE);
  return { holder, scopes: code.scopes, grantId: id, refresh: fresh.token };
}

function checkCode(code: Code, { redirect, verifier }: ByCode): void {
  if (code.redirect !== redirect)
    throw refuse('invalid_grant', 'The redirect_uri is not that of the request for the code');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (!/^[\w.~-]{43,128}$/.test(verifier) || challenge !== code.challenge)
    throw refuse('invalid_grant', 'The code_verifier does not fit the code_challenge');
}

function freshRefresh(now: number): Refresh & { token: string } {
  const token = newSecret();
  return { token, hash: hashSecret(token), expires: now + REFRESH_MS };
}

type ByRefresh = Extract<Wanted, { type: 'refresh_token' }>;

async function byRefresh(
  deps: OauthDeps,
  client: Client,
  { token, scope }: ByRefresh,
  now: number,
): Promise<Given> {
  const bad = 'The refresh token is unknown, used or too old, or the person has ended it';
  const hash = hashSecret(token);
  const found = await deps.grants.byRefresh(hash);
  if (!found || found.clientId !== client.id) throw refuse('invalid_grant', bad);
  const { id, scopes, holder, again, expires } = found;
  // RFC 9700 4.14: of two who have the same token one has stolen it
  if (again) await deps.grants.end(id);
  if (again || expires <= now || !holder) throw refuse('invalid_grant', bad);
  const kept = scopes.filter((one) => scopeCovers(client.scopes, one));
  const wanted = narrowed(kept, scope);
  const fresh = freshRefresh(now);
  if (!(await deps.grants.next(id, hash, fresh, now))) throw refuse('invalid_grant', bad);
  return { holder, scopes: wanted, grantId: id, refresh: fresh.token };
}

/** RFC 7009: answers the same whether there was anything to end. */
async function revoke(deps: OauthDeps, form: Form, c: Context): Promise<Record<string, never>> {
  const now = deps.clock();
  const given = singles(form);
  if (!given.token) throw refuse('invalid_request', 'The parameter token is missing');
  const by = credentials(c.req.header('authorization'), given, false);
  const { client } = await authenticated(deps, by, deps.peer(c), now);
  const grant = await grantOfToken(deps, given.token, now);
  if (grant?.clientId === client.id) await deps.grants.end(grant.id);
  return {};
}

async function grantOfToken(deps: OauthDeps, token: string, now: number) {
  const found = await deps.grants.byRefresh(hashSecret(token));
  if (found) return found;
  const checked = await checkToken(deps.key, token, deps.publicUrl(), now);
  return checked.ok && checked.grantId ? deps.grants.byId(checked.grantId) : undefined;
}

const metadata = (publicUrl: string): z.infer<typeof OauthMetadata> => ({
  issuer: ISSUER,
  authorization_endpoint: `${publicUrl}${authorize.path}`,
  token_endpoint: `${publicUrl}${issueToken.path}`,
  revocation_endpoint: `${publicUrl}${revokeGrant.path}`,
  jwks_uri: `${publicUrl}${listKeys.path}`,
  grant_types_supported: ['client_credentials', 'authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  scopes_supported: [...SCOPES],
});
