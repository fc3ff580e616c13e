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

/** A client has no more. */
const MOST_SCOPES = 64;
/** Requests on their way at once: more would only wait for each other. */
const AT_ONCE = 8;

/** What `ask` says is wrong with each of these, in their order. */
async function wrongIn(list: readonly Endpoint[], ask: (e: Endpoint) => Promise<string>): Promise<string[]> {
  const said: string[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) said[i] = await ask(list[i] as Endpoint);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return said.filter((text) => text !== '');
}

test.each(ALL)('%s', async (role) => {
  const cookie = await enter(role);
  const wrong = await wrongIn(guarded(), async (e) => {
    const got = await outcome(e, cookie);
    const allowed = TABLE[e.permission]?.includes(role) ?? false;
    const right = allowed ? !/forbidden|not_logged_in/.test(got) : got === '403 forbidden';
    return right ? '' : `${e.method} ${e.path} (${e.permission}): ${got}`;
  });
  expect(wrong).toEqual([]);
});

test('nobody', async () => {
  const wrong = await wrongIn(at.hub.endpoints, async (e) => {
    const got = await outcome(e, '');
    // these have a login of their own
    if (e.path === '/iroh/oauth2/token' || e.path.startsWith('/taxii2/')) return '';
    return (e.permission === 'public') === got.startsWith('401') ? `${e.method} ${e.path}: ${got}` : '';
  });
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
  const { client, password } = await at.admin(addApiClient, {
    body: { name: scopes.join().slice(0, 60), scopes },
  });
  const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: password ?? '' };
  return (await at.call(issueToken, { body: form })).access_token;
}

/**
 * Scopes in so few sets that of every two, neither of which covers the other, each is in a set that does not cover the
 * other: what a set does not open, none in it opens. Those that cover others stand alone.
 */
function apart(scopes: readonly string[]): string[][] {
  const wide = scopes.filter((scope) =>
    scopes.some((other) => other !== scope && scopeCovers([scope], other)),
  );
  const narrow = scopes.filter((scope) => !wide.includes(scope));
  const bits = Math.ceil(Math.log2(narrow.length));
  const sets = Array.from({ length: 2 * bits }, (_, k) =>
    narrow.filter((_, i) => ((i >> (k >> 1)) & 1) === (k & 1)),
  );
  return [...wide.map((scope) => [scope]), ...sets.filter((set) => set.length > 0)];
}

test('an API client: each scope opens the endpoints that need it, and no other', async () => {
  const scoped = guarded().filter((e) => /^\/(iroh|ctia)\//.test(e.path));
  const asked = [...new Set(scoped.map((e) => e.permission))];
  const scopes = asked.filter((scope) => scopeProblem(scope) === '');
  // what CTIA keeps for its developers no client can have
  for (const scope of asked) if (!scopes.includes(scope)) expect(scope).toMatch(/^developer/);
  const one = scopes.map((scope) => scoped.find((e) => e.permission === scope) as Endpoint);
  const wrong: string[] = [];
  const refused = new Set<string>();
  const check = async (granted: string[], list: readonly Endpoint[], opened: readonly Endpoint[]) => {
    const token = await tokenFor(granted);
    const found = await wrongIn(list, async (e) => {
      const got = await told(e, token);
      return got === (opened.includes(e) ? '' : 'missing_scope') ? '' : `${e.method} ${e.path}: ${got}`;
    });
    wrong.push(...found.map((text) => `${granted}: ${text}`));
  };
  const openedBy = (granted: string[]) => scoped.filter((e) => scopeCovers(granted, e.permission));
  for (const scope of scopes) await check([scope], openedBy([scope]), openedBy([scope]));
  for (const granted of apart(scopes)) {
    const opened = openedBy(granted);
    const closed = one.filter((e) => !opened.includes(e));
    for (const scope of granted) for (const e of closed) refused.add(`${scope} ${e.permission}`);
    await check(granted, closed, []);
  }
  const needed = scopes.flatMap((scope) =>
    scopes.filter((other) => !scopeCovers([scope], other)).map((other) => `${scope} ${other}`),
  );
  expect(needed.filter((pair) => !refused.has(pair))).toEqual([]);
  // what is for people in the portal no scope opens, not even beside others
  const people = guarded().filter((e) => !scoped.includes(e));
  expect(people.length).toBeGreaterThan(50);
  for (let i = 0; i < scopes.length; i += MOST_SCOPES)
    await check(scopes.slice(i, i + MOST_SCOPES), people, []);
  expect(wrong).toEqual([]);
}, 120_000);
