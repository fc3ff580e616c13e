import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpApp } from '../http.ts';
import { sessionCookie } from './cookie.ts';
import { securityHeaders } from './headers.ts';
import { mountHealth } from './health.ts';
import { sameOrigin } from './origin.ts';
import { closed, listen, serverOf } from './server.ts';
import { isAlive, isSame } from './session.ts';
import { staticFiles } from './static.ts';

describe('origin', () => {
  const app = httpApp(() => {});
  app.use(sameOrigin(() => 'https://hub.example'));
  app.all('*', (c) => c.text('done'));
  const status = async (headers: Record<string, string>, init: RequestInit = {}): Promise<number> =>
    (await app.request('http://127.0.0.1:7000/api/x', { method: 'POST', ...init, headers })).status;

  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'http://hub.example' },
    { origin: 'null' },
    { origin: '' },
  ];
  it.each(foreign)('another site changes nothing: %j', async (headers) => {
    const host = '127.0.0.1:7000';
    expect(await status({ host, ...headers })).toBe(403);
    expect(await status({ host, ...headers }, { method: 'GET' })).toBe(200);
  });

  it('its own pages and programs do', async () => {
    expect(await status({ origin: 'https://hub.example', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status({ origin: 'http://127.0.0.1:7000', host: '127.0.0.1:7000' })).toBe(200);
    expect(await status({})).toBe(200);
  });

  it('a body is JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
      expect(await status({ 'content-type': type })).toBe(400);
    expect(await status({ 'content-length': '2' })).toBe(400);
    expect(await status({ 'content-type': 'application/json; charset=utf-8' }, { body: '{}' })).toBe(200);
    expect(await status({ 'content-type': 'application/octet-stream' }, { body: '{}' })).toBe(200);
  });
});

describe('headers', () => {
  it('are strict; https is kept only where it is', async () => {
    for (const https of [true, false]) {
      const app = new Hono();
      app.use(securityHeaders(() => https));
      app.get('/kept', (c) => c.text('', 200, { 'Cache-Control': 'max-age=5' }));
      const { headers } = await app.request('/');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.has('strict-transport-security')).toBe(https);
      expect((await app.request('/kept')).headers.get('cache-control')).toBe('max-age=5');
    }
  });
});

describe('cookie', () => {
  it('has the name of its program, and is bound to the host over https', async () => {
    let https = false;
    const cookie = sessionCookie(
      () => 'sl_7',
      () => https,
    );
    const app = new Hono();
    app.get('/in', (c) => {
      cookie.write(c, 'secret');
      return c.text('');
    });
    app.get('/out', (c) => {
      cookie.clear(c);
      return c.text(cookie.read(c) ?? '');
    });
    const set = async (path: string, init?: RequestInit): Promise<string> =>
      (await app.request(path, init)).headers.getSetCookie()[0] ?? '';
    expect(await set('/in')).toMatch(/^sl_7=secret; .*HttpOnly; SameSite=Lax$/);
    expect(await set('/out')).toMatch(/^sl_7=; Max-Age=0/);
    https = true;
    expect(await set('/in')).toMatch(/^__Host-sl_7=secret; .*Path=\/;.* Secure/);
    expect(
      await (await app.request('/out', { headers: { cookie: 'sl_7=old; __Host-sl_7=new' } })).text(),
    ).toBe('new');
  });
});

