/** Who sees and changes what: colours, people, organisations, scopes; and what tells of it. */
import {
  acceptLink,
  addApiClient,
  addUser,
  type Call,
  client,
  eventHistory,
  INTEL,
  issueToken,
} from '@sightline/api';
import { ENTITY_NAMES } from '@sightline/ctim';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';
import { FRESH } from './examples.fixture.ts';

let at: TestHub;
let bert: Call;
let otto: Call;
let ottosCookie: string;

beforeAll(async () => {
  at = await openHub();
  const { link } = await at.admin(addUser, { body: { name: 'bert', role: 'analyst' } });
  bert = await entered(link.url);
  const { url } = await at.hub.addOrganisation({ name: 'Other Ltd', admin: 'otto' });
  ottosCookie = await cookieAt(url);
  otto = client({ base: at.url, headers: { cookie: ottosCookie } });
});
afterAll(() => at.close());

const entered = async (url: string): Promise<Call> =>
  client({ base: at.url, headers: { cookie: await cookieAt(url) } });

async function cookieAt(url: string): Promise<string> {
  const body = JSON.stringify({ token: new URL(url).hash.slice(1), password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const res = await fetch(at.url + acceptLink.path, { method: 'POST', headers, body });
  return cookieOf(res);
}

async function program(
  scopes: string[],
): Promise<(method: string, path: string, body?: unknown) => Promise<Response>> {
  const { client: made, password } = await at.admin(addApiClient, { body: { name: scopes.join(), scopes } });
  const form = { grant_type: 'client_credentials', client_id: made.id, client_secret: password ?? '' };
  const { access_token } = (await at.call(issueToken, { body: form })) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  return (method, path, body) =>
    fetch(at.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

const judgement = (more: object) => ({ query: {}, body: { ...FRESH.judgement, ...more } as never });

describe('a red entity', () => {
  test('is seen by its owner and by whom he lets in, and by nobody else', async () => {
    const mine = await at.admin(INTEL.judgement.create, judgement({ tlp: 'red', reason: 'secretword' }));
    const shared = await at.admin(
      INTEL.judgement.create,
      judgement({ tlp: 'red', authorized_users: ['bert'], reason: 'secretword' }),
    );
    await expect(bert(INTEL.judgement.read, { params: { id: mine.id }, query: {} })).rejects.toMatchObject({
      status: 404,
    });
    await expect(bert(INTEL.judgement.remove, { params: { id: mine.id }, query: {} })).rejects.toMatchObject({
      status: 404,
    });
    const found = await bert(INTEL.judgement.search, { query: { query: 'secretword' } });
    expect(found.map(({ id }) => id)).toEqual([shared.id]);
    expect(await bert(INTEL.judgement.count, { query: { query: '*' } })).toBe(1);
    expect(await at.admin(INTEL.judgement.count, { query: { query: 'secretword' } })).toBe(2);
    const told = await bert(INTEL.event.search, { query: { query: '*' } });
    expect(JSON.stringify(told)).not.toContain('secretword');
    const topn = { from: 'now-1d', 'aggregate-on': 'tlp' };
    expect((await bert(INTEL.judgement.topn, { query: topn })).data).toEqual({
      tlp: [{ key: 'red', value: 1 }],
    });
  });
});

describe('another organisation', () => {
  test('finds nothing by any way, also not with white or by naming it', async () => {
    const more = { tlp: 'white', external_ids: ['ours'], authorized_users: ['otto'] };
    const { id } = await at.admin(INTEL.judgement.create, judgement(more));
    const params = { id };
    await expect(otto(INTEL.judgement.read, { params, query: {} })).rejects.toMatchObject({ status: 404 });
    await expect(otto(INTEL.judgement.remove, { params, query: {} })).rejects.toMatchObject({ status: 404 });
    await expect(otto(INTEL.judgement.expire, { params, query: { reason: 'x' } })).rejects.toMatchObject({
      status: 404,
    });
    expect(await otto(INTEL.judgement.search, { query: { query: `id:"${id}" OR *` } })).toEqual([]);
    expect(await otto(INTEL.judgement.byExternalId, { params: { xid: 'ours' }, query: {} })).toEqual([]);
    expect(await otto(INTEL.event.count, { query: { query: '*' } })).toBe(0);
    expect(await otto(eventHistory, { params, query: {} })).toEqual([]);
    const clear = { query: '*', REALLY_DELETE_ALL_THESE_ENTITIES: 'true' };
    expect(await otto(INTEL.judgement.clear, { query: clear })).toBe(0);
    expect((await at.admin(INTEL.judgement.read, { params, query: {} })).tlp).toBe('white');
  });
});

/** Good bodies of the calls that are no entity's own, so that only the id can be what is wrong. */
const BODIES: Record<string, unknown> = {
  observables: { operation: 'add', observables: [] },
  texts: { operation: 'add', texts: [] },
  bundle: { operation: 'add', bundle: {} },
  status: { status: 'Open' },
  link: { casebook_id: 'transient:x' },
};

test('every call that takes an id finds nothing of another organisation', async () => {
  const ids: Record<string, string> = {};
  for (const kind of ENTITY_NAMES) {
    const { id } = await at.admin(INTEL[kind].create as typeof INTEL.note.create, {
      query: {},
      body: FRESH[kind] as never,
    });
    ids[kind] = id;
  }
  const calls = at.hub.endpoints.filter(
    (e) => /^\/(ctia|iroh\/private-intel)\/.*:id/.test(e.path) && e.permission !== 'public',
  );
  expect(calls.length).toBeGreaterThan(80);
  const wrong: string[] = [];
  for (const e of calls) {
    const kind = e.path.split('/').find((part) => part in ids) ?? 'note';
    const body = BODIES[e.path.split('/').pop() ?? ''] ?? FRESH[kind as 'note'];
    const path = `${e.path.replace(':id', encodeURIComponent(ids[kind] ?? ''))}?reason=x`;
    const res = await fetch(at.url + path, {
      method: e.method,
      headers: { cookie: ottosCookie, 'content-type': 'application/json' },
      ...(e.method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    const text = await res.text();
    if (res.status !== 404 && !(res.status === 200 && text === '[]'))
      wrong.push(`${e.method} ${path}: ${res.status} ${text}`);
  }
  expect(wrong).toEqual([]);
  for (const kind of ENTITY_NAMES)
    await at.admin(INTEL[kind].read as typeof INTEL.note.read, {
      params: { id: ids[kind] ?? '' },
      query: {},
    });
});

describe('what happened to an entity', () => {
  test('is told by events: made, changed field by field, deleted; in one group of what one did at once', async () => {
    const { id } = await at.admin(INTEL.incident.create, { query: {}, body: FRESH.incident as never });
    await at.admin(INTEL.incident.patch, {
      params: { id },
      query: {},
      body: { severity: 'Low', assignees: ['bert'] } as never,
    });
    await at.admin(INTEL.incident.remove, { params: { id }, query: {} });
    const [group, ...more] = await at.admin(eventHistory, { params: { id }, query: {} });
    expect(more).toEqual([]);
    expect(group).toMatchObject({ count: 3, owner: 'ada' });
    expect(group?.events.map((e) => e.event_type)).toEqual([
      'record-deleted',
      'record-updated',
      'record-created',
    ]);
    expect(group?.events[1]?.fields).toEqual(
      expect.arrayContaining([
        { field: 'severity', action: 'modified', change: { before: 'High', after: 'Low' } },
        { field: 'assignees', action: 'added', change: { after: ['bert'] } },
      ]),
    );
    expect(group?.events[0]?.entity.id).toBe(id);
  });
});

describe('programs', () => {
  test('may what their scopes say, kind by kind; refused in the words of CTIA', async () => {
    const casebooks = await program(['casebook']);
    expect((await casebooks('POST', '/ctia/casebook', FRESH.casebook)).status).toBe(201);
    expect((await casebooks('GET', '/ctia/casebook/search')).status).toBe(200);
    const refused = await casebooks('GET', '/ctia/judgement/search');
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: 'missing_capability', capabilities: ['search-judgement', 'read-judgement'] },
    ]);
    const reader = await program(['private-intel:read']);
    expect((await reader('GET', '/ctia/asset/search')).status).toBe(200);
    expect((await reader('POST', '/ctia/asset', FRESH.asset)).status).toBe(403);
  });

  test('own what they make in the name of the person behind them; do not change judgements or events', async () => {
    const all = await program(['private-intel']);
    const made = (await (await all('POST', '/ctia/judgement', FRESH.judgement)).json()) as Record<
      string,
      string
    >;
    expect(made).toMatchObject({ client_id: expect.stringMatching(/^client-/), tlp: 'amber' });
    const id = encodeURIComponent(made.id ?? '');
    const put = await all('PUT', `/ctia/judgement/${id}`, FRESH.judgement);
    expect([put.status, ((await put.json()) as { error: string }).error]).toEqual([
      403,
      'missing_capability',
    ]);
    expect((await all('DELETE', '/ctia/event/search?query=*')).status).toBe(403);
    expect((await all('GET', '/ctia/status')).status).toBe(200);
    expect((await fetch(`${at.url}/ctia/version`)).headers.get('x-ctim-version')).toBe('1.3.29');
    const nobody = await fetch(`${at.url}/ctia/status`);
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { error: 'not_authenticated' }]);
  });
});

test('a text that is too long is refused by its name and its limit', async () => {
  const body = { ...FRESH.incident, description: 'x'.repeat(5001) };
  const call = at.admin(INTEL.incident.create, { query: {}, body: body as never });
  await expect(call).rejects.toMatchObject({
    code: 'invalid_input',
    fields: [{ path: 'description', message: expect.stringContaining('5000') }],
  });
});

test('a judgement that contradicts itself, or that would end before it starts', async () => {
  const bad = [
    { disposition: 1, disposition_name: 'Malicious' },
    { valid_time: { start_time: '2021-01-01T00:00:00Z', end_time: '2020-01-01T00:00:00Z' } },
  ];
  for (const more of bad)
    await expect(at.admin(INTEL.judgement.create, judgement(more))).rejects.toMatchObject({ status: 400 });
  const { disposition, disposition_name } = await at.admin(
    INTEL.judgement.create,
    judgement({ disposition: undefined, disposition_name: 'Suspicious' }),
  );
  expect([disposition, disposition_name]).toEqual([3, 'Suspicious']);
});
