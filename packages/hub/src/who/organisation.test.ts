/** Two organisations on one hub: whatever the id of the one, the other finds nothing. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  acceptLink,
  addApiClient,
  addDevices,
  addModule,
  addSsoProvider,
  addUser,
  type Call,
  client,
  decideAuthorization,
  deleteDevices,
  deleteUser,
  type Endpoint,
  INTEL,
  importModuleType,
  incidentEvents,
  intAddIntegration,
  intAddPatch,
  issueToken,
  listApiClients,
  listApplications,
  listAudit,
  listDevices,
  listModules,
  listModuleTypes,
  listOwnSessions,
  listSessions,
  listSnapshots,
  listSsoProviders,
  listTaken,
  listUsers,
  listViews,
  saveSnapshot,
  saveView,
  takeAction,
  whoAmI,
} from '@sightline/api';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { app } from '../app.ts';
import { optionsFrom } from '../env.ts';
import { cookieOf, openHub, PASSWORD, registered, type TestHub } from '../fixture.ts';
import { FRESH } from '../intel/examples.fixture.ts';
import { orgCommand } from '../org-cli.ts';
import { permissionOf, permissionsOf, ROLE_TEXTS } from './policy.ts';

let at: TestHub;
let cookie: string;
let other: Call;
/** Ids of the first organisation, by the folder of the address that takes them. */
let ids: Record<string, string>;
let moduleType: string;
let incident: string;

/** Shared, so that not only its owner is kept out. */
const SNAPSHOT = {
  name: 'Mine',
  shared: true,
  run: { started: 0, ms: 0, observables: [], expanded: [], modules: [] },
  view: {
    grouping: null,
    loose: [],
    types: { picked: [], how: 'hide' as const },
    verbs: { picked: [], how: 'hide' as const },
    away: [],
    folded: [],
    positions: {},
  },
};

/** For all of the organisation. */
const VIEW = {
  name: 'Mine',
  shared: true,
  page: 'incidents' as const,
  state: { filter: {}, density: 'normal' as const, hidden: {} },
};

const esa = (name: string, device: string) => ({
  name,
  module_type_id: moduleType,
  settings: { device, timeframe_days: 30 },
});

