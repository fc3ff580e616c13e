/** Relays as real servers behind a whole hub: how they are entered, asked, and believed. */
import type { IncomingMessage, RequestListener } from 'node:http';
import {
  addApiClient,
  addModule,
  editModule,
  importModuleType,
  listModules,
  listModuleTypes,
  MASK,
  type SCOPES,
  testModule,
} from '@sightline/api';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openHub, type TestHub } from '../../fixture.ts';
import { keysCommand } from '../../keys-cli.ts';
import { bodyOf, type Site, site } from '../../outbound/fixture.ts';
import { GENERIC_RELAY } from './type.ts';

let at: TestHub;
let relay: Site;
/** What the relay answers to a path, with its status. */
let answers: Record<string, unknown>;
let heard: { path: string; authorization: string; body: unknown }[];
let added: string[];

const hear: RequestListener = async (req: IncomingMessage, res) => {
  const path = req.url ?? '';
  const text = await bodyOf(req);
  heard.push({ path, authorization: req.headers.authorization ?? '', body: JSON.parse(text) });
  const answer = answers[path.split('?')[0] as string];
  if (answer === undefined) res.writeHead(404).end('{"code":404,"message":"","reason":""}');
  else if (typeof answer === 'number') res.writeHead(answer).end('oops');
  else res.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
};

beforeAll(async () => {
  at = await openHub({ outboundAllow: ['127.0.0.0/8'] });
  relay = await site(hear);
});
afterAll(async () => {
  await at.close();
  await relay.close();
});
beforeEach(() => {
  [answers, heard, added] = [{}, [], []];
});
afterEach(async () => {
  for (const id of added) await at.admin(editModule, { params: { id }, body: { enabled: false } });
});

