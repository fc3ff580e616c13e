import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  abandonConfig,
  actOnQueue,
  address,
  addSubmissionUser,
  type Call,
  changeSubmissionUser,
  client,
  commitConfig,
  configHistory,
  deleteSubmissionUser,
  type Endpoint,
  exportTracking,
  getCloud,
  getConfig,
  getState,
  listSubmissionUsers,
  logIn,
  logOut,
  mailStatus,
  registerCloud,
  searchTracking,
  setUp,
  submitConfig,
  type TrackEvent,
  testHat,
  trackingDetails,
  whoAmI,
} from '@sightline/api';
import { passwords } from '@sightline/api/web/password';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Conf, openConf } from '../conf/conf.ts';
import { Connector } from '../connector/connector.ts';
import { loadIdentity } from '../connector/identity.ts';
import { openRegistrations } from '../connector/store.ts';
import type { Mta } from '../mta/contract.ts';
import { openSubmission, type SubmissionStore } from '../smtp/store.ts';
import { csv } from '../track/csv.ts';
import { openTrack, type Track } from '../track/track.ts';
import { ROLES, type Role } from './role.ts';
import { console_ } from './routes.ts';
import { type Sessions, sessions } from './session.ts';
import { openUsers, type UserStore } from './store.ts';

const PASSWORD = 'correct horse battery';
const HASH = await passwords().hash(PASSWORD);
const BASE = 'http://127.0.0.1:7410';

let dir: string;
let now: number;
let conf: Conf;
let users: UserStore;
let people: Sessions;
let track: Track;
let connector: Connector;
let web: ReturnType<typeof console_>;
let submission: SubmissionStore;
let healthy: boolean;
let log: string[];

let acts: unknown[];
/** A queue with nothing in it that writes down what is asked of it. */
const queueOf = (orders: unknown[]): Parameters<typeof console_>[0]['queue'] => {
  const suspension = { listeners: false, delivery: false, domains: [] };
  return {
    list: async () => ({ messages: [], total: 0, after: null }),
    status: async () => ({
      since: new Date(now).toISOString(),
      queued: 0,
      oldest: null,
      suspension,
      destinations: [],
    }),
    act: async (order) => {
      orders.push(order);
      return { messages: 1, skipped: 0 };
    },
    suspend: async (order) => {
      orders.push(order);
      return suspension;
    },
  };
};

type Extra = { publicUrl?: string; metricsToken?: string };
function build(extra: Extra = {}): void {
  web = console_({
    conf,
    sessions: people,
    people: users,
    cloud: connector,
    track: { ...track, csv },
    submission,
    dns: {
      reverse: async () => ['mail.partner.example'],
      addresses: async (name) => [
        { address: name.endsWith('bl.example') ? '127.0.0.2' : '192.0.2.7', ttl: 60 },
      ],
    },
    mta: { quarantine: {}, lists: {}, policies: {} } as unknown as Mta,
    queue: queueOf(acts),
    status: () => ({
      hostname: 'esa03.example.com',
      listener: '127.0.0.1:25',
      since: new Date(now).toISOString(),
      accepted: 1,
      delivered: 1,
      bounced: 0,
      deferred: 0,
      rejected: 0,
      queued: 0,
      oldestQueued: null,
    }),
    checks: { mail: async () => healthy || Promise.reject(new Error('closed')) },
    registry: new Registry(),
    version: '0.1.0',
    log: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    clock: () => now,
    uiDir: join(dir, 'ui'),
    port: () => 7410,
    peer: (c) => c.req.header('x-test-peer') ?? '192.0.2.9',
    ...extra,
  });
}

