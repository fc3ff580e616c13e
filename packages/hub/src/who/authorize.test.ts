/** Applications that act for people, driven by a client library that knows nothing of us. */
import {
  acceptLink,
  addApiClient,
  addUser,
  type Call,
  changeUser,
  client,
  decideAuthorization,
  editApiClient,
  endApplication,
  issueToken,
  listApplications,
  lookAtAuthorization,
} from '@sightline/api';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';

const REDIRECT = 'https://app.example/done';
const SCOPES = ['inspect:read', 'enrich:read', 'sse'];
let at: TestHub;
let now = Date.now();
let ann: Call;
let annId: string;
let app: { id: string; password: string };
let desk: string;

beforeAll(async () => {
  at = await openHub({ clock: () => now });
  const { user, link } = await at.admin(addUser, { body: { name: 'ann', role: 'analyst' } });
  annId = user.id;
  const body = JSON.stringify({ token: new URL(link.url).hash.slice(1), password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const cookie = cookieOf(await fetch(at.url + acceptLink.path, { method: 'POST', headers, body }));
  ann = client({ base: at.url, headers: { cookie } });
  const common = { kind: 'code' as const, scopes: SCOPES, redirects: [REDIRECT] };
  const made = await at.admin(addApiClient, { body: { name: 'Ticket system', ...common } });
  app = { id: made.client.id, password: made.password ?? '' };
  const native = { ...common, name: 'Desk', redirects: ['http://127.0.0.1:9/cb'], confidential: false };
  desk = (await at.admin(addApiClient, { body: native })).client.id;
});
afterAll(() => at.close());

const configuration = (id: string, password?: string): oidc.Configuration => {
  const server = {
    issuer: 'IROH Auth',
    authorization_endpoint: `${at.url}/iroh/oauth2/authorize`,
    token_endpoint: `${at.url}/iroh/oauth2/token`,
    revocation_endpoint: `${at.url}/iroh/oauth2/revoke`,
    authorization_response_iss_parameter_supported: true,
  };
  const auth = password === undefined ? oidc.None() : oidc.ClientSecretBasic(password);
  const config = new oidc.Configuration(server, id, password, auth);
  oidc.allowInsecureRequests(config);
  return config;
};

interface Flow {
  config: oidc.Configuration;
  verifier: string;
  url: URL;
}
async function begin(config: oidc.Configuration, more: Record<string, string> = {}): Promise<Flow> {
  const verifier = oidc.randomPKCECodeVerifier();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'inspect:read sse:write',
    state: 'st&te',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { config, verifier, url };
}
// biome-ignore lint/suspicious/noExplicitAny: what the browser would carry on
const queryOf = (url: URL): any => Object.fromEntries(url.searchParams);
const decide = async (flow: Flow, as: Call = ann, approved = true): Promise<URL> =>
  new URL((await as(decideAuthorization, { body: { ...queryOf(flow.url), approved } })).redirect);
const redeem = (flow: Flow, answer: URL) =>
  oidc.authorizationCodeGrant(flow.config, answer, {
    pkceCodeVerifier: flow.verifier,
    expectedState: 'st&te',
  });
const ours = () => configuration(app.id, app.password);
const allowed = async (): Promise<oidc.TokenEndpointResponse> => {
  const flow = await begin(ours());
  return redeem(flow, await decide(flow));
};
const status = async (token: string, path = '/iroh/iroh-inspect/inspect'): Promise<number> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = path.endsWith('inspect') ? { method: 'POST', headers, body: '{"content":"x"}' } : { headers };
  return (await fetch(at.url + path, init)).status;
};

describe('a person and an application', () => {
  it('is sent to the page, sees what is asked, allows it; the application acts in her name and within her role', async () => {
    const flow = await begin(ours());
    const sent = await fetch(flow.url, { redirect: 'manual' });
    expect(sent.status).toBe(302);
    const page = new URL(sent.headers.get('location') ?? '');
    expect(page.href.startsWith(`${at.url}/authorize?`)).toBe(true);
    expect(queryOf(page)).toEqual(queryOf(flow.url));
    const asked = await ann(lookAtAuthorization, { query: queryOf(page) });
    expect(asked).toMatchObject({
      name: 'Ticket system',
      redirectHost: 'app.example',
      scopes: ['inspect:read', 'sse:write'],
      beyond: ['sse:write'],
    });
    const tokens = await redeem(flow, await decide(flow));
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'inspect:read sse:write' });
    expect(await status(tokens.access_token)).toBe(200);
    const { applications } = await ann(listApplications);
    expect(applications).toMatchObject([{ name: 'Ticket system', scopes: ['inspect:read', 'sse:write'] }]);
    // an analyst may not add devices, whatever she lets an application do
    const add = await fetch(`${at.url}/iroh/iroh-sse/device`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(add.status).toBe(403);
    expect(await add.json()).toMatchObject({
      error: 'missing_scope',
      error_description: expect.stringContaining('ann'),
    });
    await ann(endApplication, { params: { id: applications[0]?.id ?? '' } });
    expect(await status(tokens.access_token)).toBe(401);
  });

  it('an application without a password does the same by PKCE alone', async () => {
    const flow = await begin(configuration(desk), { redirect_uri: 'http://127.0.0.1:9/cb' });
    const tokens = await redeem(flow, await decide(flow));
    expect(await status(tokens.access_token)).toBe(200);
    const next = await oidc.refreshTokenGrant(configuration(desk), tokens.refresh_token ?? '');
    expect(await status(next.access_token)).toBe(200);
  });

  it('who does not allow it sends the browser back without a code', async () => {
    const flow = await begin(ours());
    const back = await decide(flow, ann, false);
    expect(queryOf(back)).toMatchObject({ error: 'access_denied', state: 'st&te', iss: 'IROH Auth' });
  });

  it('refresh tokens work once; one that comes again ends everything', async () => {
    const tokens = await allowed();
    const next = await oidc.refreshTokenGrant(ours(), tokens.refresh_token ?? '', { scope: 'inspect:read' });
    expect(next.scope).toBe('inspect:read');
    expect(await status(next.access_token)).toBe(200);
    await expect(oidc.refreshTokenGrant(ours(), tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await status(next.access_token)).toBe(401);
    await expect(oidc.refreshTokenGrant(ours(), next.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('a code that comes twice gives nothing, and ends what it gave', async () => {
    const flow = await begin(ours());
    const answer = await decide(flow);
    const tokens = await redeem(flow, answer);
    await expect(redeem(flow, answer)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await status(tokens.access_token)).toBe(401);
  });

  it('ends at the revocation endpoint, by either token', async () => {
    for (const which of ['access_token', 'refresh_token'] as const) {
      const tokens = await allowed();
      await oidc.tokenRevocation(ours(), tokens[which] ?? '');
      expect(await status(tokens.access_token)).toBe(401);
    }
    await oidc.tokenRevocation(ours(), 'never given');
  });

  it('ends with the person and with the application', async () => {
    const tokens = await allowed();
    await at.admin(editApiClient, { params: { id: app.id }, body: { disabled: true } });
    expect(await status(tokens.access_token)).toBe(401);
    await at.admin(editApiClient, { params: { id: app.id }, body: { disabled: false } });
    expect(await status(tokens.access_token)).toBe(200);
    await at.admin(changeUser, { params: { id: annId }, body: { disabled: true } });
    expect(await status(tokens.access_token)).toBe(401);
    await at.admin(changeUser, { params: { id: annId }, body: { disabled: false } });
  });
});

describe('is refused', () => {
  it.each([
    ['an application that is not known', { client_id: 'client-0' }, 'application_unknown'],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/' }, 'redirect_unknown'],
    ['an address that only begins right', { redirect_uri: `${REDIRECT}/more` }, 'redirect_unknown'],
  ])('%s: nobody is sent anywhere', async (_, more, error) => {
    const { url } = await begin(ours(), more);
    const res = await fetch(url, { redirect: 'manual' });
    expect(res.status).toBe(400);
    expect(await res.json()).toMatchObject({ error });
    await expect(
      at.admin(decideAuthorization, { body: { ...queryOf(url), approved: true } }),
    ).rejects.toMatchObject({ code: error });
  });

  it('without PKCE, with the plain method, another type, or scopes that it does not have: the application is told', async () => {
    const wrong: [Record<string, string>, string][] = [
      [{ code_challenge: '' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ scope: 'private-intel' }, 'invalid_scope'],
    ];
    for (const [more, error] of wrong) {
      const flow = await begin(ours(), more);
      expect(queryOf(await decide(flow, at.admin))).toMatchObject({ error, state: 'st&te' });
    }
  });

  it('a code with another verifier, address or client, or too late', async () => {
    const token = async (form: Record<string, string>, id = app.id, password = app.password) => {
      const headers = { authorization: `Basic ${btoa(`${id}:${password}`)}` };
      const body = new URLSearchParams({ grant_type: 'authorization_code', ...form });
      const res = await fetch(at.url + issueToken.path, { method: 'POST', headers, body });
      return [res.status, ((await res.json()) as { error?: string }).error];
    };
    const fresh = async () => {
      const flow = await begin(ours());
      const code = queryOf(await decide(flow, at.admin)).code as string;
      return { code, redirect_uri: REDIRECT, code_verifier: flow.verifier };
    };
    const bad = [400, 'invalid_grant'];
    expect(await token({ ...(await fresh()), code_verifier: 'x'.repeat(43) })).toEqual(bad);
    expect(await token({ ...(await fresh()), redirect_uri: 'https://other.example/' })).toEqual(bad);
    const other = await at.admin(addApiClient, {
      body: { name: 'Other', kind: 'code', scopes: SCOPES, redirects: [REDIRECT] },
    });
    expect(await token(await fresh(), other.client.id, other.password ?? '')).toEqual(bad);
    const late = await fresh();
    now += 61_000;
    expect(await token(late)).toEqual(bad);
    expect(await token({ code: 'x' })).toEqual([400, 'invalid_request']);
  });

  it('nobody is let in who is not logged in', async () => {
    const { url } = await begin(ours());
    await expect(at.call(lookAtAuthorization, { query: queryOf(url) })).rejects.toMatchObject({
      code: 'not_logged_in',
    });
  });
});
