import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getConfig, mailStatus, searchTracking, submitConfig } from '@sightline/api';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { openConf } from '../conf/conf.ts';
import { remoteConsole } from './remote.ts';

const signal = new AbortController().signal;
const row = { mid: 7 };
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

function remote(seed: object = { cloud: { remoteApi: true, proxy: 'http://u@p:1', proxyPassword: 'hush' } }) {
  const dir = mkdtempSync(join(tmpdir(), 'remote-'));
  const conf = openConf({ path: join(dir, 'conf.db'), seed, clock: () => 0 });
  open.push(() => {
    conf.close();
    rmSync(dir, { recursive: true });
  });
  const read = remoteConsole({
    allowed: () => conf.live().cloud.remoteApi,
    device: () => 'esa03',
    config: () => conf.state(''),
    status: () => ({ queued: 3 }) as never,
    track: {
      search: async () => ({ rows: [row], total: 1 }) as never,
      histogram: async () => ({ total: 1 }) as never,
      top: async () => ({ lists: [] }) as never,
      details: async (mid) => (mid === 7 ? (row as never) : undefined),
      csv: async function* () {
        yield 'mid\n';
      },
    },
    log: pino({ level: 'silent' }),
  });
  return { conf, get: (path: string) => read({ method: 'GET', path }, { signal }), read };
}

it('reads status, a message and a search, as the console answers them', async () => {
  const { get, read } = remote();
  expect(await get(mailStatus.path)).toMatchObject({ status: 200, body: { queued: 3 } });
  expect(await get('/api/tracking/messages/7')).toMatchObject({ status: 200, body: row });
  expect(await get('/api/tracking/messages/8')).toMatchObject({ status: 404, body: { error: 'not_found' } });
  const search = { method: 'POST', path: searchTracking.path } as const;
  const found = await read({ ...search, body: { range: { from: 0, to: 1 } } }, { signal });
  expect(found).toMatchObject({ status: 200, body: { rows: [row] } });
  expect(await read({ ...search, body: { range: 1 } }, { signal })).toMatchObject({ status: 400 });
});

it('shows the configuration without its secrets', async () => {
  const { get } = remote();
  const answer = await get(getConfig.path);
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.body)).not.toContain('hush');
});

it('changes nothing: what only reads is all there is', async () => {
  const { read, conf } = remote();
  const post = await read(
    { method: 'POST', path: submitConfig.path, body: { hostname: 'evil.example' } },
    { signal },
  );
  expect(post).toMatchObject({ status: 404 });
  for (const path of ['/api/session', '/api/cloud', '/', '/metrics', '//evil.example/api/status'])
    expect(await read({ method: 'GET', path }, { signal }).catch(() => ({ status: 404 }))).toMatchObject({
      status: 404,
    });
  expect(conf.state('').changes).toEqual([]);
});

it('is off until the administrator has allowed it', async () => {
  await expect(remote({}).get(mailStatus.path)).rejects.toMatchObject({
    code: 'remote_api_off',
    message: expect.stringContaining('Cloud Service Settings'),
  });
});
