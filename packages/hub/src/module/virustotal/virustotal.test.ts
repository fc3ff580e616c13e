/** Against a server that replays answers as the reference of the VirusTotal API v3 has them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { module, type Source, source } from '../fixture.ts';
import { virusTotalKind } from './kind.ts';

let there: Source;
let mine: ReturnType<typeof module>;
beforeAll(async () => {
  there = await source();
});
beforeEach(() => {
  there.heard.length = 0;
  mine = module(virusTotalKind, { custom_API_KEY: 'K', url: `${there.url}/api/v3`, limit_per_minute: 3 });
});
afterAll(() => there.close());

const report = (malicious: number, suspicious = 0) => ({
  data: {
    id: 'x',
    type: 'file',
    links: { self: 'https://www.virustotal.com/api/v3/files/x' },
    attributes: {
      last_analysis_date: 1_764_000_000,
      last_analysis_stats: { harmless: 0, malicious, suspicious, undetected: 60, timeout: 0, failure: 0 },
      last_analysis_results: {
        Alpha: { category: 'malicious', engine_name: 'Alpha', method: 'blacklist', result: 'Trojan.X' },
        Beta: { category: 'undetected', engine_name: 'Beta', method: 'blacklist', result: null },
      },
      reputation: -7,
    },
  },
});
const hash = { type: 'sha256' as const, value: 'a'.repeat(64) };
const url = { type: 'url' as const, value: 'https://evil.example/a?b=c' };

it('asks for the object that an observable is, with the key', async () => {
  there.replay(() => report(5));
  await mine.observe([hash, url, { type: 'ip', value: '192.0.2.1' }, { type: 'mutex', value: 'm' }]);
  expect(there.heard.map((one) => one.path).sort()).toEqual([
    `/api/v3/files/${hash.value}`,
    '/api/v3/ip_addresses/192.0.2.1',
    `/api/v3/urls/${Buffer.from(url.value).toString('base64url')}`,
  ]);
  expect(there.heard[0]?.headers['x-apikey']).toBe('K');
});

it('judges by how many engines condemn it', async () => {
  const disposition = async (malicious: number, suspicious = 0) => {
    const one = module(virusTotalKind, { custom_API_KEY: 'K', url: `${there.url}/api/v3` });
    there.replay(() => report(malicious, suspicious));
    const { data, errors } = await one.observe([hash]);
    expect(errors).toEqual([]);
    return [data.verdicts?.docs[0]?.disposition_name, data.sightings?.count ?? 0];
  };
  expect(await disposition(3)).toEqual(['Malicious', 1]);
  expect(await disposition(2)).toEqual(['Suspicious', 1]);
  expect(await disposition(0, 1)).toEqual(['Suspicious', 1]);
  expect(await disposition(0)).toEqual(['Unknown', 0]);
});

it('has the engines in a table, and links to the page', async () => {
  there.replay(() => report(5));
  const { data } = await mine.observe([hash]);
  const [sighting] = data.sightings?.docs ?? [];
  expect(sighting).toMatchObject({
    source_uri: `https://www.virustotal.com/gui/file/${hash.value}`,
    observed_time: { start_time: '2025-11-24T16:00:00.000Z' },
    data: { rows: [['Alpha', 'malicious', 'Trojan.X']], row_count: 1 },
  });
  expect((await mine.refer([hash, url]))?.refs.map((one) => one.url)).toEqual([
    `https://www.virustotal.com/gui/file/${hash.value}`,
    'https://www.virustotal.com/gui/search/https%253A%252F%252Fevil.example%252Fa%253Fb%253Dc',
  ]);
});

it('says nothing of what is not known, and keeps the rest when the quota is used up', async () => {
  there.replay(() => [404, { error: { code: 'NotFoundError', message: 'File not found' } }]);
  expect(await mine.observe([hash])).toEqual({ data: {}, errors: [] });
  const ips = [1, 2, 3, 4].map((n) => ({ type: 'ip' as const, value: `192.0.2.${n}` }));
  there.replay(() => report(5));
  const { data, errors } = await mine.observe(ips);
  expect(data.verdicts?.count).toBe(2);
  expect(errors).toMatchObject([
    { code: 'quota-used', type: 'warning', message: expect.stringMatching(/^2 of 4 /) },
  ]);
});

it('is healthy only with a key that is taken, and shows what is used of its quotas', async () => {
  there.replay(({ path }) =>
    path === '/api/v3/users/K/overall_quotas'
      ? {
          data: {
            api_requests_daily: { user: { allowed: 500, used: 7 } },
            api_requests_hourly: { user: { allowed: 240, used: 1 } },
          },
        }
      : 404,
  );
  const { quotas } = await mine.health();
  expect(quotas?.['requests per day']?.values).toEqual({
    bucket_unit: 'day',
    bucket_limit: 500,
    current_bucket_consumption: 7,
  });
  there.replay(() => [401, { error: { code: 'WrongCredentialsError', message: 'Wrong API key' } }]);
  await expect(mine.health()).rejects.toThrow('does not accept the credentials of this module [401]');
  there.replay(() => [429, { error: { code: 'QuotaExceededError', message: 'Quota exceeded' } }]);
  await expect(mine.observe([hash])).rejects.toThrow('limits how often');
});
