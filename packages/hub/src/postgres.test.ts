/** Two hub processes on one PostgreSQL: whatever they do at the same time is as if one had done it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addDevices,
  type Call,
  client,
  deleteDevice,
  editDevice,
  listAudit,
  listDevices,
  logIn,
  setUp,
  verifyAudit,
} from '@sightline/api';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cookieOf, PASSWORD } from './fixture.ts';
import { freshSchema } from './postgres.fixture.ts';

const server = inject('postgres');
const ADA = { name: 'ada', password: PASSWORD };

interface HubProcess {
  url: string;
  setupToken: string;
  stop: () => Promise<void>;
}

describe.skipIf(!server)('two hub processes', () => {
  let dir: string;
  let hubs: HubProcess[];
  let ada: Call;
  let bert: Call;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hubs-'));
    const database = await freshSchema(server ?? '');
    hubs = await Promise.all([0, 1].map(() => startHub(join(dir, 'hub'), database)));
    const [one, two] = hubs as [HubProcess, HubProcess];
    // every start renews the setup token: that of the later start is good
    const body = { ...ADA, organisation: 'Example Ltd' };
    const first = await post(one.url + setUp.path, { ...body, token: one.setupToken });
    if (first.status !== 200) await post(two.url + setUp.path, { ...body, token: two.setupToken });
    [ada, bert] = (await Promise.all([loggedIn(one.url), loggedIn(two.url)])) as [Call, Call];
  }, 60_000);
  afterAll(async () => {
    await Promise.all(hubs.map((hub) => hub.stop()));
    rmSync(dir, { recursive: true, force: true });
  });

  test('start at once on an empty database: one schema, one organisation', async () => {
    const [one, two] = await Promise.all([ada(listDevices, { query: {} }), bert(listDevices, { query: {} })]);
    expect(one.organisation).toBe('Example Ltd');
    expect(two).toEqual(one);
  });

  test('write the audit log at once: one chain without a gap', async () => {
    const each = (call: Call): Promise<unknown>[] =>
      Array.from({ length: 15 }, () => call(addDevices, { body: { count: 2 } }));
    await Promise.all([...each(ada), ...each(bert)]);
    const { entries } = await ada(listAudit, { query: { action: 'token.minted', limit: 500 } });
    expect(entries).toHaveLength(60);
    const check = await bert(verifyAudit);
    expect(check.broken).toBeNull();
    expect(check.good).toBeGreaterThanOrEqual(60);
  });

  test('delete and change the same device at once: one deletion counts', async () => {
    const { devices } = await ada(listDevices, { query: {} });
    const counted = await Promise.all(
      devices.slice(0, 10).map(async ({ id }) => {
        const params = { id };
        const all = await Promise.allSettled([
          ada(deleteDevice, { params }),
          bert(deleteDevice, { params }),
          ada(editDevice, { params, body: { name: 'changed', description: '' } }),
        ]);
        return all.slice(0, 2).filter((outcome) => outcome.status === 'fulfilled').length;
      }),
    );
    expect(counted).toEqual(Array.from({ length: 10 }, () => 1));
    const { entries } = await bert(listAudit, { query: { action: 'device.deleted', limit: 500 } });
    expect(entries).toHaveLength(10);
    expect((await ada(verifyAudit)).broken).toBeNull();
  });

  test('what one has written the other reads at once', async () => {
    const { tokens } = await ada(addDevices, { body: { count: 1, pattern: 'esa-zurich' } });
    const { devices } = await bert(listDevices, { query: { search: 'esa-zurich' } });
    expect(devices.map((device) => device.id)).toEqual(tokens.map((token) => token.deviceId));
  });
});

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function loggedIn(url: string): Promise<Call> {
  const res = await post(url + logIn.path, ADA);
  expect(res.status).toBe(200);
  return client({ base: url, headers: { cookie: cookieOf(res) } });
}

/** The program as it is installed, on a free port, until it says that it is up and how to set it up. */
async function startHub(dataDir: string, database: string): Promise<HubProcess> {
  const env = {
    ...process.env,
    SIGHTLINE_DATA: dataDir,
    SIGHTLINE_DATABASE_URL: database,
    SIGHTLINE_PORT: '0',
    SIGHTLINE_REGION: 'AMERICAS',
  };
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [url, setupToken] = await said(child, /open (http\S+) and set up with the token ([\w-]+)/);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { url, setupToken, stop };
}

/** What the groups of the pattern match in what the program writes. */
async function said(child: ChildProcess, pattern: RegExp): Promise<[string, string]> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      const match = pattern.exec(text);
      if (match) resolve([match[1] as string, match[2] as string]);
    });
    child.once('exit', () => reject(new Error(`the hub ended before it was up: ${text}`)));
  });
}
