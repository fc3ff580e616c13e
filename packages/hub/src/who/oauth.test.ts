import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpApp, mounter } from '@sightline/api/http';
import { quota } from '@sightline/api/web/quota';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireScope, verifyToken } from './bearer.ts';
import type { Client } from './clients.ts';
import type { Grants } from './grants.ts';
import { type KeyPair, signingKey } from './jwt.ts';
import { hashSecret, newClientId, newSecret, oauthRoutes } from './oauth.ts';

const PUBLIC = 'https://hub.example.test';
const CLAIM = 'https://schemas.cisco.com/iroh/identity/claims/';
const secret = newSecret();
const start = Date.UTC(2026, 0, 1);

let folder: string;
let key: KeyPair;
let now = start;
let clients: Map<string, Client>;
let secrets: Map<string, { id: string; hash: string }[]>;
let client: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oauth-'));
  key = await signingKey(folder);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  now = start;
  client = {
    id: newClientId(),
    name: 'playbook',
    description: '',
    kind: 'credentials',
    orgId: 'org-1',
    orgName: 'Example',
    scopes: ['inspect:read', 'enrich:read'],
    lifetimeS: 600,
    redirects: [],
    confidential: true,
    disabled: false,
    owner: { id: 'user-1', name: 'admin@example.test', role: 'admin' },
  };
  clients = new Map([[client.id, client]]);
  secrets = new Map([[client.id, [{ id: 'first', hash: hashSecret(secret) }]]]);
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a foreign client would
const json = (res: Response): Promise<any> => res.json();

function hub() {
  const used: string[] = [];
  const deps = {
    key,
    clientOf: async (id: string) => clients.get(id),
    secretsOf: async (id: string) => secrets.get(id) ?? [],
    used: async (id: string, secretId: string | undefined) => {
      used.push(`${id} ${secretId}`);
    },
    grants: {
      byId: async () => undefined,
      byRefresh: async () => undefined,
      code: async () => undefined,
    } as unknown as Grants,
    clientQuota: quota(60, 60),
    peerQuota: quota(5, 60),
    peer: () => '192.0.2.1',
    publicUrl: () => PUBLIC,
    clock: () => now,
  };
  const app = httpApp((error) => {
    throw error;
  });
  const on = mounter<unknown>(app, async (c, permission) => {
    if (permission === 'public') return undefined;
    const caller = await verifyToken(deps, c.req.header('authorization'));
    requireScope(caller, permission);
    return caller;
  });
  oauthRoutes(on, deps);
  return { app, deps, used };
}

const basic = (id: string, password: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`).toString('base64')}`;
const ask = (
  app: ReturnType<typeof hub>['app'],
  authorization: string | undefined,
  form = 'grant_type=client_credentials',
) =>
  app.request('/iroh/oauth2/token', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization ? { authorization } : {}),
    },
    body: form,
  });

