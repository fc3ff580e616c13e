import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, listDevices } from '@sightline/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHub, type TestHub } from './fixture.ts';
import { permissionsOf } from './who/policy.ts';
import { parseScope } from './who/scope.ts';

let at: TestHub;
beforeAll(async () => {
  at = await openHub();
});
afterAll(() => at.close());

const path = (endpoint: Endpoint): string => endpoint.path.replace(/:\w+/g, crypto.randomUUID());

describe('every endpoint', () => {
  test('that is not public refuses whoever is not logged in, before it looks at the request', async () => {
    const closed = at.hub.endpoints.filter((one) => one.permission !== 'public');
    expect(closed.length).toBeGreaterThan(20);
    for (const endpoint of closed) {
      const res = await fetch(at.url + path(endpoint), { method: endpoint.method });
      expect(`${endpoint.method} ${endpoint.path} ${res.status}`).toBe(
        `${endpoint.method} ${endpoint.path} 401`,
      );
    }
  });

  test('needs a permission that administrators have, or a scope', () => {
    const known = new Set(permissionsOf('admin'));
    for (const { path, permission } of at.hub.endpoints) {
      if (permission === 'public' || permission === 'session') continue;
      const isScope = /^\/(iroh|ctia)\//.test(path) && parseScope(permission) !== undefined;
      expect(`${path} ${known.has(permission) || isScope}`).toBe(`${path} true`);
    }
  });

  test('is mounted once', () => {
    const all = at.hub.endpoints.map((one) => `${one.method} ${one.path}`);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('requests of browsers', () => {
  const send = (headers: Record<string, string>, body = '{"count":1}') =>
    fetch(`${at.url}/api/devices/tokens`, {
      method: 'POST',
      headers: { cookie: at.cookie, 'content-type': 'application/json', ...headers },
      body,
    });

  test('from another site or another port change nothing', async () => {
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: at.url.replace(/:\d+$/, ':1') },
    ];
    for (const headers of foreign) {
      const res = await send(headers);
      expect(res.status).toBe(403);
      expect(await res.json()).toMatchObject({ error: 'bad_origin' });
    }
    expect((await at.admin(listDevices)).devices).toEqual([]);
  });

  test('without JSON change nothing', async () => {
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(400);
    expect((await at.admin(listDevices)).devices).toEqual([]);
  });

  test('from the portal itself are taken', async () => {
    expect((await send({ origin: at.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

test('every answer carries the security headers, faults too', async () => {
  for (const address of ['/', '/api/session', '/api/state', '/nowhere/at.all']) {
    const { headers } = await fetch(at.url + address);
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  }
});

test('metrics are for this machine, and not through a proxy on it', async () => {
  const own = await fetch(`${at.url}/metrics`);
  expect(await own.text()).toContain('sightline_hub_http_seconds');
  expect((await fetch(`${at.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(
    403,
  );
  expect((await at.hub.http.request('/metrics')).status).toBe(403);
});

describe('the portal', () => {
  let web: TestHub;
  beforeAll(async () => {
    const dir = join(at.dir, 'ui');
    mkdirSync(join(dir, 'assets'), { recursive: true });
    writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Portal</title>');
    writeFileSync(join(dir, 'assets', 'main-abcdef12.js'), 'export {};');
    writeFileSync(join(at.dir, 'secret.txt'), 'secret');
    web = await openHub({ uiDir: dir, publicUrl: 'https://hub.example/' });
  });
  afterAll(() => web.close());
  const get = (address: string, headers = {}) => web.hub.http.request(address, { headers });

  test('is at every address that is a page', async () => {
    for (const address of ['/', '/devices', '/investigate?q=x']) {
      const res = await get(address);
      expect(await res.text()).toContain('Portal');
      expect(res.headers.get('cache-control')).toBe('no-cache');
      expect(res.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });

  test('files with a hash in their name stay in caches, others are asked for again', async () => {
    const script = await get('/assets/main-abcdef12.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const etag = (await get('/')).headers.get('etag') ?? '';
    expect((await get('/', { 'if-none-match': etag })).status).toBe(304);
  });

  test('does not give what is outside its folder, nor a page for an address of the API', async () => {
    for (const address of [
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%00',
      '/%E0',
    ])
      expect(await (await get(address)).text()).not.toContain('secret');
    for (const address of ['/api/none', '/iroh/none', '/missing.js']) {
      const res = await get(address);
      expect(res.status).toBe(404);
      expect(await res.json()).toMatchObject({ error: 'not_found' });
    }
  });

  test('behind TLS the cookie is bound to the host and the connection', async () => {
    expect(web.cookie).toMatch(/^__Host-sl_hub_americas_\d+=/);
    expect((await get('/')).headers.get('strict-transport-security')).toContain('max-age');
    expect(web.url).toBe('https://hub.example');
  });
});