let count = 0;
async function add(settings: Record<string, unknown>, type = GENERIC_RELAY.id): Promise<string> {
  count += 1;
  const body = {
    name: `relay ${count}`,
    module_type_id: type,
    settings: { url: relay.url, ...settings } as never,
  };
  const { id } = await at.admin(addModule, { body });
  added.push(id);
  return id;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a foreign client would
type Answered = { status: number; body: any };
type Program = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answered>;

async function program(...scopes: (typeof SCOPES)[number][]): Promise<Program> {
  const { client, password } = await at.admin(addApiClient, { body: { name: scopes.join(), scopes } });
  const given = await fetch(`${at.url}/iroh/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${password}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token } = (await given.json()) as { access_token: string };
  return async (method, path, body, headers = {}) => {
    const res = await fetch(path.startsWith('http') ? path : at.url + path, {
      method,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await res.text();
    return { status: res.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

const ip = { type: 'ip', value: '198.51.100.7' };
const verdict = { type: 'verdict', disposition: 2, observable: ip, valid_time: {} };
const sighting = {
  type: 'sighting',
  id: 'transient:sighting-1',
  schema_version: '1.0.17',
  observed_time: { start_time: '2026-11-20T10:00:00.000000Z' },
  confidence: 'High',
  count: 3,
  observables: [ip],
};
const OBSERVE = '/iroh/iroh-enrich/observe/observables';

describe('a relay', () => {
  it('is asked with bare observables and answers in the envelope', async () => {
    const id = await add({ 'auth-type': 'none' });
    answers['/observe/observables'] = {
      data: {
        sightings: { count: 1, docs: [sighting] },
        verdicts: { count: 1, docs: [verdict] },
        unheard_of: { count: 1, docs: [{}] },
      },
      errors: [{ code: 'too-many-messages-warning', message: 'there are more', type: 'warning', extra: 1 }],
    };
    const call = await program('enrich:read');
    const { body } = await call('POST', `${OBSERVE}?mids=${id}`, [{ ...ip, more: 1 }]);
    expect(heard).toEqual([{ path: '/observe/observables', authorization: '', body: [ip] }]);
    expect(body.data[0]).toMatchObject({ module_instance_id: id, 'module-type': 'GenericRelayModule' });
    expect(body.data[0].data.sightings.docs[0].observed_time.start_time).toBe('2026-11-20T10:00:00.000Z');
    expect(body.data[0].data.verdicts.docs[0]).toMatchObject({ disposition_name: 'Malicious' });
    expect(body.errors).toEqual([
      {
        module: body.data[0].module,
        module_instance_id: id,
        module_type_id: GENERIC_RELAY.id,
        code: 'too-many-messages-warning',
        message: 'there are more',
        type: 'warning',
      },
    ]);
  });

  it('is told the time that is asked about, as newer ones can be', async () => {
    const id = await add({ 'auth-type': 'none' });
    answers['/observe/observables'] = { data: {} };
    const call = await program('enrich:read');
    const { status } = await call('POST', `/iroh/iroh-enrich/observe/targets?mids=${id}`, {
      observables: [ip],
      start_time: '2026-11-01T00:00:00Z',
      end_time: '2026-11-02T00:00:00+01:00',
    });
    expect(status).toBe(200);
    expect(heard[0]?.path).toBe(
      '/observe/observables?start=2026-11-01T00%3A00%3A00.000Z&end=2026-11-01T23%3A00%3A00.000Z',
    );
  });

  it('failing in any way is an error of that module, in words', async () => {
    const id = await add({ 'auth-type': 'none', 'supported-apis': ['observe/observables'] });
    const call = await program('enrich:read');
    const outcome = async (answer: unknown) => {
      answers['/observe/observables'] = answer;
      const { status, body } = await call('POST', `${OBSERVE}?mids=${id}`, [ip]);
      expect(status).toBe(200);
      return body.errors?.map((e: Record<string, string>) => [e.code, e.type, e.message]);
    };
    expect(await outcome('<html>')).toEqual([
      [
        'invalid-json-response',
        'fatal',
        'The server response is not properly JSON encoded: 127.0.0.1 [200].',
      ],
    ]);
    expect(await outcome(403)).toEqual([['authorization error', 'error', expect.stringContaining('[403]')]]);
    expect(await outcome(422)).toEqual([['client-error', 'error', expect.stringContaining('[422]')]]);
    expect(await outcome(undefined)).toEqual([['client-error', 'error', expect.stringContaining('[404]')]]);
    expect(await outcome({ data: [1] })).toEqual([['answer-invalid', 'error', expect.any(String)]]);
    expect(
      await outcome({ errors: [{ code: 'authorization error', message: 'Wrong', type: 'fatal' }] }),
    ).toEqual([['authorization error', 'fatal', 'Wrong']]);
    expect(await outcome({})).toBeUndefined();
    expect(
      await outcome({
        data: { verdicts: { docs: [{ ...verdict, observable: { ...ip, value: '1.2.3.4' } }] } },
      }),
    ).toEqual([['invalid-entities-warning', 'warning', expect.stringContaining('was not asked about')]]);
  });

  it('is not asked what it says it has not, and forgiven what it never said it has', async () => {
    const some = await add({ 'auth-type': 'none', 'supported-apis': 'health, refer/observables' });
    const silent = await add({ 'auth-type': 'none' });
    const call = await program('enrich:read');
    const { body } = await call('POST', `${OBSERVE}?mids=${some}&mids=${silent}`, [ip]);
    expect(body.errors).toBeUndefined();
    expect(body.data.map((d: { data: object }) => d.data)).toEqual([{}, {}]);
    expect(heard).toHaveLength(1);
  });
});

describe('the way into a relay', () => {
  const authorizationOf = async (settings: Record<string, unknown>, type?: string): Promise<string> => {
    const id = await add(settings, type);
    answers['/health'] = { data: { status: 'ok' } };
    expect(await at.admin(testModule, { params: { id } })).toMatchObject({ status: 'ok' });
    return heard.at(-1)?.authorization ?? '';
  };

  it('is a configuration token with the settings as claims, under a key that the hub shows', async () => {
    const type = await at.admin(importModuleType, {
      body: {
        title: 'Example',
        default_name: 'Example',
        configuration_spec: [
          { key: 'custom_key', type: 'api_key', label: 'API Key', required: true },
          { key: 'custom_CTR_ENTITIES_LIMIT', type: 'integer', label: 'Limit', default_value: 100 },
        ],
        properties: {
          url: `${relay.url}/dev/`,
          'supported-apis': ['health', 'observe/observables'],
          'auth-type': 'configuration-token',
          'configuration-token-alg': 'RS256',
          custom_jwks_host: 'visibility.amp.cisco.com',
        },
      },
    });
    answers['/dev/health'] = { data: { status: 'ok' } };
    const { id } = await at.admin(addModule, {
      body: { name: 'example', module_type_id: type.id, settings: { custom_key: 'S3CRET' } },
    });
    added.push(id);
    expect(await at.admin(testModule, { params: { id } })).toMatchObject({ status: 'ok' });
    const [, token = ''] = /^Bearer (.+)$/.exec(heard.at(-1)?.authorization ?? '') ?? [];
    const jwks = (await (await fetch(`${at.url}/.well-known/jwks`)).json()) as JSONWebKeySet;
    const audience = `${relay.url}/dev`;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), { audience });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    expect(payload).toMatchObject({
      key: 'S3CRET',
      CTR_ENTITIES_LIMIT: 100,
      jwks_host: new URL(at.url).host,
    });
    const asClient = await fetch(`${at.url}/iroh/iroh-enrich/settings`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(asClient.status).toBe(401);
  });

  it('may not be made into an access token by claims of its own', async () => {
    const header = await authorizationOf({
      'auth-type': 'configuration-token',
      custom_iss: 'IROH Auth',
      'configuration-token-audience': at.url,
      'custom_https://schemas.cisco.com/iroh/identity/claims/scopes': 'x',
    });
    const res = await fetch(`${at.url}/iroh/iroh-enrich/settings`, { headers: { authorization: header } });
    expect(res.status).toBe(401);
  });

  it('is a header as it was entered, a bearer token, a user with a password, or a JWT of any maker', async () => {
    expect(
      await authorizationOf({ 'auth-type': 'authorization-header', 'authorization-header': 'Bearer x.y.z' }),
    ).toBe('Bearer x.y.z');
    expect(await authorizationOf({ 'auth-type': 'bearer', token: 'T' })).toBe('Bearer T');
    const basic = await authorizationOf({
      'auth-type': 'basic',
      'basic-auth-user': 'ann',
      'basic-auth-password': 'a:b',
    });
    expect(Buffer.from(basic.slice(6), 'base64').toString()).toBe('ann:a:b');
    const key = 'k'.repeat(64);
    const own = await authorizationOf({
      'auth-type': 'custom-jwt',
      'custom-jwt-key': key,
      'custom-jwt-claims': '{"key":"theirs"}',
    });
    const { payload } = await jwtVerify(own.slice(7), new TextEncoder().encode(key));
    expect(payload).toMatchObject({ key: 'theirs', exp: expect.any(Number) });
  });

  it('is asked for where it is not complete', async () => {
    const problems = (settings: object) =>
      add(settings as Record<string, unknown>).then(
        () => 'added',
        (fault) => fault.fields.map((f: { path: string }) => f.path.slice('settings.'.length)),
      );
    expect(await problems({ 'auth-type': 'bearer' })).toEqual(['token']);
    expect(await problems({ 'auth-type': 'basic' })).toEqual(['basic-auth-user', 'basic-auth-password']);
    expect(await problems({ 'auth-type': 'custom-jwt', 'custom-jwt-claims': '[]' })).toEqual([
      'custom-jwt-key',
      'custom-jwt-claims',
    ]);
    expect(await problems({ 'auth-type': 'none', url: 'https://user:pass@relay.example/' })).toEqual(['url']);
    expect(await problems({ 'auth-type': 'magic' })).toEqual(['auth-type']);
    expect(await problems({ 'auth-type': 'none', surprise: 1 })).toEqual(['surprise']);
  });
});

describe('secrets of a module', () => {
  it('are never shown, stay when their mask comes back, and are sealed in the database', async () => {
    const id = await add({ 'auth-type': 'bearer', token: 'T0P-S3CRET', custom_more: 'H1DDEN' });
    answers['/health'] = { data: { status: 'ok' } };
    const shown = (await at.admin(listModules)).modules.find((m) => m.id === id);
    expect(shown?.settings).toMatchObject({ token: MASK, custom_more: MASK, url: relay.url });
    const settings = { ...shown?.settings, 'supported-apis': 'health' };
    const after = await at.admin(editModule, { params: { id }, body: { settings } });
    expect(after.settings).toMatchObject({ token: MASK });
    await at.admin(testModule, { params: { id } });
    expect(heard.at(-1)?.authorization).toBe('Bearer T0P-S3CRET');
    const { readFileSync, readdirSync } = await import('node:fs');
    const files = readdirSync(at.dir).filter((name) => name.startsWith('hub.sqlite'));
    for (const name of files) {
      const bytes = readFileSync(`${at.dir}/${name}`);
      expect(bytes.includes('T0P-S3CRET') || bytes.includes('H1DDEN')).toBe(false);
    }
    const audit = await fetch(`${at.url}/api/audit`, { headers: { cookie: at.cookie } });
    expect(await audit.text()).not.toMatch(/T0P-S3CRET|H1DDEN/);
  });
});

describe('the key of secrets', () => {
  it.skipIf(inject('postgres'))('can be changed while the hub runs', async () => {
    const id = await add({ 'auth-type': 'bearer', token: 'T' });
    answers['/health'] = { data: { status: 'ok' } };
    const { lines, status } = await keysCommand(['rotate'], { SIGHTLINE_DATA: at.dir });
    expect([status, lines[0]]).toEqual([
      0,
      expect.stringMatching(/^The key is now [0-9a-f]{16}\. Secrets of \d+ /),
    ]);
    expect(await at.admin(testModule, { params: { id } })).toMatchObject({ status: 'ok' });
    expect(heard.at(-1)?.authorization).toBe('Bearer T');
    expect((await keysCommand(['turn'], {})).status).toBe(2);
  });
});

describe('health', () => {
  it('is what the relay says after it was really asked', async () => {
    const id = await add({ 'auth-type': 'none' });
    const call = await program('integration:read');
    const health = async (answer: unknown) => {
      answers['/health'] = answer;
      return (await call('POST', `/iroh/iroh-enrich/health/${id}`)).body.data.data;
    };
    const quotas = {
      checks: {
        description: 'Checks a day',
        values: { bucket_unit: 'day', bucket_limit: 1000, current_bucket_consumption: 7 },
      },
    };
    expect(await health({ data: { status: 'ok', quotas } })).toMatchObject({ status: 'ok', quotas });
    expect(
      await health({ errors: [{ code: 'authorization error', message: 'Wrong key', type: 'fatal' }] }),
    ).toEqual({
      status: 'error',
      text: 'authorization error: Wrong key',
    });
    expect(await health({ data: { status: 'error' } })).toMatchObject({ status: 'error' });
    expect(await health(undefined)).toMatchObject({
      status: 'error',
      text: expect.stringContaining('no health call'),
    });
    expect(await health(500)).toMatchObject({ status: 'error', text: expect.stringContaining('[500]') });
    const { modules } = await at.admin(listModules);
    const { stats } = modules.find((m) => m.id === id) ?? {};
    expect(stats).toMatchObject({ asked: 5, failed: 4, p50_ms: expect.any(Number) });
    expect(stats?.last_error?.message).toContain('[500]');
    expect(stats?.requests.minute).toBe(5);
  });
});

describe('references and actions', () => {
  it('are put together with whose they are', async () => {
    const id = await add({ 'auth-type': 'none' });
    const ref = {
      id: 'ref-1',
      title: 'Search',
      description: 'd',
      url: 'https://x.example/?q=1',
      categories: ['Search'],
    };
    answers['/refer/observables'] = { data: [ref, { ...ref, url: 'javascript:alert(1)' }, 7] };
    const call = await program('enrich:read');
    const { body } = await call('POST', `/iroh/iroh-enrich/refer/observables?mids=${id}`, [ip]);
    expect(body.data).toEqual([
      { ...ref, module: expect.any(String), module_instance_id: id, module_type_id: GENERIC_RELAY.id },
    ]);
    expect(body.errors).toMatchObject([{ code: 'invalid-entities-warning', module_instance_id: id }]);
    answers['/refer/observables'] = { data: {} };
    const empty = await call('POST', `/iroh/iroh-enrich/refer/observables?mids=${id}`, [ip]);
    expect(empty.body).toEqual({ data: [] });
  });

  it('are done at the address that was given with them, once for a key', async () => {
    const id = await add({ 'auth-type': 'none' });
    const query = { observable_type: 'ip', observable_value: ip.value, indicator_id: 'i 1' };
    answers['/respond/observables'] = {
      data: [{ id: 'block it/now', title: 'Block', 'query-params': query }],
    };
    answers['/respond/trigger'] = { data: { status: 'success' } };
    const call = await program('response');
    const { body } = await call('POST', '/iroh/iroh-response/respond/observables', [ip]);
    const [action] = body.data;
    expect(action.url).toBe(
      `${at.url}/iroh/iroh-response/respond/trigger/${id}/block%20it%2Fnow?observable_type=ip&observable_value=${ip.value}&indicator_id=i+1`,
    );
    const key = { 'idempotency-key': 'once' };
    heard = [];
    expect((await call('POST', action.url, undefined, key)).body).toEqual({ data: { status: 'success' } });
    expect((await call('POST', action.url, undefined, key)).body).toEqual({ data: { status: 'success' } });
    expect(heard).toEqual([
      { path: '/respond/trigger', authorization: '', body: { 'action-id': 'block it/now', ...query } },
    ]);
    const other = action.url.replace('indicator_id=i+1', 'indicator_id=2');
    expect((await call('POST', other, undefined, key)).status).toBe(409);
    const audit = await (await fetch(`${at.url}/api/audit`, { headers: { cookie: at.cookie } })).text();
    expect(audit).toContain('Triggered block it/now of');
  });

  it('that fail say so, and are not tried twice', async () => {
    const id = await add({ 'auth-type': 'none' });
    const call = await program('response');
    answers['/respond/trigger'] = 503;
    const path = `/iroh/iroh-response/respond/trigger/${id}/a?observable_type=ip`;
    const { status, body } = await call('POST', path);
    expect([status, body.data.status, body.errors[0].code]).toEqual([200, 'failure', 'server-error']);
    expect(heard).toHaveLength(1);
    answers['/respond/trigger'] = {
      data: { status: 'failure' },
      errors: [{ code: 'x', message: 'y', type: 'fatal' }],
    };
    expect((await call('POST', path)).body).toMatchObject({
      data: { status: 'failure' },
      errors: [{ code: 'x' }],
    });
    const nowhere = `/iroh/iroh-response/respond/trigger/${crypto.randomUUID()}/a`;
    expect(await call('POST', nowhere)).toMatchObject({
      status: 404,
      body: { error: 'module_instance_not_found' },
    });
    const reader = await program('enrich:read');
    expect((await reader('POST', path)).status).toBe(403);
  });
});

describe('reputation', () => {
  it('is the gravest of what the modules say', async () => {
    const one = await add({ 'auth-type': 'none' });
    const two = await add({ 'auth-type': 'none' });
    answers['/deliberate/observables'] = { data: { verdicts: { count: 1, docs: [verdict] } } };
    const call = await program('enrich:read');
    const path = `/iroh/iroh-enrich/reputation/observable?type=ip&value=${ip.value}&mids=${one}&mids=${two}`;
    const { body } = await call('GET', path);
    expect(body.data.reputation).toMatchObject({ disposition: 2, observable: ip });
    expect(body.data.data).toHaveLength(2);
    answers['/deliberate/observables'] = { data: {} };
    expect((await call('GET', path)).body.data.reputation).toMatchObject({ disposition_name: 'Unknown' });
  });
});

describe('module types and instances under the addresses of CTR', () => {
  it('live their whole life', async () => {
    const call = await program('integration');
    const KIND = '/iroh/iroh-int/module-type';
    const made = await call('POST', KIND, {
      title: 'T',
      default_name: 'T',
      description: 'D',
      surprise: { a: 1 },
    });
    expect(made).toMatchObject({
      status: 200,
      body: { title: 'T', visibility: 'org', enabled: true, surprise: { a: 1 } },
    });
    expect(made.body.record).toBe('relay-module.module/RelayModule');
    const type = made.body.id;
    expect((await call('GET', `${KIND}/${type}`)).body).toEqual(made.body);
    const patched = await call('PATCH', `${KIND}/${type}`, { properties: { url: relay.url } });
    expect(patched.body).toMatchObject({ title: 'T', description: 'D', properties: { url: relay.url } });
    expect(
      (
        await call('PUT', `${KIND}/${type}`, {
          title: 'U',
          default_name: 'U',
          properties: { url: relay.url },
        })
      ).body.title,
    ).toBe('U');
    expect((await at.admin(listModuleTypes)).types.map((t) => t.title)).toContain('U');
    expect((await call('PATCH', `${KIND}/${GENERIC_RELAY.id}`, { title: 'mine' })).status).toBe(403);

    const INSTANCE = '/iroh/iroh-int/module-instance';
    const settings = { 'supported-apis': ['health', 'observe/observables'], custom_key: 'k' };
    const instance = await call('POST', INSTANCE, {
      name: 'u',
      module_type_id: type,
      visibility: 'org',
      settings,
    });
    expect(instance.body).toMatchObject({
      name: 'u',
      visibility: 'org',
      settings: { ...settings, custom_key: MASK },
    });
    const id = instance.body.id;
    added.push(id);
    expect((await call('GET', `${INSTANCE}?module_type_id=${type}&enabled=true`)).body).toEqual([
      instance.body,
    ]);
    const changed = await call('PATCH', `${INSTANCE}/${id}`, {
      settings: { custom_key: null, custom_b: 'c' },
      enabled: false,
    });
    expect(changed.body).toMatchObject({ enabled: false, settings: { custom_b: MASK } });
    expect(changed.body.settings).not.toHaveProperty('custom_key');
    expect((await call('DELETE', `${KIND}/${type}`)).status).toBe(409);
    expect((await call('DELETE', `${INSTANCE}/${id}`)).status).toBe(204);
    added.pop();
    expect(await call('GET', `${INSTANCE}/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'module_instance_not_found' },
    });
    expect((await call('DELETE', `${KIND}/${type}`)).status).toBe(204);
    expect(await call('GET', `${KIND}/${type}`)).toMatchObject({
      status: 404,
      body: { error: 'module_type_not_found' },
    });
  });

  it('have integrations, and patches that can be seen before they are merged', async () => {
    const call = await program('integration');
    const made = await call('POST', '/iroh/iroh-int/integration', { title: 'I', tips: 't' });
    const path = `/iroh/iroh-int/integration/${made.body.id}`;
    expect((await call('PATCH', path, { title: 'J' })).body).toMatchObject({
      title: 'J',
      tips: 't',
      visibility: 'org',
    });
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { error: 'integration_not_found' } });

    const { body: type } = await call('POST', '/iroh/iroh-int/module-type', {
      title: 'P',
      default_name: 'P',
    });
    const PATCHES = '/iroh/iroh-int/module-type-patch';
    const { body: patch } = await call('POST', PATCHES, { module_type_id: type.id, patch: { title: 'Q' } });
    expect(patch.merge_status).toBe('pending');
    for (const way of ['action/preview', 'action%2Fpreview'])
      expect((await call('GET', `${PATCHES}/${patch.id}/${way}`)).body).toMatchObject({
        id: type.id,
        title: 'Q',
      });
    await call('PATCH', `${PATCHES}/${patch.id}`, { merge_status: 'merged' });
    expect((await call('GET', `/iroh/iroh-int/module-type/${type.id}`)).body.title).toBe('Q');
  });

  it('cannot be written with the scope to read', async () => {
    const call = await program('integration:read');
    expect((await call('GET', '/iroh/iroh-int/module-type')).status).toBe(200);
    expect((await call('POST', '/iroh/iroh-int/module-type', {})).status).toBe(403);
  });
});