describe('the token endpoint', () => {
  it('gives a client a token of ten minutes that the published key verifies', async () => {
    const { app, used } = hub();
    const res = await ask(app, basic(client.id, secret));
    expect(res.status).toBe(200);
    expect(res.headers.get('cache-control')).toBe('no-store');
    const body = await json(res);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 600,
      scope: 'inspect:read enrich:read',
    });
    const jwks = await json(await app.request('/.well-known/jwks'));
    expect(Object.keys(jwks.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const { payload, protectedHeader } = await jwtVerify(body.access_token, createLocalJWKSet(jwks), {
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: key.kid });
    expect(payload).toMatchObject({
      iss: 'IROH Auth',
      aud: PUBLIC,
      sub: 'user-1',
      email: 'admin@example.test',
      iat: now / 1000,
      nbf: now / 1000 - 60,
      exp: now / 1000 + 600,
      [`${CLAIM}org/id`]: 'org-1',
      [`${CLAIM}org/name`]: 'Example',
      [`${CLAIM}scopes`]: ['inspect:read', 'enrich:read'],
      [`${CLAIM}oauth/client/id`]: client.id,
      [`${CLAIM}oauth/grant`]: 'client-creds',
      [`${CLAIM}oauth/kind`]: 'access-token',
      [`${CLAIM}version`]: '1',
    });
    expect(used).toEqual([`${client.id} first`]);
  });

  it('gives tokens as long a life as the client has it', async () => {
    const { app, deps } = hub();
    clients.set(client.id, { ...client, lifetimeS: 3600 });
    const body = await json(await ask(app, basic(client.id, secret)));
    expect(body.expires_in).toBe(3600);
    now += 3_599_000;
    await verifyToken(deps, `Bearer ${body.access_token}`);
    now += 2000;
    await expect(verifyToken(deps, `Bearer ${body.access_token}`)).rejects.toThrow('expired');
  });

  it('takes each of two passwords, as long as it is good', async () => {
    const { app, used } = hub();
    const second = newSecret();
    secrets.get(client.id)?.push({ id: 'second', hash: hashSecret(second) });
    expect((await ask(app, basic(client.id, second))).status).toBe(200);
    expect((await ask(app, basic(client.id, secret))).status).toBe(200);
    expect(used).toEqual([`${client.id} second`, `${client.id} first`]);
    secrets.set(client.id, [{ id: 'second', hash: hashSecret(second) }]);
    expect((await ask(app, basic(client.id, secret))).status).toBe(401);
  });

  it('gives nothing to a client that is disabled, without an owner, or of the other kind', async () => {
    const { app } = hub();
    const answer = async (of: Partial<Client>) => {
      clients.set(client.id, { ...client, ...of });
      const res = await ask(app, basic(client.id, secret));
      return [res.status, (await json(res)).error];
    };
    expect(await answer({ disabled: true })).toEqual([401, 'invalid_client']);
    expect(await answer({ owner: undefined })).toEqual([400, 'unauthorized_client']);
    expect(await answer({ kind: 'code' })).toEqual([400, 'unauthorized_client']);
    expect(await answer({ kind: 'code', confidential: false })).toEqual([401, 'invalid_client']);
  });

  it('takes credentials in the body, and credentials that need escaping in the header', async () => {
    const { app } = hub();
    const odd = 'a:b+c %/ü';
    clients.set('odd:id', { ...client, id: 'odd:id' });
    secrets.set('odd:id', [{ id: 'odd', hash: hashSecret(odd) }]);
    expect((await ask(app, basic('odd:id', odd))).status).toBe(200);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: secret,
    });
    expect((await ask(app, undefined, form.toString())).status).toBe(200);
  });

  it('narrows to the scopes asked for and refuses more than the client has', async () => {
    const { app } = hub();
    const narrow = await ask(
      app,
      basic(client.id, secret),
      'grant_type=client_credentials&scope=enrich/observables:read',
    );
    expect((await json(narrow)).scope).toBe('enrich/observables:read');
    const more = await ask(app, basic(client.id, secret), 'grant_type=client_credentials&scope=enrich');
    expect(more.status).toBe(400);
    expect(await json(more)).toMatchObject({ error: 'invalid_scope' });
  });

  it.each([
    ['an unknown client', () => basic(newClientId(), secret)],
    ['a wrong secret', () => basic(client.id, newSecret())],
    ['an empty secret', () => basic(client.id, '')],
  ])('refuses %s with the same words', async (_, authorization) => {
    const res = await ask(hub().app, authorization());
    expect(res.status).toBe(401);
    expect(res.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(await json(res)).toEqual({
      error: 'invalid_client',
      error_description: 'unknown client',
      error_uri: 'https://tools.ietf.org/html/rfc6749#section-5.2',
    });
  });

  it.each([
    ['', 'invalid_request'],
    ['grant_type=password', 'unsupported_grant_type'],
    ['grant_type=client_credentials&grant_type=client_credentials', 'invalid_request'],
    ['grant_type=client_credentials&client_secret=x', 'invalid_request'],
    ['grant_type=client_credentials&client_id=other', 'invalid_request'],
  ])('refuses the form "%s" with 400 %s', async (form, error) => {
    const res = await ask(hub().app, basic(client.id, secret), form);
    expect(res.status).toBe(400);
    expect((await json(res)).error).toBe(error);
  });

  it('refuses what is not HTTP Basic, and no credentials at all', async () => {
    for (const authorization of [undefined, 'Bearer x', 'Basic !!', 'Basic', basic('', '').slice(0, 7)]) {
      const res = await ask(hub().app, authorization);
      expect(res.status).toBe(401);
      expect((await json(res)).error).toBe('invalid_client');
    }
  });

  it('stops guessing from one address, and more than 60 tokens a minute of one client', async () => {
    const { app } = hub();
    for (let i = 0; i < 60; i++) expect((await ask(app, basic(client.id, secret))).status).toBe(200);
    const many = await ask(app, basic(client.id, secret));
    expect(many.status).toBe(429);
    expect(many.headers.get('retry-after')).toBe('60');
    const guessing = hub().app;
    for (let i = 0; i < 5; i++) expect((await ask(guessing, basic(client.id, 'x'))).status).toBe(401);
    expect((await ask(guessing, basic(client.id, secret))).status).toBe(429);
    now += 60_000;
    expect((await ask(guessing, basic(client.id, secret))).status).toBe(200);
  });

  it('publishes where it is', async () => {
    const { app } = hub();
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
      expect(await json(await app.request(path))).toMatchObject({
        issuer: 'IROH Auth',
        token_endpoint: `${PUBLIC}/iroh/oauth2/token`,
        jwks_uri: `${PUBLIC}/.well-known/jwks`,
      });
    }
  });
});

