/** API clients through their life: passwords that follow one another, owners, switches. */
import {
  acceptLink,
  addApiClient,
  addUser,
  adoptApiClient,
  type Call,
  changeUser,
  client,
  deleteUser,
  editApiClient,
  endApiClientSecret,
  issueToken,
  listApiClients,
  listAudit,
  logIn,
  rotateApiClient,
} from '@sightline/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';

let at: TestHub;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  at = await openHub({ clock: () => now });
});
afterEach(() => at.close());

const HOUR = 3_600_000;
const token = async (id: string, password: string | null): Promise<string> => {
  const headers = { authorization: `Basic ${btoa(`${id}:${password}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const res = await fetch(at.url + issueToken.path, { method: 'POST', headers, body });
  const answer = (await res.json()) as { access_token?: string; error?: string };
  return answer.access_token ?? answer.error ?? '';
};
const worksFor = async (id: string, password: string | null): Promise<boolean> =>
  (await token(id, password)).startsWith('ey');
const add = (name: string, as: Call = at.admin, scopes = ['inspect:read', 'sse']) =>
  as(addApiClient, { body: { name, scopes } });
const one = async (id: string) => (await at.admin(listApiClients)).clients.find((c) => c.id === id);

/** A second administrator. */
async function another(name: string): Promise<{ call: Call; id: string }> {
  const { user, link } = await at.admin(addUser, { body: { name, role: 'admin' } });
  const body = JSON.stringify({ token: new URL(link.url).hash.slice(1), password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const cookie = cookieOf(await fetch(at.url + acceptLink.path, { method: 'POST', headers, body }));
  return { call: client({ base: at.url, headers: { cookie } }), id: user.id };
}

it('a new password works beside the one before for as long as was said', async () => {
  const { client: made, password: first } = await add('rotated');
  const { password: second, client: after } = await at.admin(rotateApiClient, {
    params: { id: made.id },
    body: { keepHours: 24 },
  });
  expect(after.secrets).toHaveLength(2);
  expect(await worksFor(made.id, first)).toBe(true);
  expect(await worksFor(made.id, second)).toBe(true);
  now += 24 * HOUR + 1;
  expect(await worksFor(made.id, first)).toBe(false);
  expect(await worksFor(made.id, second)).toBe(true);
  const body = JSON.stringify({ name: 'ada', password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const cookie = cookieOf(await fetch(at.url + logIn.path, { method: 'POST', headers, body }));
  const again = client({ base: at.url, headers: { cookie } });
  expect((await again(listApiClients)).clients[0]?.secrets).toMatchObject([
    { expires: null, lastUsed: expect.any(String) },
  ]);
});

it('there are two passwords at most, and one can be ended at once', async () => {
  const { client: made, password: first } = await add('often');
  const rotate = () => at.admin(rotateApiClient, { params: { id: made.id }, body: { keepHours: 168 } });
  const { password: second } = await rotate();
  const { password: third, client: after } = await rotate();
  expect(after.secrets).toHaveLength(2);
  expect(await Promise.all([first, second, third].map((p) => worksFor(made.id, p)))).toEqual([
    false,
    true,
    true,
  ]);
  const old = after.secrets[1]?.id ?? '';
  const left = await at.admin(endApiClientSecret, { params: { id: made.id, secret: old } });
  expect(left.secrets).toHaveLength(1);
  expect(await worksFor(made.id, second)).toBe(false);
  const { client: now_ } = await at.admin(rotateApiClient, {
    params: { id: made.id },
    body: { keepHours: 0 },
  });
  expect(now_.secrets).toHaveLength(1);
  expect(await worksFor(made.id, third)).toBe(false);
});

it('is changed, switched off and on again; each is a line of the audit log', async () => {
  const { client: made, password } = await add('switched');
  const params = { id: made.id };
  const bearer = await token(made.id, password);
  const status = async () =>
    (await fetch(`${at.url}/iroh/iroh-sse/device`, { headers: { authorization: `Bearer ${bearer}` } }))
      .status;
  expect(await status()).toBe(200);
  const changed = await at.admin(editApiClient, {
    params,
    body: { name: 'renamed', description: 'For the night shift', scopes: ['inspect:read'], lifetimeS: 3600 },
  });
  expect(changed).toMatchObject({ name: 'renamed', description: 'For the night shift', lifetimeS: 3600 });
  expect(await status()).toBe(403);
  await at.admin(editApiClient, { params, body: { disabled: true } });
  expect(await status()).toBe(401);
  expect(await token(made.id, password)).toBe('invalid_client');
  await at.admin(editApiClient, { params, body: { disabled: false } });
  expect(await worksFor(made.id, password)).toBe(true);
  const { entries } = await at.admin(listAudit, { query: { search: made.id } });
  expect(entries.map((e) => e.action)).toEqual([
    'client.enabled',
    'client.disabled',
    'client.edited',
    'client.added',
  ]);
});

it.each([
  [['everything'], 'There is no scope everything.'],
  [['inspect'], 'inspect can only be read: write inspect:read.'],
  [['Inspect:read'], 'A scope is written like'],
  [[], 'Choose at least one scope.'],
])('refuses the scopes %j', async (scopes, message) => {
  await expect(add('bad', at.admin, scopes)).rejects.toMatchObject({
    fields: [{ message: expect.stringContaining(message) }],
  });
});

it.each([
  'http://app.example/',
  'https://app.example/#x',
  'javascript:alert(1)',
  'app:/x',
  'https://u:p@a.example/',
])('takes no answer to %s', async (redirect) => {
  const body = { name: 'bad', kind: 'code' as const, scopes: ['sse'], redirects: [redirect] };
  await expect(at.admin(addApiClient, { body })).rejects.toMatchObject({ code: 'invalid_input' });
});

it('an application has an address, and one without a password gets none', async () => {
  const body = { name: 'app', kind: 'code' as const, scopes: ['sse'] };
  await expect(at.admin(addApiClient, { body })).rejects.toMatchObject({ fields: [{ path: 'redirects' }] });
  const redirects = ['https://a.example/', 'http://127.0.0.1:7/', 'app.example:/done'];
  const made = await at.admin(addApiClient, { body: { ...body, redirects, confidential: false } });
  expect(made.password).toBeNull();
  await expect(at.admin(rotateApiClient, { params: { id: made.client.id }, body: {} })).rejects.toMatchObject(
    { code: 'client_public' },
  );
});

it('may what its owner may: less role, less right; no owner, no token, until somebody takes it over', async () => {
  const { call, id } = await another('olga');
  const { client: made, password } = await add('of olga', call);
  const bearer = await token(made.id, password);
  const send = (method: string) =>
    fetch(`${at.url}/iroh/iroh-sse/device`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    });
  expect((await send('POST')).status).toBe(200);
  await at.admin(changeUser, { params: { id }, body: { role: 'read-only' } });
  expect((await send('GET')).status).toBe(200);
  expect((await send('POST')).status).toBe(403);
  await at.admin(changeUser, { params: { id }, body: { disabled: true } });
  expect((await send('GET')).status).toBe(401);
  expect(await token(made.id, password)).toBe('unauthorized_client');
  await at.admin(deleteUser, { params: { id } });
  expect(await one(made.id)).toMatchObject({ owned: false, createdBy: '' });
  const adopted = await at.admin(adoptApiClient, { params: { id: made.id } });
  expect(adopted).toMatchObject({ owned: true, createdBy: 'ada' });
  expect((await send('POST')).status).toBe(200);
});
