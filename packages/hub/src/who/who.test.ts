import {
  addApiClient,
  client,
  deleteApiClient,
  getState,
  inspect,
  issueToken,
  listApiClients,
  listAudit,
  logIn,
  logOut,
  setUp,
  whoAmI,
} from '@sightline/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';

let at: TestHub;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  at = await openHub({ clock: () => now });
});
afterEach(() => at.close());

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(at.url + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
const enter = (name: string, password: string): Promise<Response> => post(logIn.path, { name, password });

describe('setup', () => {
  const given = { token: '', name: 'eve', password: PASSWORD, organisation: 'Evil' };

  test('happens once, with the token, and logs in', async () => {
    expect(await at.call(getState)).toMatchObject({ setUp: true, place: 'AMERICAS', product: 'Sightline' });
    expect(await at.admin(whoAmI)).toMatchObject({
      name: 'ada',
      role: 'admin',
      organisation: 'Example Ltd',
      place: 'AMERICAS',
      permissions: expect.arrayContaining(['device:write', 'service:write', 'client:write', 'investigate']),
    });
    await expect(
      at.call(setUp, { body: { ...given, token: at.hub.setupToken ?? '' } }),
    ).rejects.toMatchObject({
      code: 'setup_done',
    });
  });

  test('with a wrong token changes nothing; the token of this start is good, that of the start before is not', async () => {
    const { app } = await import('../app.ts');
    const { pino } = await import('pino');
    const options = {
      dataDir: `${at.dir}/two`,
      listen: { host: '127.0.0.1', port: 0 },
      region: 'EUROPE',
      regions: [],
      log: pino({ level: 'silent' }),
    };
    const first = await app(options);
    await first.stop();
    const hub = await app(options);
    const send = (token: string | undefined) =>
      hub.http.request(setUp.path, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ ...given, token }),
      });
    expect((await send('guess')).status).toBe(403);
    expect((await send(first.setupToken)).status).toBe(403);
    expect(await (await hub.http.request(getState.path)).json()).toMatchObject({ setUp: false });
    expect((await send(hub.setupToken)).status).toBe(200);
    expect((await send(hub.setupToken)).status).toBe(409);
    await hub.stop();
    const again = await app(options);
    expect(again.setupToken).toBeUndefined();
    await again.stop();
  });
});

describe('login', () => {
  test('gives a cookie that is out of reach of scripts and other sites; logout ends it on the server', async () => {
    const res = await enter('ADA', PASSWORD);
    expect(res.status).toBe(200);
    const header = res.headers.get('set-cookie') ?? '';
    expect(header).toMatch(/^sl_hub_americas_\d+=[\w-]{43};/);
    expect(header).toMatch(/HttpOnly/);
    expect(header).toMatch(/SameSite=Lax/);
    const call = client({ base: at.url, headers: { cookie: cookieOf(res) } });
    expect((await call(whoAmI)).name).toBe('ada');
    await call(logOut);
    await expect(call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    expect((await at.admin(whoAmI)).name).toBe('ada');
  });

  test('answers a wrong name and a wrong password alike, with the same work', async () => {
    // processor time rather than the clock, which a busy machine stretches
    const attempt = async (name: string): Promise<[number, string]> => {
      const before = process.cpuUsage();
      const res = await enter(name, 'not the right password');
      const answer = `${res.status} ${await res.text()}`;
      return [process.cpuUsage(before).user, answer];
    };
    const known = [await attempt('ada'), await attempt('ada')];
    const unknown = [await attempt('nobody'), await attempt('nobody')];
    for (const [, answer] of [...known, ...unknown]) expect(answer).toBe(known[0]?.[1]);
    expect(known[0]?.[1]).toContain('401');
    const least = (tries: [number, string][]): number => Math.min(...tries.map(([cpu]) => cpu));
    expect(least(unknown)).toBeGreaterThan(least(known) / 3);
  });

  test('allows five attempts a minute for an account', async () => {
    for (let i = 0; i < 5; i++) expect((await enter('ada', 'wrong password')).status).toBe(401);
    const refused = await enter('ada', PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    now += 60_001;
    expect((await enter('ada', PASSWORD)).status).toBe(200);
    const { entries } = await at.admin(listAudit, { query: { search: 'login_failed' } });
    expect(entries).toHaveLength(5);
  });

  test('ends after thirty minutes without a request, and after twelve hours in any case', async () => {
    for (let minutes = 0; minutes < 11 * 60; minutes += 29) {
      now += 29 * 60_000;
      expect((await at.admin(whoAmI)).name).toBe('ada');
    }
    now += 31 * 60_000;
    await expect(at.admin(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    const call = client({ base: at.url, headers: { cookie: cookieOf(await enter('ada', PASSWORD)) } });
    const end = now + 12 * 3_600_000;
    while (now + 20 * 60_000 < end) {
      now += 20 * 60_000;
      await call(whoAmI);
    }
    now = end;
    await expect(call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
  });
});

describe('API clients', () => {
  const token = async (id: string, password: string | null): Promise<Response> =>
    fetch(at.url + issueToken.path, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });

  test('get a token for their scopes, are listed without their password, and end with their deletion', async () => {
    const made = await at.admin(addApiClient, { body: { name: 'SOAR', scopes: ['inspect:read'] } });
    expect(made.client.id).toMatch(/^client-[0-9a-f-]{36}$/);
    expect(made.password).toMatch(/^[\w-]{54}$/);
    const answer = (await (await token(made.client.id, made.password)).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${answer.access_token}` };
    const found = await post(inspect.path, { content: 'ip 203.0.113.9' }, headers);
    expect(await found.json()).toEqual([{ type: 'ip', value: '203.0.113.9' }]);
    expect((await fetch(`${at.url}/iroh/iroh-enrich/settings`, { headers })).status).toBe(403);
    expect((await fetch(`${at.url}/api/devices`, { headers })).status).toBe(403);

    const listed = await at.admin(listApiClients);
    expect(listed.clients).toMatchObject([{ name: 'SOAR', createdBy: 'ada', scopes: ['inspect:read'] }]);
    expect(listed.clients[0]?.lastUsed).not.toBeNull();
    expect(JSON.stringify(listed)).not.toContain(made.password as string);

    await at.admin(deleteApiClient, { params: { id: made.client.id } });
    expect((await post(inspect.path, { content: 'x' }, headers)).status).toBe(401);
    expect((await token(made.client.id, made.password)).status).toBe(401);
  });
});