describe('files', () => {
  let dir: string;
  const LONG = 'run();'.repeat(1000);
  const app = httpApp(() => {});
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'web-'));
    const ui = join(dir, 'ui');
    mkdirSync(join(ui, 'assets'), { recursive: true });
    writeFileSync(join(ui, 'index.html'), 'page');
    writeFileSync(join(ui, 'assets', 'main-abcdef12.js'), 'run()');
    writeFileSync(join(ui, 'assets', 'long-abcdef12.js'), LONG);
    writeFileSync(join(dir, 'secret.txt'), 'secret');
    app.use(staticFiles(ui));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are kept by their hash; a place without a file is the page', async () => {
    const file = await app.request('/assets/main-abcdef12.js');
    expect(file.headers.get('cache-control')).toContain('immutable');
    for (const place of ['/', '/devices', '/network/cloud']) {
      const page = await app.request(place);
      expect(await page.text()).toBe('page');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      const etag = page.headers.get('etag') ?? '';
      expect((await app.request(place, { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
  });

  it('are packed for whoever takes that, under a tag of their own', async () => {
    const get = (headers: Record<string, string>) => app.request('/assets/long-abcdef12.js', { headers });
    const plain = await get({});
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, LONG]);
    expect((await get({ 'accept-encoding': 'br, gzip;q=0' })).headers.get('content-encoding')).toBeNull();
    const packed = await get({ 'accept-encoding': 'gzip, deflate, br' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    const bytes = Buffer.from(await packed.arrayBuffer());
    expect([bytes.length < 200, gunzipSync(bytes).toString()]).toEqual([true, LONG]);
    const etag = packed.headers.get('etag') ?? '';
    expect(etag).not.toBe(plain.headers.get('etag'));
    const again = await get({ 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect(again.status).toBe(304);
  });

  it.each([
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%00',
    '/%E0',
    '/x.js',
    '/api/x',
    '/metrics',
  ])('are not there: %s', async (path) => expect((await app.request(path)).status).toBe(404));

  it('that are not built say what to do', async () => {
    const bare = new Hono().use(staticFiles(join(dir, 'none')));
    const res = await bare.request('/');
    expect([res.status, await res.text()]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});

describe('health', () => {
  const build = (metricsToken?: string, works = true): Hono => {
    const app = httpApp(() => {});
    const checks = { database: async () => works || Promise.reject(new Error('gone')) };
    const registry = { contentType: 'text/plain', metrics: async () => 'up 1' };
    const peer = (c: { req: { header(name: string): string | undefined } }): string =>
      c.req.header('x-peer') ?? '';
    mountHealth(app, { facts: { version: '1' }, checks, registry, metricsToken, peer });
    return app;
  };

  it('names what fails', async () => {
    expect(await (await build().request('/healthz')).json()).toEqual({
      status: 'ok',
      version: '1',
      failing: [],
    });
    const res = await build(undefined, false).request('/healthz');
    expect([res.status, await res.json()]).toEqual([
      503,
      { status: 'failing', version: '1', failing: ['database'] },
    ]);
  });

  it('metrics are for this machine, or for whoever has the token', async () => {
    const status = async (headers: Record<string, string>, token?: string): Promise<number> =>
      (await build(token).request('/metrics', { headers })).status;
    expect(await status({ 'x-peer': '127.0.0.1' })).toBe(200);
    expect(await status({})).toBe(403);
    for (const name of ['x-forwarded-for', 'forwarded', 'via'])
      expect(await status({ 'x-peer': '127.0.0.1', [name]: 'x' })).toBe(403);
    expect(await status({ authorization: 'Bearer undefined' })).toBe(403);
    expect(await status({ authorization: 'Bearer a-long-token' }, 'a-long-token')).toBe(200);
    expect(await status({ 'x-peer': '127.0.0.1', authorization: 'Bearer wrong' }, 'a-long-token')).toBe(403);
  });
});

describe('server', () => {
  it('says who cannot listen and what to do', async () => {
    const one = serverOf(new Hono());
    const port = await listen(one, { host: '127.0.0.1', port: 0 }, 'The hub');
    const two = serverOf(new Hono());
    await expect(listen(two, { host: '127.0.0.1', port }, 'The hub')).rejects.toThrow(
      `The hub cannot listen on 127.0.0.1:${port}: another program uses this port.`,
    );
    await closed(one);
    await closed(two);
  });
});

describe('session', () => {
  it('ends after thirty minutes of rest, and after twelve hours', () => {
    const minute = 60_000;
    expect(isAlive({ created: 0, used: 0 }, 30 * minute - 1)).toBe(true);
    expect(isAlive({ created: 0, used: 0 }, 30 * minute)).toBe(false);
    expect(isAlive({ created: 0, used: 12 * 60 * minute - 1 }, 12 * 60 * minute)).toBe(false);
    expect([isSame('a', 'a'), isSame('a', 'ab'), isSame('', 'a')]).toEqual([true, false, false]);
  });
});
