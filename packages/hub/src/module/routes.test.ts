import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addModule,
  client,
  type Device,
  deleteModule,
  editModule,
  fail,
  type Health,
  listModuleDevices,
  listModules,
  listModuleTypes,
  testModule,
} from '@sightline/api';
import { httpApp, mounter } from '@sightline/api/http';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../db.ts';
import type { Ask } from '../deps.ts';
import { testDatabase } from '../fixture.ts';
import type { AuditLine, Caller } from '../http.ts';
import { migrations } from '../migrate/list.ts';
import { migrate } from '../migrate/run.ts';
import { sealer } from '../secret/seal.ts';
import { applianceKinds } from './appliance.ts';
import { targetsOf } from './manage.ts';
import { registry } from './registry.ts';
import { moduleRoutes } from './routes.ts';
import { stats } from './stats.ts';
import { EMAIL_SECURITY_APPLIANCE, SECURITY_MANAGEMENT_APPLIANCE } from './types.ts';

const ORG = 'org-1';
const ESA = '11111111-1111-4111-8111-111111111111';
const SMA = '22222222-2222-4222-8222-222222222222';
const log = pino({ level: 'silent' });

const device = (id: string, more: Partial<Device> = {}): Device => ({
  id,
  name: 'esa03',
  type: 'ESA',
  product: 'Sightline',
  version: '1.0',
  status: 'registered',
  description: '',
  serial: '',
  ip: '127.0.0.1',
  peer: '',
  connectorVersion: '1',
  created: '2026-01-01T00:00:00.000Z',
  registered: '2026-01-01T00:00:00.000Z',
  lastSeen: '2026-01-02T00:00:00.000Z',
  roundTripMs: 1,
  lastError: '',
  queries: 0,
  clockSkewMs: null,
  conflict: null,
  tokenState: null,
  tokenExpires: null,
  ...more,
});

let db: Db;
let devices: Device[];
let reason: string;
let audit: AuditLine[];
let ask: Ask;
const now = Date.UTC(2026, 0, 2);
const dir = mkdtempSync(join(tmpdir(), 'modules-'));
afterAll(() => rmSync(dir, { recursive: true }));

beforeEach(async () => {
  const opened = await testDatabase();
  db = opened.db;
  await migrate(opened, migrations, now);
  await sql`INSERT INTO organisation (org_id, name, created) VALUES ('org-1', 'One', 0), ('org-2', 'Two', 0)`.execute(
    db,
  );
  devices = [device(ESA), device(SMA, { name: 'sma01', type: 'SMA' })];
  reason = '';
  audit = [];
  ask = (async () =>
    ({ version: '1.0', uptimeS: 7260, queued: 1, indexedUntil: now }) satisfies Health) as unknown as Ask;
});
afterEach(() => db.destroy());

/** The same endpoints as a person of this organisation uses them. */
function as(orgId = ORG) {
  const app = httpApp((error) => {
    throw error;
  });
  const caller = {
    kind: 'user',
    id: 'u',
    userId: 'u',
    orgId,
    name: 'ada',
    role: 'admin',
    permissions: [],
    scopes: [],
    peer: '192.0.2.9',
  };
  const on = mounter<Caller>(app, () => caller as Caller);
  const deviceOf = async (org: string, id: string) =>
    org === ORG ? devices.find((d) => d.id === id) : undefined;
  const deps = {
    db,
    ask: ((...args: Parameters<Ask>) => ask(...args)) as Ask,
    devices: async (org: string) => ({
      devices: reason || org !== ORG ? [] : devices.map((d) => ({ ...d, online: d.status === 'registered' })),
      reason,
    }),
    audit: async (line: AuditLine) => {
      audit.push(line);
    },
    clock: () => now,
    publicUrl: () => 'https://hub.test',
    log,
    deviceOf,
    standing: async () => [],
  };
  const kinds = registry(applianceKinds(deps), {
    list: async () => [],
    kind: () => {
      throw new Error('no type was added');
    },
  });
  const modules = {
    ...deps,
    kinds,
    sealer: sealer(dir),
    stats: stats(),
    requests: () => ({ minute: 0, day: 0 }),
  };
  moduleRoutes(on, modules);
  const call = client({
    base: 'http://hub.test',
    fetch: (async (url: string, init: RequestInit) => app.request(url, init)) as typeof fetch,
  });
  return { call, targets: targetsOf(modules) };
}

