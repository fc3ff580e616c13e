/** Profile, organisation and users as clients of CTR see them (contract 2.7). */
import { addApiClient, addUser, issueToken, listAudit } from '@sightline/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';

let at: TestHub;
let bearer: string;
let ids: Record<string, string>;
beforeAll(async () => {
  at = await openHub();
  bearer = await token(['profile', 'users']);
  ids = {};
  for (const [name, role] of [
    ['cid', 'analyst'],
    ['bea@example.com', 'incident-responder'],
    ['dan', 'analyst'],
  ] as const)
    ids[name] = (await at.admin(addUser, { body: { name, role } })).user.id;
});
afterAll(() => at.close());

async function token(scopes: string[]): Promise<string> {
  const { client, password } = await at.admin(addApiClient, { body: { name: 'tool', scopes } });
  const headers = { authorization: `Basic ${btoa(`${client.id}:${password}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const res = await fetch(at.url + issueToken.path, { method: 'POST', headers, body });
  return ((await res.json()) as { access_token: string }).access_token;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a foreign client would
async function call(method: string, path: string, body?: unknown, by = bearer): Promise<any> {
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const res = await fetch(at.url + path, { method, headers, ...sent });
  return { status: res.status, headers: res.headers, body: await res.json() };
}

describe('profile', () => {
  it('whoami is the person behind the client, with the organisation', async () => {
    const { status, body } = await call('GET', '/iroh/profile/whoami');
    expect(status).toBe(200);
    expect(Object.keys(body.user).sort()).toEqual(
      [
        ...['user-id', 'user-email', 'user-name', 'user-nick', 'role', 'scopes', 'org-id', 'enabled?'],
        ...['created-at', 'updated-at', 'last-logged-at', 'idp-mappings'],
      ].sort(),
    );
    expect(body.user).toMatchObject({
      'user-name': 'ada',
      role: 'admin',
      'enabled?': true,
      'idp-mappings': [],
    });
    expect(body.user.scopes).toEqual(
      expect.arrayContaining(['inspect:read', 'private-intel', 'users', 'sse']),
    );
    expect(body.user['org-id']).toBe(body.org.id);
    expect(body.org).toMatchObject({
      name: 'Example Ltd',
      'enabled?': true,
      'activation-status': 'activated',
      'scim-status': 'activated',
      'allow-all-role-to-login': true,
    });
  });

  it('the organisation is renamed; a key that is not known is answered as CTR does', async () => {
    expect((await call('POST', '/iroh/profile/org', { name: 'Renamed Ltd' })).body.name).toBe('Renamed Ltd');
    expect((await call('GET', '/iroh/profile/org')).body.name).toBe('Renamed Ltd');
    const refused = await call('POST', '/iroh/profile/org', { invalid_key: 1, name: 'No' });
    expect(refused).toMatchObject({ status: 400, body: { errors: { invalid_key: 'disallowed-key' } } });
    expect((await call('POST', '/iroh/profile/org', { name: '' })).status).toBe(400);
    expect((await call('GET', '/iroh/profile/org')).body.name).toBe('Renamed Ltd');
    expect((await at.admin(listAudit, { query: { action: 'organisation.changed' } })).entries).toHaveLength(
      1,
    );
  });

  it('needs its scopes', async () => {
    const reader = await token(['profile:read']);
    expect((await call('GET', '/iroh/profile/whoami', undefined, reader)).status).toBe(200);
    expect((await call('POST', '/iroh/profile/org', { name: 'x' }, reader)).body).toMatchObject({
      error: 'missing_scope',
      'missing-scopes': ['profile:write'],
    });
    expect((await call('GET', `/iroh/user-mgmt/users/${ids.cid}`, undefined, reader)).status).toBe(403);
  });
});

describe('users', () => {
  const USERS = '/iroh/user-mgmt';
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const names = (answer: any): string[] => answer.body.map((user: any) => user['user-name']);

  it('one is read and changed by the rules of the portal', async () => {
    const path = `${USERS}/users/${ids.cid}`;
    expect((await call('GET', path)).body).toMatchObject({ 'user-id': ids.cid, role: 'analyst' });
    const to = { role: 'read-only', 'user-nick': 'Cid', 'user-email': 'cid@example.com', 'enabled?': false };
    expect((await call('POST', path, to)).body).toMatchObject(to);
    expect((await call('POST', path, { 'enabled?': true, role: 'analyst' })).body['user-nick']).toBe('Cid');
    expect((await call('POST', path, { role: 'emperor' })).status).toBe(400);
    expect((await call('POST', path, { 'org-id': 'x' })).body).toEqual({
      errors: { 'org-id': 'disallowed-key' },
    });
    const me = (await call('GET', '/iroh/profile/whoami')).body.user['user-id'];
    expect((await call('POST', `${USERS}/users/${me}`, { role: 'analyst' })).status).toBe(409);
    expect(await call('GET', `${USERS}/users/nobody`)).toMatchObject({
      status: 404,
      body: { error: 'user_not_found' },
    });
  });

  it('several come in the order asked for, again where an id comes again', async () => {
    const order = [ids.dan, ids.cid, ids.dan, 'nobody'];
    expect(
      names(await call('GET', `${USERS}/batch/users?${order.map((id) => `id=${id}`).join('&')}`)),
    ).toEqual(['dan', 'cid', 'dan']);
    expect(names(await call('GET', `${USERS}/batch/users?id=${ids.cid}`))).toEqual(['cid']);
  });

  it('are searched, sorted and paged', async () => {
    const search = (body: unknown, query = '') => call('POST', `${USERS}/search/users${query}`, body);
    expect(names(await search({ role: ['admin'] }))).toEqual(['ada']);
    expect(names(await search({ role: 'analyst' }, '?sort_order=desc'))).toEqual(['dan', 'cid']);
    expect(names(await search({ 'search-term': 'EXAMPLE.COM' }))).toEqual(['bea@example.com', 'cid']);
    const first = await search({}, '?limit=2');
    expect(names(first)).toEqual(['ada', 'bea@example.com']);
    expect(first.headers.get('x-total-hits')).toBe('4');
    expect(first.headers.get('x-next')).toBe('limit=2&offset=2');
    const next = await search({}, `?limit=2&search_after=${first.body[1]['user-id']}`);
    expect(names(next)).toEqual(['cid', 'dan']);
    expect(next.headers.get('x-next')).toBeNull();
    expect(names(await call('POST', `${USERS}/search/users`))).toHaveLength(4);
    expect((await search({ 'enabled?': 'yes' })).status).toBe(400);
  });
});
