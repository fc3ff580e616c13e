/** Single sign-on against a real OpenID provider, which runs beside the hub. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  acceptLink,
  addSsoProvider,
  addUser,
  type Call,
  changeUser,
  client,
  deleteSsoProvider,
  editOrganisation,
  editSsoProvider,
  getAccount,
  listAudit,
  listSessions,
  listSignOn,
  listSsoProviders,
  listUsers,
  startSignOn,
  testSsoProvider,
  whoAmI,
} from '@sightline/api';
import Provider, { type AccountClaims, type Configuration } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHub, type TestHub } from '../../fixture.ts';

/** Who is logged in at the provider, and what it says of him. */
let person: { sub: string } & Record<string, unknown>;
let idp: { url: string; server: Server };
let at: TestHub;
let providerId: string;

const SECRET = 'a secret between hub and provider';

async function openProvider(hub: string): Promise<{ url: string; server: Server }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration: Configuration = {
    clients: [{ client_id: 'sightline', client_secret: SECRET, redirect_uris: [`${hub}/api/sso/callback`] }],
    claims: {
      openid: ['sub', 'groups'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username'],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ['for this test'] },
    features: { devInteractions: { enabled: false } },
    // whoever comes is `person`, and has agreed
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => person as AccountClaims }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? '',
        accountId: ctx.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, configuration);
  server.on('request', async (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return provider.callback()(req, res);
    const denied = { error: 'access_denied' };
    await provider.interactionFinished(
      req,
      res,
      person.sub === '' ? denied : { login: { accountId: person.sub } },
    );
  });
  return { url, server };
}

/** A browser: follows redirects and keeps cookies by origin. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  const get = async (url: string): Promise<Response> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const res = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const text of res.headers.getSetCookie()) {
      const [pair = ''] = text.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return res;
  };
  const visit = async (url: string, stop = ''): Promise<string> => {
    let here = url;
    for (let i = 0; i < 12; i++) {
      if (stop !== '' && here.startsWith(stop)) return here;
      const res = await get(here);
      const next = res.headers.get('location');
      if (res.status < 300 || res.status >= 400 || next === null) return here;
      here = new URL(next, here).href;
      if (here === `${at.url}/` || here.startsWith(`${at.url}/?`)) return here;
    }
    throw new Error(`never arrives, now at ${here}`);
  };
  return {
    visit,
    call: (): Call => {
      const jar = jars.get(at.url) ?? new Map();
      return client({
        base: at.url,
        headers: { cookie: [...jar].map(([n, v]) => `${n}=${v}`).join('; ') },
      });
    },
  };
}

const start = (id = providerId): string => at.url + startSignOn.path.replace(':id', id);
/** Logs in as `person`. @returns where the browser ended up, and calls as that session */
async function signOn(): Promise<{ where: URL; call: Call }> {
  const one = browser();
  const where = new URL(await one.visit(start()));
  return { where, call: one.call() };
}
const problemOf = ({ where }: { where: URL }): string => where.searchParams.get('problem') ?? '';
const change = (body: Record<string, unknown>) =>
  at.admin(editSsoProvider, { params: { id: providerId }, body });

beforeEach(async () => {
  // the provider warns about what a test may leave out
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  at = await openHub();
  idp = await openProvider(at.url);
  person = { sub: 'u-1', email: 'Mia@Example.com', email_verified: true, groups: [] };
  providerId = (
    await at.admin(addSsoProvider, {
      body: { label: 'Example login', issuer: idp.url, clientId: 'sightline', clientSecret: SECRET },
    })
  ).id;
});
afterEach(async () => {
  idp.server.close();
  idp.server.closeAllConnections();
  await at.close();
  vi.restoreAllMocks();
});