const esa = { name: 'esa03', module_type_id: EMAIL_SECURITY_APPLIANCE.id, settings: { device: ESA } };
const problemsOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (fault) =>
      fault.fields?.map((f: { path: string; message: string }) => `${f.path}: ${f.message}`) ?? fault.code,
  );

describe('modules', () => {
  it('has a catalogue whose Quick Start is numbered steps', async () => {
    const { types } = await as().call(listModuleTypes);
    expect(types.map((t) => t.title)).toEqual(['Email Security Appliance', 'Security Management Appliance']);
    for (const type of types) {
      const steps = type.tips.split('\n');
      for (const [i, step] of steps.entries()) {
        expect(step.startsWith(`${i + 1}. `)).toBe(true);
        expect(step).toMatch(/["\w]\.$/);
      }
      expect(type.configuration_spec.map((f) => f.key)).toEqual(['device', 'timeframe_days']);
    }
  });

  it('adds, lists, changes, tests and deletes a module, and says so in the audit log', async () => {
    const { call } = as();
    const added = await call(addModule, { body: esa });
    expect(added).toMatchObject({
      name: 'esa03',
      enabled: true,
      settings: { device: ESA, timeframe_days: 30 },
    });
    const { modules } = await call(listModules);
    expect(modules).toEqual([
      {
        ...added,
        type_title: 'Email Security Appliance',
        logo: EMAIL_SECURITY_APPLIANCE.logo,
        device: 'esa03',
        problem: '',
        stats: expect.objectContaining({ asked: 0, failed: 0 }),
      },
    ]);
    const changed = await call(editModule, {
      params: { id: added.id },
      body: { name: 'mail', enabled: false, settings: { timeframe_days: 7 } },
    });
    expect(changed).toMatchObject({
      name: 'mail',
      enabled: false,
      settings: { device: ESA, timeframe_days: 7 },
    });
    const tested = await call(testModule, { params: { id: added.id } });
    expect(tested).toMatchObject({
      status: 'ok',
      text: 'esa03 answers: version 1.0, running for 2 h 1 min, 1 message in its queue, mail tracked up to 2026-01-02T00:00:00.000Z.',
    });
    await call(deleteModule, { params: { id: added.id } });
    expect((await call(listModules)).modules).toEqual([]);
    expect(audit.map((line) => [line.orgId, line.actor, line.action, line.text])).toEqual([
      [ORG, 'ada', 'module.added', 'Added the module esa03 (Email Security Appliance)'],
      [
        ORG,
        'ada',
        'module.edited',
        'Edited the module mail: renamed from esa03, switched off, timeframe_days: 30 to 7',
      ],
      [ORG, 'ada', 'module.deleted', 'Deleted the module mail'],
    ]);
  });

  it.each([
    ['without a device', {}, ['settings.device: Choose: Registered Device.']],
    ['with what is no device', { device: 'x' }, ['settings.device: Choose a device of the list.']],
    ['with an unknown device', { device: '33333333-3333-4333-8333-333333333333' }, 'module_device_unusable'],
    ['with a device of another type', { device: SMA }, 'module_device_unusable'],
    [
      'with too long a time and a setting it does not have',
      { device: ESA, timeframe_days: 366, other: 1 },
      [
        'settings.other: This module has no such setting.',
        'settings.timeframe_days: Request Timeframe (days): enter a whole number from 1 to 365.',
      ],
    ],
    [
      'with half a day',
      { device: ESA, timeframe_days: 0.5 },
      ['settings.timeframe_days: Request Timeframe (days): enter a whole number from 1 to 365.'],
    ],
  ])('refuses a module %s', async (_, settings, problems) => {
    expect(await problemsOf(as().call(addModule, { body: { ...esa, settings } }))).toEqual(problems);
  });

  it('refuses devices while Threat Response is off, and says what to do', async () => {
    reason = 'Switch Threat Response on under Cloud Services.';
    expect(await problemsOf(as().call(addModule, { body: esa }))).toBe('module_device_unusable');
    expect(await as().call(listModuleDevices)).toEqual({ devices: [], reason });
  });

  it('refuses a name twice, also by renaming, but not the same name kept', async () => {
    const { call } = as();
    const first = await call(addModule, { body: esa });
    expect(await problemsOf(call(addModule, { body: esa }))).toBe('name_taken');
    const second = await call(addModule, { body: { ...esa, name: 'other' } });
    const rename = (id: string) => problemsOf(call(editModule, { params: { id }, body: { name: 'esa03' } }));
    expect(await rename(second.id)).toBe('name_taken');
    expect(await rename(first.id)).toBe('accepted');
  });

  it('says what keeps a module from working', async () => {
    const { call } = as();
    await call(addModule, { body: esa });
    const problem = async () => (await call(listModules)).modules[0]?.problem;
    devices = [device(ESA, { status: 'offline' })];
    expect(await problem()).toBe(
      'esa03 is offline since 2026-01-02T00:00:00.000Z. Check the appliance and its way out to this exchange.',
    );
    reason = 'Switch Threat Response on under Cloud Services.';
    expect(await problem()).toBe(reason);
    [reason, devices] = ['', []];
    expect(await problem()).toContain('was removed from the exchange');
  });

  it('reports a failing test in words', async () => {
    const { call } = as();
    const { id } = await call(addModule, { body: esa });
    ask = () => Promise.reject(fail('device_offline', { device: 'esa03', since: 'noon' }));
    expect(await call(testModule, { params: { id } })).toMatchObject({
      status: 'error',
      text: 'esa03 is offline since noon. Check the appliance and its way out to this exchange.',
    });
    ask = () => Promise.reject(new TypeError('secret internals'));
    const { text } = await call(testModule, { params: { id } });
    expect(text).not.toContain('secret');
    devices = [];
    expect((await call(testModule, { params: { id } })).text).toContain(
      'There is no device for this module here',
    );
  });

  it('keeps organisations apart', async () => {
    const mine = await as().call(addModule, { body: esa });
    const theirs = as('org-2');
    expect((await theirs.call(listModules)).modules).toEqual([]);
    const params = { id: mine.id };
    expect(await problemsOf(theirs.call(editModule, { params, body: { name: 'x' } }))).toBe('not_found');
    expect(await problemsOf(theirs.call(deleteModule, { params }))).toBe('not_found');
    expect(await problemsOf(theirs.call(testModule, { params }))).toBe('not_found');
    expect(await theirs.targets('org-2', [mine.id])).toEqual([]);
    expect(await problemsOf(theirs.call(addModule, { body: esa }))).toBe('module_device_unusable');
    expect((await as().call(listModules)).modules).toHaveLength(1);
  });

  it('hands enabled modules to investigations, all or those named', async () => {
    const { call, targets } = as();
    const on = await call(addModule, { body: esa });
    const off = await call(addModule, { body: { ...esa, name: 'off' } });
    await call(editModule, { params: { id: off.id }, body: { enabled: false } });
    const ref = { module: 'esa03', module_instance_id: on.id, module_type_id: EMAIL_SECURITY_APPLIANCE.id };
    expect((await targets(ORG)).map((t) => t.ref)).toEqual([ref]);
    expect((await targets(ORG, [off.id])).map((t) => t.ref)).toEqual([]);
    expect((await targets(ORG, [on.id, 'unknown'])).map((t) => t.ref)).toEqual([ref]);
    expect((await targets(ORG))[0]?.moduleType).toBe('EmailSecurityApplianceModule');
  });

  it('asks for the days of its timeframe, up to now', async () => {
    const { call, targets } = as();
    await call(addModule, { body: { ...esa, settings: { device: ESA, timeframe_days: 2 } } });
    let asked: unknown[] = [];
    ask = (async (...args: unknown[]) => {
      asked = args;
      return { results: [], indexedUntil: now };
    }) as unknown as Ask;
    const [target] = await targets(ORG);
    const limits = { deadlineMs: 50, signal: new AbortController().signal };
    await target?.observe?.(
      [
        { type: 'email_subject', value: 'a' },
        { type: 'mutex', value: 'b' },
      ],
      limits,
    );
    expect(asked.slice(0, 2)).toEqual([ORG, ESA]);
    expect(asked[2]).toEqual({
      verb: 'lookup',
      body: {
        range: { from: now - 2 * 86_400_000, to: now + 300_000 },
        keys: [{ key: 'subject', value: 'a' }],
        limit: 100,
      },
    });
    asked = [];
    expect(await target?.observe?.([{ type: 'mutex', value: 'b' }], limits)).toEqual({
      entities: {},
      errors: [],
    });
    expect(asked).toEqual([]);
  });

  it('does not offer the management appliance where an appliance is meant', async () => {
    const body = { ...esa, name: 'sma', module_type_id: SECURITY_MANAGEMENT_APPLIANCE.id };
    expect(await problemsOf(as().call(addModule, { body }))).toBe('module_device_unusable');
    expect(await problemsOf(as().call(addModule, { body: { ...body, settings: { device: SMA } } }))).toBe(
      'accepted',
    );
  });
});