beforeEach(async () => {
  acts = [];
  dir = mkdtempSync(join(tmpdir(), 'console-'));
  now = Date.UTC(2026, 0, 5);
  healthy = true;
  log = [];
  conf = openConf({ path: join(dir, 'conf.db'), seed: { hostname: 'esa03.example.com' }, clock: () => now });
  users = openUsers(join(dir, 'users.db'));
  people = sessions(users, () => now);
  submission = openSubmission(join(dir, 'submission.db'));
  track = await openTrack({
    dir: join(dir, 'track'),
    host: 'esa03.example.com',
    serial: '0123456789AB-0123456',
    clock: () => now,
  });
  connector = new Connector({
    identity: await loadIdentity(join(dir, 'key.json')),
    registrations: openRegistrations(join(dir, 'connector.db')),
    answers: { ...track, health: () => ({ version: '', uptimeS: 0, queued: 0, indexedUntil: 0 }) },
    facts: () => {
      throw new Error('not asked here');
    },
    log: pino({ level: 'silent' }),
    clock: () => now,
    random: () => 1,
    fetch,
  });
  conf.onCommit(async (config) => connector.apply(config));
  build();
});
afterEach(async () => {
  await connector.stop();
  await track.close();
  users.close();
  submission.close();
  conf.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A browser tab: keeps the cookie, sends the page's origin. */
function tab(headers: Record<string, string> = { origin: BASE }): Call & { cookie(): string } {
  let cookie = '';
  const call = client({
    base: BASE,
    headers,
    fetch: async (input, init) => {
      const sent = new Headers(init?.headers);
      sent.set('host', new URL(BASE).host);
      if (cookie) sent.set('cookie', cookie);
      const res = await web.app.request(input as string, { ...init, headers: sent });
      for (const set of res.headers.getSetCookie()) cookie = set.split(';')[0] ?? '';
      return res;
    },
  });
  return Object.assign(call, { cookie: () => cookie });
}
function as(role: Role): Promise<ReturnType<typeof tab>> {
  users.addUser({ name: role, role, password: HASH });
  const mine = tab();
  return mine(logIn, { body: { name: role, password: PASSWORD } }).then(() => mine);
}
const request = (path: string, init?: RequestInit): Promise<Response> =>
  Promise.resolve(web.app.request(BASE + path, init));
const login = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  request('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('first start', () => {
  it('makes the administrator with the token of the log, once, and logs in', async () => {
    const me = tab();
    expect(await me(getState)).toEqual({
      setUp: false,
      place: 'esa03.example.com',
      product: 'Sightline Email Security Appliance',
      version: '0.1.0',
    });
    const body = { name: 'Admin', password: PASSWORD, organisation: 'Example Trading' };
    await expect(me(setUp, { body: { ...body, token: 'guess' } })).rejects.toMatchObject({
      code: 'setup_token_wrong',
    });
    const token = people.setupToken ?? '';
    expect(await me(setUp, { body: { ...body, token } })).toMatchObject({
      name: 'Admin',
      role: 'administrator',
      organisation: 'Example Trading',
      place: 'esa03.example.com',
      permissions: expect.arrayContaining(['config:commit', 'tracking:read']),
    });
    expect(await me(whoAmI)).toMatchObject({ name: 'Admin' });
    await expect(me(setUp, { body: { ...body, token } })).rejects.toMatchObject({ code: 'setup_done' });
    expect(sessions(users, () => now).setupToken).toBeUndefined();
  });

  it('refuses a short password and names the field', async () => {
    const body = { token: people.setupToken ?? '', name: 'admin', password: 'short' };
    await expect(tab()(setUp, { body })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'password', message: 'A password needs at least 12 characters.' }],
    });
  });
});