describe('somebody whom the provider knows', () => {
  it('is the user of that name from then on, also when the address changes', async () => {
    await at.admin(addUser, { body: { name: 'mia@example.com', role: 'analyst' } });
    const { where, call } = await signOn();
    expect(where.href).toBe(`${at.url}/`);
    expect(await call(whoAmI)).toMatchObject({ name: 'mia@example.com', role: 'analyst' });
    expect((await call(getAccount)).signOn).toMatchObject([{ provider: 'Example login' }]);
    expect((await at.admin(listSessions)).sessions.map(({ user, way }) => `${user} ${way}`)).toContain(
      'mia@example.com sso',
    );
    expect((await at.admin(listUsers)).users.find((u) => u.name.startsWith('mia'))).toMatchObject({
      state: 'active',
      sso: true,
    });
    person.email = 'mia.married@example.com';
    expect((await (await signOn()).call(whoAmI)).name).toBe('mia@example.com');
    expect((await at.admin(listSsoProviders)).providers).toMatchObject([{ users: 1 }]);
  });

  it('has no user here: is told so, and so is the audit log', async () => {
    const { where, call } = await signOn();
    expect(problemOf({ where })).toBe('sso_no_user');
    await expect(call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    const { entries } = await at.admin(listAudit, { query: { action: 'user.login_failed' } });
    expect(entries[0]?.text).toContain('mia@example.com');
  });

  it('gets a user where the settings want that, of the domains that are named', async () => {
    await change({ defaultRole: 'analyst', domains: ['example.com'] });
    expect(await (await signOn()).call(whoAmI)).toMatchObject({ name: 'mia@example.com', role: 'analyst' });
    person = { sub: 'u-2', email: 'eve@elsewhere.example', email_verified: true };
    expect(problemOf(await signOn())).toBe('sso_no_user');
    person = { sub: 'u-3', email: 'eve@example.com', email_verified: false };
    expect(problemOf(await signOn())).toBe('sso_no_user');
  });

  it('is not taken for a user by an address that the provider does not vouch for', async () => {
    await at.admin(addUser, { body: { name: 'mia@example.com', role: 'admin' } });
    person.email_verified = false;
    expect(problemOf(await signOn())).toBe('sso_no_user');
    person.email_verified = true;
    await change({ domains: ['other.example'] });
    expect(problemOf(await signOn())).toBe('sso_no_user');
    await change({ domains: [], linkByEmail: false });
    expect(problemOf(await signOn())).toBe('sso_no_user');
    await change({ linkByEmail: true });
    expect((await signOn()).where.href).toBe(`${at.url}/`);
  });

  it('has the role of the groups, each time anew; without a group that counts nobody comes in', async () => {
    const roleMap = [
      { value: 'soc-admins', role: 'admin' },
      { value: 'soc', role: 'analyst' },
    ];
    await change({ roleClaim: 'groups', roleMap, defaultRole: 'read-only' });
    person.groups = ['staff', 'soc'];
    const first = await signOn();
    expect((await first.call(whoAmI)).role).toBe('analyst');
    person.groups = ['soc', 'soc-admins'];
    expect((await (await signOn()).call(whoAmI)).role).toBe('admin');
    await expect(first.call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    await change({ defaultRole: '' });
    person.groups = ['staff'];
    expect(problemOf(await signOn())).toBe('sso_no_role');
  });

  it('does not make the last administrator with a password anything less', async () => {
    await change({ roleClaim: 'groups', roleMap: [{ value: 'soc', role: 'analyst' }] });
    person = { sub: 'boss', email: 'ada@example.com', email_verified: true, groups: ['soc'] };
    const { users } = await at.admin(listUsers);
    await at.admin(changeUser, { params: { id: users[0]?.id ?? '' }, body: { email: 'Ada@example.com' } });
    expect(await (await signOn()).call(whoAmI)).toMatchObject({ name: 'ada', role: 'admin' });
  });

  it('needs no second factor here, and is kept out while only administrators may come in', async () => {
    await at.admin(addUser, { body: { name: 'mia@example.com', role: 'analyst' } });
    await at.admin(editOrganisation, { body: { allRoles: false } });
    expect(problemOf(await signOn())).toBe('login_closed');
    await at.admin(editOrganisation, { body: { allRoles: true, secondFactor: true } });
    expect((await (await signOn()).call(whoAmI)).must).toBeUndefined();
  });

  it('is kept out when the user here is disabled', async () => {
    const { user } = await at.admin(addUser, { body: { name: 'mia@example.com', role: 'analyst' } });
    await signOn();
    await at.admin(changeUser, { params: { id: user.id }, body: { disabled: true } });
    expect(problemOf(await signOn())).toBe('sso_no_user');
  });

  it('says no at the provider', async () => {
    person.sub = '';
    const { where } = await signOn();
    expect(problemOf({ where })).toBe('sso_failed');
    expect(where.searchParams.get('reason')).toBe('the login was not allowed there.');
  });
});

describe('the way back', () => {
  beforeEach(async () => {
    await at.admin(addUser, { body: { name: 'mia@example.com', role: 'admin' } });
  });

  it('ends in the browser where it began, once', async () => {
    const [mine, theirs] = [browser(), browser()];
    const callback = await mine.visit(start(), `${at.url}/api/sso/callback`);
    expect(problemOf({ where: new URL(await theirs.visit(callback)) })).toBe('sso_expired');
    expect(await mine.visit(callback)).toBe(`${at.url}/`);
    expect(problemOf({ where: new URL(await mine.visit(callback)) })).toBe('sso_expired');
  });

  it.each([
    ['state', 'sso_expired'],
    ['code', 'sso_failed'],
    ['iss', 'sso_failed'],
  ])('with another %s: %s', async (name, problem) => {
    const one = browser();
    const callback = new URL(await one.visit(start(), `${at.url}/api/sso/callback`));
    callback.searchParams.set(name, name === 'iss' ? 'https://evil.example' : 'x'.repeat(43));
    const where = new URL(await one.visit(callback.href));
    expect(problemOf({ where })).toBe(problem);
    await expect(one.call()(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
  });

  it('through a provider that is switched off in between', async () => {
    const one = browser();
    const callback = await one.visit(start(), `${at.url}/api/sso/callback`);
    await change({ enabled: false });
    expect(problemOf({ where: new URL(await one.visit(callback)) })).toBe('sso_unknown');
  });

  it('with a secret that the provider does not take', async () => {
    await change({ clientSecret: 'another one' });
    const { where } = await signOn();
    expect(where.searchParams.get('reason')).toBe('it does not take the client id or the client secret.');
  });
});

describe('the settings', () => {
  it('keep the secret to themselves, name the redirect address, and are tested', async () => {
    const listed = await at.admin(listSsoProviders);
    expect(listed.redirect).toBe(`${at.url}/api/sso/callback`);
    expect(listed.providers).toMatchObject([{ hasSecret: true, label: 'Example login' }]);
    expect(JSON.stringify(listed)).not.toContain(SECRET);
    const test = () => at.admin(testSsoProvider, { params: { id: providerId } });
    expect(await test()).toMatchObject({ ok: true, text: expect.stringContaining(idp.url) });
    idp.server.close();
    idp.server.closeAllConnections();
    expect(await test()).toMatchObject({ ok: false, text: expect.stringContaining('ECONNREFUSED') });
    expect(problemOf(await signOn())).toBe('sso_failed');
  });

  it('are on the login page as long as they are on', async () => {
    const shown = async () => (await at.call(listSignOn)).providers;
    expect(await shown()).toEqual([{ id: providerId, label: 'Example login' }]);
    await change({ enabled: false });
    expect(await shown()).toEqual([]);
    expect(problemOf(await signOn())).toBe('sso_unknown');
    await at.admin(deleteSsoProvider, { params: { id: providerId } });
    expect((await at.admin(listSsoProviders)).providers).toEqual([]);
  });

  it.each([
    [{ issuer: 'http://id.example' }, 'issuer'],
    [{ defaultRole: 'emperor' }, 'defaultRole'],
    [{ roleMap: [{ value: 'a', role: 'emperor' }] }, 'roleMap.0.role'],
    [{ domains: ['not a domain'] }, 'domains.0'],
  ])('refuse %j', async (body, path) => {
    await expect(change(body)).rejects.toMatchObject({ code: 'invalid_input', fields: [{ path }] });
  });
});

it('no file is taken for a provider', async () => {
  await expect(change({ issuer: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'invalid_input' });
});

it('a link of an invitation still works beside it', async () => {
  const { link } = await at.admin(addUser, { body: { name: 'mia@example.com', role: 'analyst' } });
  await signOn();
  const body = { token: new URL(link.url).hash.slice(1), password: 'correct horse battery staple' };
  expect((await at.call(acceptLink, { body })).name).toBe('mia@example.com');
});
