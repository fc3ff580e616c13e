/** Single sign-on over HTTP: the providers' settings, and the way through a provider and back. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  addSsoProvider,
  deleteSsoProvider,
  editSsoProvider,
  Fault,
  type FaultCode,
  fail,
  finishSignOn,
  listSignOn,
  listSsoProviders,
  type SsoProvider,
  startSignOn,
  testSsoProvider,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Quota } from '@sightline/api/web/quota';
import { hashed } from '@sightline/api/web/session';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Deps } from '../../deps.ts';
import type { Caller } from '../../http.ts';
import type { Sealer } from '../../secret/seal.ts';
import { ROLE_TEXTS } from '../policy.ts';
import { type User, userById } from '../store.ts';
import { claimsOf } from './claims.ts';
import { type Found, whoIs } from './enter.ts';
import { type Relying, relyingParty } from './relying.ts';
import {
  addProvider,
  changeProvider,
  dropProvider,
  enabledProvider,
  enabledProviders,
  keepLogin,
  type Provider,
  providersOf,
  type Settings,
  takeLogin,
} from './store.ts';

export interface SsoDeps extends Pick<Deps, 'db' | 'audit' | 'clock' | 'publicUrl' | 'log'> {
  sealer: Pick<Sealer, 'seal' | 'open'>;
  /** Name of the cookie of a login on its way. */
  cookie: () => string;
  isHttps: () => boolean;
  /** Logins that begin, per address. */
  peerQuota: Quota;
  /** Opens a session for the user. */
  enter: (c: Context, user: User, peer: string) => Promise<unknown>;
}

const LOGIN_MS = 10 * 60_000;
const about = (id: string): string => `sso ${id}`;

export function ssoRoutes(on: Mount<Caller>, deps: SsoDeps): void {
  const relying = relyingParty({
    clock: deps.clock,
    secretOf: ({ id, secret }) => (secret === '' ? '' : deps.sealer.open(secret, about(id))),
  });
  settings(on, deps, relying);
  signOn(on, deps, relying);
}

function settings(on: Mount<Caller>, deps: SsoDeps, relying: Relying): void {
  const { db, clock } = deps;
  on(listSsoProviders, async ({ caller }) => ({
    redirect: redirectOf(deps),
    providers: (await providersOf(db, caller.orgId)).map(shown),
  }));

  on(addSsoProvider, async ({ caller, body }) => {
    checkRoles(body);
    const id = randomUUID();
    const secret = sealed(deps, id, body.clientSecret);
    await addProvider(db, { ...body, id, orgId: caller.orgId, secret }, clock());
    await note(deps, caller, 'sso.added', body.label, `Added the provider ${body.label} (${body.issuer})`);
    return shown(await one(deps, caller.orgId, id));
  });

  on(editSsoProvider, async ({ caller, params, body }) => {
    const before = await one(deps, caller.orgId, params.id);
    const { clientSecret, ...changes } = body;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = { ...before, ...given } as Settings & { secret: string };
    checkRoles(after);
    if (clientSecret !== undefined) after.secret = sealed(deps, params.id, clientSecret);
    await changeProvider(db, caller.orgId, params.id, after, clock());
    const what = [...Object.keys(given), ...(clientSecret === undefined ? [] : ['client secret'])].join(', ');
    await note(deps, caller, 'sso.changed', after.label, `Changed the provider ${after.label}: ${what}`);
    return shown(await one(deps, caller.orgId, params.id));
  });

  on(deleteSsoProvider, async ({ caller, params }) => {
    const { label } = await one(deps, caller.orgId, params.id);
    await dropProvider(db, caller.orgId, params.id);
    await note(deps, caller, 'sso.removed', label, `Removed the provider ${label}`);
    return undefined;
  });

  on(testSsoProvider, async ({ caller, params }) => {
    const provider = await one(deps, caller.orgId, params.id);
    try {
      const { issuer, endpoint } = await relying.look(provider);
      return { ok: true, text: `${issuer} answers. People are sent to ${endpoint}.` };
    } catch (error) {
      return { ok: false, text: `${provider.issuer} cannot be used: ${reasonOf(error)}` };
    }
  });
}

const redirectOf = ({ publicUrl }: Pick<SsoDeps, 'publicUrl'>): string => publicUrl() + finishSignOn.path;

async function one({ db }: SsoDeps, orgId: string, id: string) {
  const provider = (await providersOf(db, orgId)).find((each) => each.id === id);
  if (!provider) throw fail('not_found', { what: 'provider' });
  return provider;
}

const shown = ({ orgId: _, secret, changed, ...rest }: Provider & { users: number }): SsoProvider => ({
  ...rest,
  hasSecret: secret !== '',
  changed: new Date(changed).toISOString(),
});

const sealed = ({ sealer }: SsoDeps, id: string, secret: string): string =>
  secret === '' ? '' : sealer.seal(secret, about(id));

function checkRoles({ defaultRole, roleMap }: Pick<Settings, 'defaultRole' | 'roleMap'>): void {
  const roles = ROLE_TEXTS.map(({ id }) => id as string);
  const message = `Choose one of ${roles.join(', ')}.`;
  const wrong = [
    ...(defaultRole === '' || roles.includes(defaultRole) ? [] : ['defaultRole']),
    ...roleMap.flatMap(({ role }, i) => (roles.includes(role) ? [] : [`roleMap.${i}.role`])),
  ];
  if (wrong.length > 0)
    throw new Fault('invalid_input', {}, { fields: wrong.map((path) => ({ path, message })) });
}

