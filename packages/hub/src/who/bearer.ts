/** What a program presents with each call: its access token, and whether that is enough. In CTR's words. */
import { type Fault, fail } from '@sightline/api';
import type { Client, Holder } from './clients.ts';
import type { Grants } from './grants.ts';
import { checkToken, type KeyPair } from './jwt.ts';
import { scopeCovers } from './scope.ts';

export interface BearerDeps {
  key: KeyPair;
  clientOf(id: string): Promise<Client | undefined>;
  grants: Pick<Grants, 'byId'>;
  publicUrl(): string;
  clock(): number;
}

/** Who calls with a good token. */
export interface ApiCaller {
  clientId: string;
  clientName: string;
  orgId: string;
  /** The person in whose name: the owner of the client, or whoever let the application act. */
  userId: string;
  userName: string;
  role: string;
  scopes: string[];
}

/**
 * Who presents this Authorization header; throws 401 in CTR's words. A token of a client that was deleted or disabled
 * in the meantime is refused, and scopes that the client lost are not counted.
 */
export async function verifyToken(deps: BearerDeps, authorization: string | undefined): Promise<ApiCaller> {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (!token) throw noToken();
  const checked = await checkToken(deps.key, token, deps.publicUrl(), deps.clock());
  if (!checked.ok) throw badToken(checked.reason);
  const client = await deps.clientOf(checked.clientId);
  const no = (what: string): Fault => badToken(`(${checked.jti}) ${what}`);
  if (client?.orgId !== checked.orgId) throw no('The client of this JWT has been deleted');
  if (client.disabled) throw no('The client of this JWT has been disabled');
  const holder = await holderOf(deps, client, checked.grantId);
  if (!holder) throw no('The person in whose name this JWT was given is gone, or has ended it');
  return {
    clientId: client.id,
    clientName: client.name,
    orgId: client.orgId,
    userId: holder.id,
    userName: holder.name,
    role: holder.role,
    scopes: checked.scopes.filter((scope) => scopeCovers(client.scopes, scope)),
  };
}

async function holderOf(
  { grants }: BearerDeps,
  client: Client,
  grantId: string | undefined,
): Promise<Holder | undefined> {
  if (grantId === undefined) return client.owner;
  const grant = await grants.byId(grantId);
  return grant?.clientId === client.id ? grant.holder : undefined;
}

/** Throws 403, naming the missing scopes, when these scopes do not cover what an operation needs. */
export function requireScope(caller: ApiCaller, needed: string): void {
  if (!scopeCovers(caller.scopes, needed))
    throw scopeMissing(caller, needed, `This API client lacks the scope ${needed}`);
}

/** 403 as CTR words it. */
export function scopeMissing(caller: ApiCaller, needed: string, why: string): Fault {
  const wire = {
    error: 'missing_scope',
    error_description: why,
    'missing-scopes': [needed],
    'required-scopes': [needed],
    scopes: caller.scopes,
    'user-id': caller.userId,
    'org-id': caller.orgId,
  };
  const headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed}"` };
  return fail('scope_missing', { scopes: needed }, { wire, headers });
}

const noToken = (): Fault =>
  fail('jwt_missing', undefined, {
    wire: { error: 'invalid_request', error_description: 'No JWT found in HTTP Authorization header' },
    headers: { 'WWW-Authenticate': 'Bearer realm="sightline"' },
  });

const badToken = (reason: string): Fault =>
  fail(
    'jwt_invalid',
    { reason },
    {
      wire: { error: 'invalid_jwt', error_description: reason },
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    },
  );