describe('the check of a token', () => {
  const token = async (app: ReturnType<typeof hub>['app']) =>
    (await json(await ask(app, basic(client.id, secret)))).access_token as string;
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (fault) => ({ status: fault.status, ...fault.wire }),
    );

  it('knows the caller and his scopes', async () => {
    const { app, deps } = hub();
    const caller = await verifyToken(deps, `Bearer ${await token(app)}`);
    expect(caller).toEqual({
      clientId: client.id,
      clientName: 'playbook',
      orgId: 'org-1',
      userId: 'user-1',
      userName: 'admin@example.test',
      role: 'admin',
      scopes: ['inspect:read', 'enrich:read'],
    });
    requireScope(caller, 'enrich/observables/observe:read');
    expect(() => requireScope(caller, 'sse')).toThrow(
      expect.objectContaining({
        status: 403,
        wire: expect.objectContaining({ 'missing-scopes': ['sse'], scopes: ['inspect:read', 'enrich:read'] }),
      }),
    );
  });

  it('says in the words of CTR that there is no token or that it is too old', async () => {
    const { app, deps } = hub();
    for (const header of [undefined, '', 'Bearer', 'Basic x', 'Bearer a b']) {
      expect(await refused(verifyToken(deps, header))).toEqual({
        status: 401,
        error: 'invalid_request',
        error_description: 'No JWT found in HTTP Authorization header',
      });
    }
    const good = await token(app);
    now += 599_000;
    expect(await refused(verifyToken(deps, `Bearer ${good}`))).toBeUndefined();
    now += 2_000;
    expect(await refused(verifyToken(deps, `Bearer ${good}`))).toEqual({
      status: 401,
      error: 'invalid_jwt',
      error_description: `(${decodeJwt(good).jti}) This JWT max lifetime has expired since 1s`,
    });
  });

  it('refuses a token of a deleted client and drops scopes the client lost', async () => {
    const { app, deps } = hub();
    const good = `Bearer ${await token(app)}`;
    clients.set(client.id, { ...client, scopes: ['inspect:read'] });
    expect((await verifyToken(deps, good)).scopes).toEqual(['inspect:read']);
    clients.set(client.id, { ...client, disabled: true });
    expect(await refused(verifyToken(deps, good))).toMatchObject({
      error: 'invalid_jwt',
      error_description: expect.stringContaining('has been disabled'),
    });
    clients.set(client.id, { ...client, owner: undefined });
    expect(await refused(verifyToken(deps, good))).toMatchObject({ status: 401, error: 'invalid_jwt' });
    clients.set(client.id, { ...client, orgId: 'org-2' });
    expect(await refused(verifyToken(deps, good))).toMatchObject({ error: 'invalid_jwt' });
    clients.delete(client.id);
    expect(await refused(verifyToken(deps, good))).toMatchObject({ status: 401, error: 'invalid_jwt' });
  });

  it('refuses forged, foreign and unsigned tokens', async () => {
    const { app, deps } = hub();
    const good = await token(app);
    const claims = decodeJwt(good);
    const other = await signingKey(await mkdtemp(join(folder, 'other-')));
    const resign = (change: object, by: KeyPair | Uint8Array = key, alg = 'RS256') =>
      new SignJWT({ ...claims, ...change })
        .setProtectedHeader({ ...decodeProtectedHeader(good), alg })
        .sign(by instanceof Uint8Array ? by : by.private);
    const [head, payload] = good.split('.');
    const forged = [
      await resign({}, other),
      await resign({ aud: 'https://other.example.test' }),
      await resign({ iss: 'someone' }),
      await resign({ [`${CLAIM}oauth/kind`]: 'refresh-token' }),
      await resign({}, Buffer.from(key.shown.n.padEnd(64, 'x')), 'HS256'),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      `${head}.${payload}.AAAA`,
      'nonsense',
    ];
    for (const bad of forged) {
      expect(await refused(verifyToken(deps, `Bearer ${bad}`))).toMatchObject({
        status: 401,
        error: 'invalid_jwt',
      });
    }
  });
});

describe('the signing key', () => {
  it('is made once, also by two programs at the same moment, and is for its owner only', async () => {
    const place = join(folder, 'race');
    const both = await Promise.all([signingKey(place), signingKey(place)]);
    expect(both[0].kid).toBe(both[1].kid);
    expect((await signingKey(place)).kid).toBe(both[0].kid);
    const path = join(place, 'oauth-key.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8')).d).toBeTruthy();
  });
});
