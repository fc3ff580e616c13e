/** Every endpoint for every role: allowed or 403 exactly by this table, 401 without a session. */
import {
  acceptLink,
  addApiClient,
  addUser,
  type Endpoint,
  issueToken,
  logIn,
  logOut,
  scopeProblem,
} from '@sightline/api';
import { ENTITY_NAMES } from '@sightline/ctim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cookieOf, openHub, type TestHub } from '../fixture.ts';
import { ROLE_TEXTS } from './policy.ts';
import { scopeCovers } from './scope.ts';

const ALL = ['admin', 'incident-responder', 'analyst', 'read-only'];
const ANALYSTS = ALL.slice(0, 3);
const RESPONDERS = ALL.slice(0, 2);
const ADMIN = ALL.slice(0, 1);

/** The kinds of entity of the intel store, whose scopes are alike. */
const kinds = (access: 'read' | 'write', roles: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(ENTITY_NAMES.map((name) => [`private-intel/${name}:${access}`, roles]));

/** Written down again, so that a change of the policy is a change here. */
const TABLE: Record<string, readonly string[]> = {
  session: ALL,
  'device:read': ALL,
  'device:write': ADMIN,
  'module:read': ALL,
  'module:write': ADMIN,
  'service:write': ADMIN,
  'client:read': ADMIN,
  'client:write': ADMIN,
  'user:read': ADMIN,
  'user:write': ADMIN,
  'audit:read': RESPONDERS,
  'organisation:write': ADMIN,
  investigate: ANALYSTS,
  respond: RESPONDERS,
  'message:read': RESPONDERS,
  // scopes of API clients, where a user calls
  'sse:read': ALL,
  'sse:write': ADMIN,
  'inspect:read': ANALYSTS,
  'enrich:read': ANALYSTS,
  'enrich/observables/observe:read': ANALYSTS,
  'enrich/observables/deliberate:read': ANALYSTS,
  'enrich/observables/refer:read': ANALYSTS,
  'enrich/observables/reputation:read': ANALYSTS,
  'enrich/targets/observe:read': ANALYSTS,
  'integration/health:read': ANALYSTS,
  'integration:read': ALL,
  'integration:write': ADMIN,
  'integration/module-type:read': ALL,
  'integration/module-type:write': ADMIN,
  'integration/module-type-patch:read': ALL,
  'integration/module-type-patch:write': ADMIN,
  'integration/module-instance:read': ALL,
  'integration/module-instance:write': ADMIN,
  'response/observables:read': ANALYSTS,
  'response/sighting:read': ANALYSTS,
  'response/trigger:write': RESPONDERS,
  'profile:read': ALL,
  'profile:write': ADMIN,
  'users:read': ADMIN,
  'users:write': ADMIN,
  'event:read': ALL,
  'feedback:read': ALL,
  'feedback:write': ANALYSTS,
  ...kinds('read', ALL),
  ...kinds('write', ANALYSTS),
  'private-intel:read': ALL,
  'private-intel:write': ANALYSTS,
  'private-intel/import-bundle:write': ANALYSTS,
  'intel:read': ALL,
  'intel:write': ANALYSTS,
  'developer/properties:read': ADMIN,
  'developer/judgement:write': ADMIN,
  'developer/event:write': ADMIN,
};
const PASSWORD = 'a password for the matrix';

let at: TestHub;
beforeAll(async () => {
  at = await openHub({ requestsPerHour: 1e6 });
  for (const role of ALL) {
    const { link } = await at.admin(addUser, { body: { name: role, role } });
    await at.call(acceptLink, { body: { token: new URL(link.url).hash.slice(1), password: PASSWORD } });
  }
});
afterAll(() => at.close());

const enter = async (name: string): Promise<string> =>
  cookieOf(
    await fetch(at.url + logIn.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password: PASSWORD }),
    }),
  );

