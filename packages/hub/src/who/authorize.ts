/** A person lets an application act for him: authorization code with PKCE (RFC 6749 4.1, RFC 7636, RFC 9700). */
import {
  type AuthorizationAsked,
  authorize,
  decideAuthorization,
  endApplication,
  fail,
  listApplications,
  lookAtAuthorization,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { Client } from './clients.ts';
import { singles } from './grant.ts';
import { applicationsOf, endGrantOf, type Grants } from './grants.ts';
import { ISSUER } from './jwt.ts';
import { hashSecret, newSecret } from './oauth.ts';
import { permissionOf, permissionsOf } from './policy.ts';
import { scopeCovers, scopesOf } from './scope.ts';

export interface AuthorizeDeps extends Pick<Deps, 'db' | 'audit' | 'clock' | 'publicUrl'> {
  clientOf(id: string): Promise<Client | undefined>;
  grants: Pick<Grants, 'keepCode'>;
}

/** Page of the portal where the person decides. */
const PAGE = '/authorize';
const CODE_MS = 60_000;

export function authorizeRoutes(on: Mount<Caller>, deps: AuthorizeDeps): void {
  on(authorize, async ({ query, c }) => {
    const asked = singles(query);
    await known(deps, asked.client_id ?? '', asked.redirect_uri ?? '');
    return c.redirect(`${deps.publicUrl()}${PAGE}?${new URL(c.req.url).searchParams}`, 302);
  });

  on(lookAtAuthorization, async ({ query, caller }) => {
    const client = await knownTo(deps, caller, query);
    const scopes = askedScopes(client, query);
    const may = permissionsOf(caller.role);
    return {
      name: client.name,
      description: client.description,
      redirectHost: hostOf(query.redirect_uri),
      scopes,
      beyond: scopes.filter((scope) => !allowed(scope, may)),
    };
  });

  on(decideAuthorization, async ({ body, caller }) => {
    const client = await knownTo(deps, caller, body);
    const { client_id: clientId, redirect_uri: redirect, state } = body;
    const back = (answer: Record<string, string>) => ({ redirect: answered(redirect, state, answer) });
    const wrong = problemOf(client, body);
    if (wrong) return back(wrong);
    if (!body.approved)
      return back({ error: 'access_denied', error_description: 'The person did not allow it' });
    const code = newSecret();
    const scopes = askedScopes(client, body);
    const expires = deps.clock() + CODE_MS;
    const { orgId, id: userId } = caller;
    const kept = { orgId, clientId, userId, scopes, redirect, challenge: body.code_challenge, expires };
    await deps.grants.keepCode(hashSecret(code), kept);
    const text = `Let the application ${client.name} act in the own name: ${scopes.join(', ')}`;
    await note(deps, caller, 'application.allowed', client.name, text);
    return back({ code });
  });

  on(listApplications, async ({ caller }) => ({
    applications: await applicationsOf(deps.db, caller.orgId, caller.id, deps.clock()),
  }));

  on(endApplication, async ({ caller, params }) => {
    const name = await endGrantOf(deps.db, caller.orgId, caller.id, params.id);
    if (name === undefined) throw fail('not_found', { what: 'application' });
    await note(deps, caller, 'application.ended', name, `Stopped the application ${name}`);
    return undefined;
  });
}

const note = (
  deps: AuthorizeDeps,
  { orgId, name: actor, peer }: Caller,
  action: string,
  object: string,
  text: string,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer });

/** An application that is registered with this address. Without both nobody is sent anywhere (RFC 9700 4.11). */
async function known(deps: AuthorizeDeps, id: string, redirect: string): Promise<Client> {
  const client = await deps.clientOf(id);
  if (client?.kind !== 'code' || client.disabled) throw fail('application_unknown');
  if (!client.redirects.includes(redirect)) throw fail('redirect_unknown', { application: client.name });
  return client;
}

async function knownTo(deps: AuthorizeDeps, caller: Caller, asked: AuthorizationAsked): Promise<Client> {
  const client = await known(deps, asked.client_id, asked.redirect_uri);
  if (client.orgId !== caller.orgId) throw fail('application_unknown');
  return client;
}

/** What the application is told instead of a code; undefined when all is as it must be. */
function problemOf(client: Client, asked: AuthorizationAsked): Record<string, string> | undefined {
  const no = (error: string, error_description: string) => ({ error, error_description });
  if (asked.response_type !== 'code')
    return no('unsupported_response_type', 'The response_type must be code');
  if (asked.code_challenge_method !== 'S256' || !/^[\w-]{43}$/.test(asked.code_challenge))
    return no('invalid_request', 'A code_challenge with the method S256 is needed (RFC 7636)');
  const beyond = scopesOf(asked.scope).filter((scope) => !scopeCovers(client.scopes, scope));
  if (beyond.length > 0)
    return no('invalid_scope', `This client does not have the scope ${beyond.join(' ')}`);
  return undefined;
}

/** Those that it names, all of its own when it names none. */
function askedScopes(client: Client, { scope }: AuthorizationAsked): string[] {
  const asked = scopesOf(scope);
  return asked.length === 0 ? client.scopes : asked;
}

function answered(redirect: string, state: string, answer: Record<string, string>): string {
  const url = new URL(redirect);
  const all = { ...answer, ...(state === '' ? {} : { state }), iss: ISSUER };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url.href;
}

const hostOf = (redirect: string): string => {
  const { protocol, host } = new URL(redirect);
  return protocol === 'https:' || protocol === 'http:' ? host : `the application ${protocol}//`;
};

/** Whether a role with these permissions may something of a scope at all. */
function allowed(scope: string, may: readonly string[]): boolean {
  const halves = /:(read|write)$/.test(scope) ? [scope] : [`${scope}:read`, `${scope}:write`];
  return halves.some((half) => {
    const needed = permissionOf(half);
    return needed === 'session' || may.includes(needed);
  });
}