async function enter(url: string): Promise<string> {
  const body = JSON.stringify({ token: new URL(url).hash.slice(1), password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  return cookieOf(await fetch(at.url + acceptLink.path, { method: 'POST', headers, body }));
}

/** An application that may act for ada. */
async function application(): Promise<string> {
  const redirect_uri = 'https://app.example/';
  const { client: program } = await at.admin(addApiClient, {
    body: { name: 'Mine', kind: 'code', scopes: ['sse'], redirects: [redirect_uri], confidential: false },
  });
  const code_verifier = 'v'.repeat(43);
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const asked = { client_id: program.id, redirect_uri, response_type: 'code', code_challenge };
  const { redirect } = await at.admin(decideAuthorization, {
    body: { ...asked, code_challenge_method: 'S256', approved: true },
  });
  const code = new URL(redirect).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri, code_verifier };
  await at.call(issueToken, { body: { ...form, client_id: program.id } });
  return (await at.admin(listApplications)).applications[0]?.id ?? '';
}

beforeAll(async () => {
  at = await openHub();
  const { url } = await at.hub.addOrganisation({ name: 'Other Ltd', admin: 'otto' });
  cookie = await enter(url);
  other = client({ base: at.url, headers: { cookie } });
  const { deviceId } = await registered(at);
  moduleType = (await at.admin(listModuleTypes)).types[0]?.id ?? '';
  const module = await at.admin(addModule, { body: esa('Mine', deviceId) });
  const { client: program } = await at.admin(addApiClient, { body: { name: 'Mine', scopes: ['sse'] } });
  const { user } = await at.admin(addUser, { body: { name: 'mine', role: 'analyst' } });
  const { sessions } = await at.admin(listOwnSessions);
  const type = await at.admin(importModuleType, { body: { title: 'Mine', default_name: 'Mine' } });
  const integration = await at.admin(intAddIntegration, { body: { title: 'Mine' } });
  const patch = await at.admin(intAddPatch, { body: { module_type_id: type.id, patch: {} } });
  const issuer = 'https://id.example';
  const provider = await at.admin(addSsoProvider, {
    body: { label: 'Mine', issuer, clientId: 'c', enabled: false },
  });
  const snapshot = await at.admin(saveSnapshot, { body: SNAPSHOT });
  const view = await at.admin(saveView, { body: VIEW });
  // Nobody is connected: it fails, and stays in the list.
  const query = { observable_type: 'email', observable_value: 'a@x.example', reason: 'test', hours: '1' };
  const action = { key: randomUUID(), module: module.id, action: 'block', query };
  const response = await at.admin(takeAction, { body: action });
  const body = FRESH.incident as never;
  incident = ((await at.admin(INTEL.incident.create, { query: {}, body })) as { id: string }).id;
  const [event] = await at.admin(incidentEvents, { params: { id: incident }, query: {} });
  ids = {
    '/iroh/iroh-event/event': event?.id ?? '',
    '/api/responses': response.id,
    '/api/snapshots': snapshot.id,
    '/api/views': view.id,
    '/api/sso/providers': provider.id,
    '/api/sessions': sessions[0]?.id ?? '',
    '/iroh/user-mgmt/users': user.id,
    '/api/devices': deviceId,
    '/iroh/iroh-sse/device': deviceId,
    '/api/modules': module.id,
    '/iroh/iroh-enrich/health': module.id,
    '/iroh/iroh-response/respond/trigger': module.id,
    '/api/module-types': type.id,
    '/iroh/iroh-int/module-type': type.id,
    '/iroh/iroh-int/module-instance': module.id,
    '/iroh/iroh-int/integration': integration.id,
    '/iroh/iroh-int/module-type-patch': patch.id,
    '/api/clients': program.id,
    '/api/users': user.id,
    '/api/account/sessions': sessions[0]?.id ?? '',
    '/api/account/applications': await application(),
  };
});
afterAll(() => at.close());

/** Good bodies, so that only the id can be what is wrong. */
const BODIES: Record<string, unknown> = {
  'PATCH /api/users/:id': { role: 'read-only' },
  'PATCH /api/devices/:id': { name: 'taken over', description: '' },
  'POST /api/devices/:id/token': { expiryHours: 1 },
  'PATCH /iroh/iroh-sse/device/:id': { name: 'taken over' },
  'POST /iroh/iroh-sse/device/:id/api-proxy': { method: 'GET', path: '/api/status' },
  'PATCH /api/modules/:id': { name: 'taken over' },
  'POST /api/responses/:id/undo': { reason: 'taken over' },
  'PATCH /api/snapshots/:id': { name: 'taken over' },
  'PATCH /api/views/:id': { name: 'taken over' },
  'POST /iroh/iroh-enrich/health/:id': {},
  'POST /iroh/user-mgmt/users/:id': { 'user-nick': 'taken over' },
  'PATCH /api/sso/providers/:id': { label: 'taken over' },
  'PATCH /api/clients/:id': { name: 'taken over' },
  'POST /api/clients/:id/secrets': { keepHours: 0 },
  'PUT /iroh/iroh-int/module-type/:id': { title: 'taken over', default_name: 'taken over' },
  'PATCH /iroh/iroh-int/module-type/:id': { title: 'taken over' },
  'PUT /iroh/iroh-int/module-instance/:id': {
    name: 'taken over',
    module_type_id: '00000000-0000-4000-8000-000000000000',
  },
  'PATCH /iroh/iroh-int/module-instance/:id': { name: 'taken over' },
  'PUT /iroh/iroh-int/integration/:id': { title: 'taken over' },
  'PATCH /iroh/iroh-int/integration/:id': { title: 'taken over' },
  'PUT /iroh/iroh-int/module-type-patch/:id': { merge_status: 'merged' },
  'PATCH /iroh/iroh-int/module-type-patch/:id': { merge_status: 'merged' },
};
/** Its parameter is no id of an organisation's thing. */
const NO_ID = new Set([
  '/api/cloud-services/:id',
  '/api/sso/start/:id',
  // A search: of what is another's it is empty, see below.
  '/iroh/iroh-event/event/incident/:id',
]);

/** Entities have a test like this one of their own, beside their store. */
const isIntel = (path: string): boolean => /^\/(ctia|taxii2|iroh\/private-intel)\//.test(path);

const withId = (): Endpoint[] =>
  at.hub.endpoints.filter((e) => e.path.includes(':') && !NO_ID.has(e.path) && !isIntel(e.path));

async function send(e: Endpoint, id: string, as: string): Promise<string> {
  const body = BODIES[`${e.method} ${e.path}`];
  const headers = { cookie: as, 'content-type': 'application/json' };
  const init = { method: e.method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const path = e.path
    .replace(/:\w+/, encodeURIComponent(id))
    .replace(':mid', '8')
    .replace(/:\w+/, 'action%2Fpreview');
  const res = await fetch(at.url + path, init);
  return `${res.status} ${/"error":"(\w+)"/.exec(await res.text())?.[1] ?? ''}`;
}

/** Whether a role of the other organisation may use an endpoint at all. */
function mayUse(role: string, { path, permission }: Endpoint): boolean {
  const needed = /^\/(iroh|ctia)\//.test(path) ? permissionOf(permission) : permission;
  return needed === 'public' || needed === 'session' || permissionsOf(role).includes(needed);
}

describe('an id of another organisation', () => {
  test.each(ROLE_TEXTS.map(({ id }) => id))('is not found by its %s, at every endpoint', async (role) => {
    const before = await everything(at.admin);
    const made = await other(addUser, { body: { name: `other-${role}`, role } });
    const as = role === 'admin' ? cookie : await enter(made.link.url);
    const wrong: string[] = [];
    for (const e of withId()) {
      const id = ids[e.path.slice(0, e.path.indexOf('/:'))];
      expect(id, `no id is known for ${e.path}`).toBeTruthy();
      const got = await send(e, id ?? '', as);
      const right = mayUse(role, e) ? /^404 (\w+_)?not_found$/ : /^403 forbidden$/;
      if (!right.test(got)) wrong.push(`${e.method} ${e.path}: ${got}`);
    }
    await other(deleteUser, { params: { id: made.user.id } });
    expect(wrong).toEqual([]);
    expect(await everything(at.admin)).toEqual(before);
  });

  test('nor in a body', async () => {
    const deviceId = ids['/api/devices'] ?? '';
    await other(deleteDevices, { body: { ids: [deviceId] } }).catch(() => undefined);
    await expect(other(addModule, { body: esa('Theirs', deviceId) })).rejects.toMatchObject({ status: 400 });
    expect((await at.admin(listDevices)).devices.map(({ id }) => id)).toContain(deviceId);
    expect((await other(listModules)).modules).toEqual([]);
  });
});

test('no list of the one holds anything of the other', async () => {
  await other(addDevices, { body: { count: 1, expiryHours: 1 } });
  const theirs = JSON.stringify(await everything(other));
  for (const id of [...Object.values(ids), '"ada"', 'Example Ltd', '"Mine"', '"mine"'])
    expect(theirs).not.toContain(id);
  expect(await other(incidentEvents, { params: { id: incident }, query: {} })).toEqual([]);
  expect((await other(whoAmI)).organisation).toBe('Other Ltd');
  expect((await other(listUsers)).users.map(({ name }) => name)).toEqual(['otto']);
  expect(JSON.stringify(await everything(at.admin))).not.toMatch(/otto|Other Ltd/);
});

async function everything(call: Call): Promise<unknown[]> {
  return [
    await call(listDevices),
    await call(listModules),
    await call(listApiClients),
    (await call(listUsers)).users.map(({ name, role, state }) => [name, role, state]),
    (await call(listAudit)).entries,
    (await call(listTaken)).actions,
    (await call(listSnapshots)).snapshots.map(({ id, name }) => [id, name]),
    (await call(listViews)).views.map(({ id, name }) => [id, name]),
    (await call(listSessions)).sessions.map(({ id, user }) => [id, user]),
    (await call(listSsoProviders)).providers,
  ];
}

describe('sightline hub org add', () => {
  const env = () => ({ SIGHTLINE_DATA: at.dir, SIGHTLINE_PUBLIC_URL: at.url });

  test('refuses what is missing, and a name that is in use anywhere', async () => {
    expect(await orgCommand(['add', 'Third'], env())).toMatchObject({
      status: 2,
      lines: ['--admin is missing'],
    });
    expect(await orgCommand(['add', 'Third', '--admin', 'a b'], env())).toMatchObject({ status: 2 });
    expect((await orgCommand(['remove', 'Third'], env())).status).toBe(2);
    expect((await orgCommand(['--help'], env())).status).toBe(0);
    await expect(at.hub.addOrganisation({ name: 'Third', admin: 'ADA' })).rejects.toMatchObject({
      code: 'name_taken',
    });
  });

  test('makes one beside a hub that is not set up yet, whose own organisation stays the first', async () => {
    const dir = join(at.dir, 'cli');
    const given = { SIGHTLINE_DATA: dir, SIGHTLINE_PUBLIC_URL: 'https://hub.example' };
    const { lines, status } = await orgCommand(['add', 'Third Ltd', '--admin', 'tess'], given);
    expect(status).toBe(0);
    expect(lines[1]).toMatch(/^https:\/\/hub\.example\/welcome#slu_[\w-]{43}$/);
    expect((await orgCommand(['add', 'Fourth', '--admin', 'TESS'], given)).lines[0]).toContain('in use');
    const hub = await app({ ...optionsFrom(given), log: pino({ level: 'silent' }) });
    expect(hub.setupToken).toBeDefined();
    const post = (path: string, body: object): Promise<Response> | Response =>
      hub.http.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const token = lines[1]?.split('#')[1];
    expect(await (await post(acceptLink.path, { token, password: PASSWORD })).json()).toMatchObject({
      role: 'admin',
      organisation: 'Third Ltd',
    });
    await hub.stop();
  });
});