/** `401`, `403 forbidden`, or whatever else became of it. */
async function outcome(e: Endpoint, cookie: string): Promise<string> {
  const path = e.path.replace(/:\w+/g, crypto.randomUUID());
  const body = e.method === 'GET' ? {} : { body: '{}' };
  const headers = { cookie, 'content-type': 'application/json' };
  const res = await fetch(at.url + path, { method: e.method, headers, ...body });
  const text = await res.text();
  return `${res.status} ${/"error":"(forbidden|not_logged_in)"/.exec(text)?.[1] ?? ''}`.trim();
}

const guarded = (): Endpoint[] =>
  at.hub.endpoints.filter(
    (e) => e.permission !== 'public' && !(e.path === logOut.path && e.method === 'DELETE'),
  );

test('the table names every permission that is asked for, and every role', () => {
  const asked = new Set(at.hub.endpoints.map((e) => e.permission));
  asked.delete('public');
  expect(Object.keys(TABLE)).toEqual(expect.arrayContaining([...asked]));
  expect(ROLE_TEXTS.map(({ id }) => id)).toEqual(ALL);
});

test.each(ALL)('%s', async (role) => {
  const cookie = await enter(role);
  const wrong: string[] = [];
  for (const e of guarded()) {
    const got = await outcome(e, cookie);
    const allowed = TABLE[e.permission]?.includes(role) ?? false;
    if (allowed ? /forbidden|not_logged_in/.test(got) : got !== '403 forbidden')
      wrong.push(`${e.method} ${e.path} (${e.permission}): ${got}`);
  }
  expect(wrong).toEqual([]);
});

test('nobody', async () => {
  const wrong: string[] = [];
  for (const e of at.hub.endpoints) {
    const got = await outcome(e, '');
    // these have a login of their own
    if (e.path === '/iroh/oauth2/token' || e.path.startsWith('/taxii2/')) continue;
    if ((e.permission === 'public') === got.startsWith('401')) wrong.push(`${e.method} ${e.path}: ${got}`);
  }
  expect(wrong).toEqual([]);
});

/** `missing_scope` when a bearer of this token is told so, in CTIA's words or ours. */
async function told(e: Endpoint, token: string): Promise<string> {
  const path = e.path.replace(/:\w+/g, crypto.randomUUID());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = e.method === 'GET' ? {} : { body: '{}' };
  const text = await (await fetch(at.url + path, { method: e.method, headers, ...body })).text();
  const error = /"error":"(missing_scope|missing_capability|invalid_jwt)"/.exec(text)?.[1] ?? '';
  return error === 'missing_capability' ? 'missing_scope' : error;
}

async function tokenFor(scopes: string[]): Promise<string> {
  const { client, password } = await at.admin(addApiClient, { body: { name: scopes.join(), scopes } });
  const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: password ?? '' };
  return (await at.call(issueToken, { body: form })).access_token;
}

test('an API client: each scope opens the endpoints that need it, and no other', async () => {
  const scoped = guarded().filter((e) => /^\/(iroh|ctia)\//.test(e.path));
  const asked = [...new Set(scoped.map((e) => e.permission))];
  const scopes = asked.filter((scope) => scopeProblem(scope) === '');
  // what CTIA keeps for its developers no client can have
  for (const scope of asked) if (!scopes.includes(scope)) expect(scope).toMatch(/^developer/);
  const one = scopes.map((scope) => scoped.find((e) => e.permission === scope) as Endpoint);
  const others = [...one, ...guarded().filter((e) => !scoped.includes(e))];
  const wrong: string[] = [];
  for (const scope of scopes) {
    const token = await tokenFor([scope]);
    const opened = scoped.filter((e) => scopeCovers([scope], e.permission));
    for (const e of [...opened, ...others.filter((e) => !opened.includes(e))]) {
      const got = await told(e, token);
      if (got !== (opened.includes(e) ? '' : 'missing_scope'))
        wrong.push(`${scope}: ${e.method} ${e.path}: ${got}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);