const note = (
  deps: SsoDeps,
  { orgId, name: actor, peer }: Caller,
  action: string,
  object: string,
  text: string,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer });

function signOn(on: Mount<Caller>, deps: SsoDeps, relying: Relying): void {
  on(listSignOn, async () => ({ providers: await enabledProviders(deps.db) }));
  on(startSignOn, ({ params, caller, c }) =>
    orBack(deps, c, () => start(deps, relying, params.id, caller.peer, c)),
  );
  on(finishSignOn, ({ caller, c }) => orBack(deps, c, () => finish(deps, relying, caller.peer, c)));
}

/** A browser is here, not a program: what goes wrong is told on the login page. */
async function orBack(deps: SsoDeps, c: Context, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const query = new URLSearchParams({ problem: error.code, ...error.details });
    return c.redirect(`${deps.publicUrl()}/?${query}`, 302);
  }
}

async function start(
  deps: SsoDeps,
  relying: Relying,
  id: string,
  peer: string,
  c: Context,
): Promise<Response> {
  const now = deps.clock();
  deps.peerQuota.take(peer, now);
  const provider = await enabledProvider(deps.db, id);
  if (!provider) throw fail('sso_unknown');
  const begun = await relying.begin(provider, redirectOf(deps)).catch((error: unknown) => {
    throw failed(deps, provider, error);
  });
  const cookie = randomBytes(32).toString('base64url');
  const { verifier, nonce, state } = begun;
  const hashes = { stateHash: hashed(state), cookieHash: hashed(cookie) };
  const ids = { orgId: provider.orgId, providerId: provider.id };
  await keepLogin(deps.db, { ...ids, ...hashes, verifier, nonce, expires: now + LOGIN_MS }, now);
  setCookie(c, deps.cookie(), cookie, { ...attributes(deps), maxAge: LOGIN_MS / 1000 });
  return c.redirect(begun.url, 302);
}

const attributes = ({ isHttps }: SsoDeps) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps() }) as const;

async function finish(deps: SsoDeps, relying: Relying, peer: string, c: Context): Promise<Response> {
  const { search, searchParams } = new URL(c.req.url);
  const cookie = getCookie(c, deps.cookie()) ?? '';
  deleteCookie(c, deps.cookie(), attributes(deps));
  const state = searchParams.get('state') ?? '';
  const kept = await takeLogin(deps.db, hashed(state), hashed(cookie), deps.clock());
  if (!kept) throw fail('sso_expired');
  const provider = await enabledProvider(deps.db, kept.providerId);
  if (!provider) throw fail('sso_unknown');
  const came = new URL(redirectOf(deps) + search);
  const said = await relying.finish(provider, came, { ...kept, state }).catch((error: unknown) => {
    throw failed(deps, provider, error);
  });
  const user = await confirmed(deps, provider, said, peer);
  await deps.enter(c, user, peer);
  return c.redirect(`${deps.publicUrl()}/`, 302);
}

async function confirmed(
  deps: SsoDeps,
  provider: Provider,
  said: Record<string, unknown>,
  peer: string,
): Promise<User> {
  const line = (actor: string, action: string, text: string): Promise<void> =>
    deps.audit({ orgId: provider.orgId, actor, action, object: actor, text, peer });
  const claims = claimsOf(said, provider.roleClaim);
  const who = claims.name || claims.subject;
  try {
    const found = await whoIs(deps.db, provider, claims, deps.clock());
    const user = await userById(deps.db, found.userId);
    if (!user) throw fail('sso_no_user');
    for (const [action, text] of turns(found, provider)) await line(user.name, action, text);
    return user;
  } catch (error) {
    if (error instanceof Fault)
      await line(who.slice(0, 255), 'user.login_failed', `${provider.label} knows ${who}: ${error.message}`);
    throw error;
  }
}

function turns({ how, newRole }: Found, { label }: Provider): [action: string, text: string][] {
  return [
    ...(how === 'linked'
      ? ([['user.linked', `Logs in with ${label} from now on`]] as [string, string][])
      : []),
    ...(how === 'made'
      ? ([['user.added', `Came with ${label} for the first time`]] as [string, string][])
      : []),
    ...(newRole ? ([['user.changed', `Role ${newRole}, as ${label} says`]] as [string, string][]) : []),
  ];
}

function failed({ log }: SsoDeps, { label }: Provider, error: unknown): Fault {
  log.warn({ err: error, provider: label }, 'single sign-on failed');
  return fail('sso_failed' satisfies FaultCode, { reason: reasonOf(error) }, { cause: error });
}

/** Short and without what the provider may have put into its answer. */
function reasonOf(error: unknown): string {
  const { code, error: told } = error as { code?: unknown; error?: unknown };
  if (told === 'invalid_client' || code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE')
    return 'it does not take the client id or the client secret.';
  if (told === 'access_denied') return 'the login was not allowed there.';
  if (typeof told === 'string' && /^\w{1,40}$/.test(told)) return `it answered ${told}.`;
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  const why = typeof cause?.code === 'string' ? cause.code : typeof code === 'string' ? code : '';
  return why === '' ? 'its answer is not as it must be.' : `${why}.`;
}
