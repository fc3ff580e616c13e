/** Against a server that replays answers as the documentation of the AbuseIPDB API v2 has them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { module, type Source, source } from '../fixture.ts';
import { abuseIpDbKind } from './kind.ts';

let there: Source;
let mine: ReturnType<typeof module>;
beforeAll(async () => {
  there = await source();
});
beforeEach(() => {
  there.heard.length = 0;
  mine = module(abuseIpDbKind, { custom_key: 'K', url: `${there.url}/api/v2` });
});
afterAll(() => there.close());

const ip = { type: 'ip' as const, value: '198.51.100.9' };
const answer = (more: object = {}) => ({
  data: {
    ipAddress: ip.value,
    isPublic: true,
    ipVersion: 4,
    isWhitelisted: false,
    abuseConfidenceScore: 100,
    countryCode: 'US',
    countryName: 'United States of America',
    usageType: 'Data Center/Web Hosting/Transit',
    isp: 'Example',
    domain: 'example.net',
    hostnames: [],
    isTor: false,
    totalReports: 3,
    numDistinctUsers: 2,
    lastReportedAt: '2026-11-20T20:55:14+00:00',
    reports: [
      {
        reportedAt: '2026-11-20T20:55:14+00:00',
        comment: 'Nov 20 sshd: Invalid user',
        categories: [18, 22],
        reporterId: 31_303,
        reporterCountryCode: 'US',
        reporterCountryName: 'United States of America',
      },
      { reportedAt: '2026-11-19T01:00:00+01:00', comment: '', categories: [11, 99], reporterId: 2 },
    ],
    ...more,
  },
});

it('makes a verdict of the score and a sighting of each report', async () => {
  there.replay(() => answer());
  const { data, errors } = await mine.observe([ip, { type: 'domain', value: 'example.com' }]);
  expect(there.heard.map((one) => one.path)).toEqual([
    `/api/v2/check?ipAddress=${ip.value}&maxAgeInDays=90&verbose=`,
  ]);
  expect(there.heard[0]?.headers).toMatchObject({ key: 'K', accept: 'application/json' });
  expect(data.verdicts?.docs).toMatchObject([{ disposition: 2, observable: ip }]);
  expect(data.judgements?.docs[0]).toMatchObject({ reason: 'Score 100, 3 reports by 2 users' });
  expect(data.sightings?.docs.map((one) => one.title)).toEqual([
    'Reported to AbuseIPDB: Brute-Force, SSH',
    'Reported to AbuseIPDB: Email Spam, Category 99',
  ]);
  expect(data.indicators?.docs.map((one) => one.title)).toEqual([
    'Brute-Force',
    'SSH',
    'Email Spam',
    'Category 99',
  ]);
  expect(data.relationships?.count).toBe(4);
  expect(errors).toMatchObject([
    { code: 'too-many-messages-warning', message: expect.stringMatching(/^1 more /) },
  ]);
});

it('knows clean, suspicious and unknown addresses', async () => {
  const disposition = async (more: object) => {
    there.replay(() => answer({ reports: [], ...more }));
    return (await mine.observe([ip])).data.verdicts?.docs[0]?.disposition_name;
  };
  expect(await disposition({ isWhitelisted: true, totalReports: 0 })).toBe('Clean');
  expect(await disposition({ abuseConfidenceScore: 25 })).toBe('Suspicious');
  expect(await disposition({ abuseConfidenceScore: 24 })).toBe('Unknown');
  expect(
    await disposition({ abuseConfidenceScore: 0, totalReports: 0, lastReportedAt: null }),
  ).toBeUndefined();
});

it('says nothing of addresses that cannot be reported, and fails where it is refused', async () => {
  there.replay(() => [
    422,
    { errors: [{ detail: 'The ip address must be a valid IPv4 or IPv6 address.', status: 422 }] },
  ]);
  expect(await mine.observe([ip])).toEqual({ data: {}, errors: [] });
  there.replay(() => [401, { errors: [{ detail: 'Authentication failed.', status: 401 }] }]);
  await expect(mine.observe([ip])).rejects.toThrow('[401]');
  there.replay(() => ({ data: { surprise: true } }));
  await expect(mine.observe([ip])).rejects.toThrow('is not what its documentation promises: data.ipAddress');
});

it('shows the checks that are left today', async () => {
  there.replay(() => [
    200,
    answer({ ipAddress: '127.0.0.1' }),
    { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '994' },
  ]);
  expect((await mine.health()).quotas?.checks?.values).toEqual({
    bucket_unit: 'day',
    bucket_limit: 1000,
    current_bucket_consumption: 6,
  });
  expect((await mine.refer([ip]))?.refs).toMatchObject([
    { url: `https://www.abuseipdb.com/check/${ip.value}` },
  ]);
});