describe('session', () => {
  it('is a cookie of this port that scripts and other sites do not get', async () => {
    users.addUser({ name: 'ann', role: 'operator', password: HASH });
    const res = await login({ name: 'ANN', password: PASSWORD });
    const [cookie = ''] = res.headers.getSetCookie();
    expect(cookie).toMatch(/^sl_console_7410=[\w-]{43};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).toMatch(/Path=\//);
    expect(cookie).not.toMatch(/Secure/);
    expect(log.join('')).not.toContain(/=([\w-]+)/.exec(cookie)?.[1]);
  });

  it('is Secure and bound to the host over https', async () => {
    build({ publicUrl: 'https://esa.example.com' });
    users.addUser({ name: 'ann', role: 'operator', password: HASH });
    const res = await login({ name: 'ann', password: PASSWORD }, { origin: 'https://esa.example.com' });
    expect(res.headers.getSetCookie()[0]).toMatch(/^__Host-sl_console_7410=.*Secure/);
    expect(res.headers.get('strict-transport-security')).toContain('max-age=31536000');
  });

  it('ends after half an hour of rest, and after twelve hours in any case', async () => {
    const me = await as('guest');
    now += 29 * 60_000;
    await me(whoAmI);
    now += 31 * 60_000;
    await expect(me(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    await me(logIn, { body: { name: 'guest', password: PASSWORD } });
    for (let i = 1; i < 12 * 4; i++) {
      now += 15 * 60_000;
      await me(whoAmI);
    }
    now += 15 * 60_000;
    await expect(me(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
  });

  it('ends at logout also for whoever copied the cookie; a new login ends the old session', async () => {
    const me = await as('guest');
    const first = me.cookie();
    await me(logIn, { body: { name: 'guest', password: PASSWORD } });
    const second = me.cookie();
    expect(second).not.toBe(first);
    expect((await request('/api/session', { headers: { cookie: first } })).status).toBe(401);
    await me(logOut);
    expect((await request('/api/session', { headers: { cookie: second } })).status).toBe(401);
  });

  it('survives a restart of the program', async () => {
    const me = await as('guest');
    people = sessions(users, () => now);
    build();
    expect(await me(whoAmI)).toMatchObject({ name: 'guest' });
  });
});

describe('login', () => {
  it('says the same, and takes as long, for a wrong name and a wrong password', async () => {
    users.addUser({ name: 'ann', role: 'operator', password: HASH });
    const text = new Set<string>();
    const fastest = async (name: string): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        text.add(await (await login({ name, password: 'wrong' }, { 'x-test-peer': name })).text());
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const [ann, nobody] = [await fastest('ann'), await fastest('nobody')];
    expect(text.size).toBe(1);
    // without the hashing it would be a twentieth
    expect(nobody).toBeGreaterThan(ann / 3);
  });

  it('is limited to five wrong ones a minute for an account, wherever they come from', async () => {
    users.addUser({ name: 'ann', role: 'operator', password: HASH });
    for (const name of ['ann', 'nobody']) {
      for (let i = 0; i < 5; i++)
        expect((await login({ name, password: 'x' }, { 'x-test-peer': `${name}${i}` })).status).toBe(401);
      const res = await login({ name, password: PASSWORD }, { 'x-test-peer': 'other' });
      expect(res.status).toBe(429);
      expect(Number(res.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    now += 61_000;
    expect((await login({ name: 'ann', password: PASSWORD })).status).toBe(200);
  });

  it('is limited to twenty wrong ones a minute for an address; right ones do not count', async () => {
    users.addUser({ name: 'ann', role: 'operator', password: HASH });
    for (let i = 0; i < 25; i++) expect((await login({ name: 'ann', password: PASSWORD })).status).toBe(200);
    for (let i = 0; i < 20; i++) expect((await login({ name: `u${i}`, password: 'x' })).status).toBe(401);
    expect((await login({ name: 'ann', password: PASSWORD })).status).toBe(429);
  });
});

/** Written down again, so that a change of the roles is a change here. */
const MAY: Record<string, readonly Role[]> = {
  'config:read': ['administrator', 'operator', 'readonly'],
  'config:submit': ['administrator', 'operator', 'readonly'],
  'config:commit': ['administrator', 'operator'],
  'cloud:register': ['administrator', 'operator'],
  'tracking:read': ['administrator', 'operator', 'readonly', 'helpdesk'],
  'status:read': ['administrator', 'operator', 'readonly', 'helpdesk', 'guest'],
  'quarantine:read': ['administrator', 'operator', 'readonly', 'helpdesk'],
  'quarantine:act': ['administrator', 'operator', 'helpdesk'],
  'quarantine:download': ['administrator'],
  'lists:read': ['administrator', 'operator', 'readonly', 'helpdesk'],
  'lists:write': ['administrator', 'operator'],
  'queue:read': ['administrator', 'operator', 'readonly', 'helpdesk'],
  'queue:write': ['administrator', 'operator'],
  'user:read': ['administrator'],
  'user:write': ['administrator'],
};

describe('submission users', () => {
  const password = 'a password for a scanner';
  it('are added, changed and deleted; their passwords never leave', async () => {
    const ann = await as('operator');
    const senders = ['scanner@example.com'];
    const added = await ann(addSubmissionUser, { body: { name: 'Scanner', password, senders } });
    expect(added).toMatchObject({ name: 'Scanner', senders, disabled: false, lastLogin: null });
    await expect(
      ann(addSubmissionUser, { body: { name: 'scanner', password, senders } }),
    ).rejects.toMatchObject({ code: 'name_taken' });
    const changed = await ann(changeSubmissionUser, {
      params: { name: 'scanner' },
      body: { disabled: true, senders: ['.example.com'] },
    });
    expect(changed).toMatchObject({ name: 'Scanner', disabled: true, senders: ['.example.com'] });
    const kept = submission.user('scanner')?.password ?? '';
    expect(kept).toMatch(/^\$argon2id\$/);
    await ann(changeSubmissionUser, { params: { name: 'scanner' }, body: { password: `${password}!` } });
    expect(submission.user('scanner')?.password).not.toBe(kept);
    const list = await ann(listSubmissionUsers, {});
    expect(JSON.stringify([list, log])).not.toMatch(/argon2|a password/);
    await ann(deleteSubmissionUser, { params: { name: 'scanner' } });
    expect(submission.list()).toEqual([]);
    await expect(ann(deleteSubmissionUser, { params: { name: 'scanner' } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the Host Access Table', () => {
  it('is tried as the caller has submitted it', async () => {
    const ann = await as('operator');
    const ask = (ip: string) => ann(testHat, { body: { ip } });
    expect(await ask('192.0.2.7')).toEqual({
      group: 'UNKNOWNLIST',
      policy: 'ACCEPTED',
      behavior: 'ACCEPT',
      by: 'ALL',
      reverseDns: 'mail.partner.example',
      verified: true,
    });
    const senderGroups = [
      { name: 'PARTNERS', policy: 'TRUSTED', senders: ['.partner.example'] },
      { name: 'LISTED', policy: 'BLOCKED', senders: ['dnslist[bl.example]'] },
    ];
    await ann(submitConfig, { body: { senderGroups } });
    expect(await ask('192.0.2.7')).toMatchObject({ group: 'PARTNERS', by: 'mail.partner.example' });
    expect(await ask('192.0.2.8')).toMatchObject({ group: 'LISTED', behavior: 'REJECT', verified: false });
    await expect(ask('not an address')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('permissions', () => {
  it('hold for every endpoint and every role; what is not public needs a login', async () => {
    const wrong: string[] = [];
    for (const role of Object.keys(ROLES) as Role[]) {
      const me = await as(role);
      for (const e of web.endpoints.filter((one) => one !== logOut && one !== logIn)) {
        const status = await statusOf(e, me.cookie());
        const allowed =
          e.permission === 'public' || e.permission === 'session' || (MAY[e.permission] ?? []).includes(role);
        if ((status === 403) === allowed) wrong.push(`${role} ${e.method} ${e.path}: ${status}`);
      }
    }
    for (const e of web.endpoints) {
      const status = await statusOf(e, '');
      if ((status === 401) === (e.permission === 'public'))
        wrong.push(`nobody ${e.method} ${e.path}: ${status}`);
    }
    expect(wrong).toEqual([]);
    const asked = new Set(web.endpoints.map((e) => e.permission));
    expect(Object.keys(MAY).sort()).toEqual(
      [...asked].filter((name) => name !== 'public' && name !== 'session').sort(),
    );
    expect(web.endpoints.length).toBeGreaterThanOrEqual(17);
  });

  const statusOf = async (e: Endpoint, cookie: string): Promise<number> => {
    const path = address(e, { params: { mid: 1, generation: 1, id: 'x' } });
    const body = e.method === 'GET' ? undefined : '{"nothing":"useful"}';
    const headers = { cookie, 'content-type': 'application/json' };
    // the login's own refusal has the same status as a missing one: its input fails first here
    return (await request(path, { method: e.method, headers, ...(body ? { body } : {}) })).status;
  };

  it('whoever acts on the queue is named by the session', async () => {
    const me = await as('operator');
    const order = { action: 'hold' as const, select: { mids: [7] }, reason: 'looks odd' };
    await me(actOnQueue, { body: { ...order, actor: 'somebody else' } as never });
    expect(acts).toEqual([{ ...order, actor: 'operator' }]);
    await expect(
      me(actOnQueue, { body: { action: 'delete', select: { filter: {} }, reason: 'all' } }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(me(actOnQueue, { body: { ...order, reason: ' ' } })).rejects.toMatchObject({ status: 400 });
  });

  it('a read-only operator submits but cannot commit', async () => {
    const me = await as('readonly');
    await me(submitConfig, { body: { hostname: 'a.example.com' } });
    await expect(me(commitConfig, { body: {} })).rejects.toMatchObject({
      code: 'forbidden',
      details: { permission: 'config:commit' },
    });
  });
});

describe('other sites', () => {
  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:7400' },
    { origin: 'http://127.0.0.1:7400' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('cannot change anything (%j)', async (headers) => {
    const me = await as('administrator');
    const res = await request('/api/config/submit', {
      method: 'POST',
      headers: {
        ...(headers as Record<string, string>),
        host: new URL(BASE).host,
        'content-type': 'application/json',
        cookie: me.cookie(),
      },
      body: '{"hostname":"evil.example"}',
    });
    expect(await res.json()).toMatchObject({ error: 'bad_origin' });
    expect((await me(getConfig)).candidate).toBeNull();
  });

  it('cannot send a form', async () => {
    const me = await as('administrator');
    const res = await request('/api/config/submit', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', cookie: me.cookie() },
      body: '{"hostname":"evil.example"}',
    });
    expect(res.status).toBe(400);
  });
});

describe('configuration', () => {
  it('goes from submit over commit into the history', async () => {
    const me = await as('administrator');
    const state = await me(submitConfig, { body: { recipientDomains: ['Example.COM'] } });
    expect(state.changes).toMatchObject([{ path: 'recipientDomains', from: '', to: 'example.com' }]);
    expect((await me(commitConfig, { body: { comment: 'ours' } })).generation).toBe(2);
    expect((await me(configHistory)).commits[0]).toMatchObject({ by: 'administrator', comment: 'ours' });
    expect(log.join('')).toContain('"comment":"ours"');
    await me(submitConfig, { body: { hostname: 'x.example.com' } });
    expect((await me(abandonConfig)).candidate).toBeNull();
  });

  it('a token is refused while cloud settings are only submitted', async () => {
    const me = await as('administrator');
    await me(submitConfig, { body: { cloud: { enabled: true } } });
    expect(await me(getCloud)).toMatchObject({ state: 'disabled', uncommitted: true });
    await expect(me(registerCloud, { body: { token: 'slt1_x' } })).rejects.toMatchObject({
      code: 'uncommitted_changes',
    });
    const other = await as('operator');
    expect(await other(getCloud)).toMatchObject({ uncommitted: false });
    await expect(other(registerCloud, { body: { token: 'slt1_x' } })).rejects.toMatchObject({
      code: 'cloud_disabled',
    });
  });
});

describe('tracking', () => {
  const accepted = (mid: number, sender: string): TrackEvent => ({
    type: 'accepted',
    seq: mid,
    at: now - 1000,
    mid,
    icid: 1,
    direction: 'incoming',
    sender,
    recipients: [{ rid: 0, address: 'bob@example.com' }],
    ip: '192.0.2.1',
    reverseDns: '',
    helo: 'mx',
    senderGroup: 'UNKNOWNLIST',
    tls: '',
    size: 10,
  });
  const range = () => ({ from: now - 60_000, to: now });

  it('finds, shows details, and says when there is no such message', async () => {
    await track.append([accepted(7, 'ann@example.org')]);
    const me = await as('helpdesk');
    const { rows, total } = await me(searchTracking, { body: { range: range() } });
    expect([total, rows[0]?.mid, rows[0]?.sender]).toEqual([1, 7, 'ann@example.org']);
    expect((await me(trackingDetails, { params: { mid: 7 } })).steps.length).toBeGreaterThan(0);
    await expect(me(trackingDetails, { params: { mid: 8 } })).rejects.toMatchObject({ code: 'not_found' });
    expect(await me(mailStatus)).toMatchObject({ accepted: 1 });
  });

  it('exports all rows over many pages as a file in which nothing is a formula', async () => {
    await track.append(Array.from({ length: 1500 }, (_, i) => accepted(i + 1, '=cmd@example.org')));
    const me = await as('helpdesk');
    const text = await me(exportTracking, { body: { range: range() } });
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1501);
    expect(new Set(lines).size).toBe(1501);
    expect(text).not.toMatch(/"=cmd/);
    const res = await request('/api/tracking/export', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: me.cookie() },
      body: JSON.stringify({ range: range(), limit: 1 }),
    });
    expect(res.headers.get('content-disposition')).toContain('attachment');
    expect(res.headers.get('content-type')).toContain('text/csv');
    await res.body?.cancel();
  });
});

describe('pages', () => {
  beforeEach(() => {
    mkdirSync(join(dir, 'ui', 'assets'), { recursive: true });
    writeFileSync(join(dir, 'ui', 'index.html'), '<!doctype html>the console');
    writeFileSync(join(dir, 'ui', 'assets', 'app-1a2b3c4d.js'), 'run()');
    writeFileSync(join(dir, 'secret.txt'), 'secret');
  });

  it('come with the strict headers, also on errors', async () => {
    for (const path of ['/', '/tracking/7', '/api/nothing', '/api/session']) {
      const res = await request(path);
      const policy = res.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(res.headers.get('x-content-type-options')).toBe('nosniff');
      expect(res.headers.get('referrer-policy')).toBe('no-referrer');
      expect(res.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(res.headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('are the application at every place inside it; files are kept by their hash', async () => {
    const page = await request('/network/cloud');
    expect(await page.text()).toContain('the console');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const file = await request('/assets/app-1a2b3c4d.js');
    expect(file.headers.get('content-type')).toContain('text/javascript');
    expect(file.headers.get('cache-control')).toContain('immutable');
  });

  it.each([
    '/assets/gone.js',
    '/api/nothing',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%00.js',
    '/%zz.js',
  ])('are not there: %s', async (path) => {
    const res = await request(path);
    expect(res.status).toBe(404);
    expect(await res.text()).not.toContain('secret"');
  });

  it('that are not built say what to do', async () => {
    rmSync(join(dir, 'ui'), { recursive: true });
    const res = await request('/');
    expect(res.status).toBe(503);
    expect(await res.text()).toContain('npm run build');
  });
});

describe('for operators', () => {
  it('health is public and names what fails', async () => {
    expect(await (await request('/healthz')).json()).toEqual({ status: 'ok', version: '0.1.0', failing: [] });
    healthy = false;
    const res = await request('/healthz');
    expect(res.status).toBe(503);
    expect(await res.json()).toMatchObject({ failing: ['mail'] });
  });

  it('metrics are for this machine, or for whoever has the token', async () => {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await request('/metrics', { headers })).status;
    expect(await status({ 'x-test-peer': '127.0.0.1' })).toBe(200);
    expect(await status({ 'x-test-peer': '::ffff:127.0.0.1' })).toBe(200);
    expect(await status({})).toBe(403);
    expect(await status({ 'x-test-peer': '127.0.0.1', 'x-forwarded-for': '192.0.2.1' })).toBe(403);
    expect(await status({ authorization: 'Bearer undefined' })).toBe(403);
    build({ metricsToken: 'a-long-metrics-token' });
    expect(await status({ authorization: 'Bearer a-long-metrics-token' })).toBe(200);
    expect(await status({ authorization: 'Bearer another' })).toBe(403);
  });
});
