/** Against a server that replays answers as the documentation of the URLhaus API v1 has them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { module, type Source, source } from '../fixture.ts';
import { urlhausKind } from './kind.ts';

let there: Source;
let mine: ReturnType<typeof module>;
beforeAll(async () => {
  there = await source();
});
beforeEach(() => {
  there.heard.length = 0;
  mine = module(urlhausKind, { custom_auth_key: 'K', url: `${there.url}/v1/` });
});
afterAll(() => there.close());

const url = {
  type: 'url' as const,
  value: 'http://sskymedia.example/VMYB-ht_JAQo-gi/INV/99401FORPO/20673114777/US/Outstanding-Invoices/',
};
const sha256 = 'b'.repeat(64);
const ofUrl = {
  query_status: 'ok',
  id: '105821',
  urlhaus_reference: 'https://urlhaus.abuse.ch/url/105821/',
  url: url.value,
  url_status: 'offline',
  host: 'sskymedia.example',
  date_added: '2019-01-19 01:33:26 UTC',
  last_online: '2019-01-20 05:00:00 UTC',
  threat: 'malware_download',
  blacklists: { spamhaus_dbl: 'abused_legit_malware', surbl: 'not listed' },
  reporter: 'Cryptolaemus1',
  larted: 'true',
  takedown_time_seconds: null,
  tags: ['emotet', 'epoch2', 'heodo'],
  payloads: [
    {
      firstseen: '2019-01-19',
      filename: '676860772178235.doc',
      file_type: 'doc',
      response_size: '172752',
      response_md5: 'cf6cc0f04d7a5a8a9b3c0c0f2d3c8f11',
      response_sha256: sha256,
      urlhaus_download: 'https://urlhaus-api.abuse.ch/v1/download/x/',
      signature: 'Heodo',
      virustotal: null,
    },
  ],
};
const host = { type: 'domain' as const, value: 'vektorex.example' };
const ofHost = (status: string) => ({
  query_status: 'ok',
  urlhaus_reference: 'https://urlhaus.abuse.ch/host/vektorex.example/',
  host: host.value,
  firstseen: '2019-01-15 07:09:01 UTC',
  url_count: '2',
  blacklists: { spamhaus_dbl: 'spammer_domain', surbl: 'not listed' },
  urls: [
    {
      id: '121319',
      urlhaus_reference: 'https://urlhaus.abuse.ch/url/121319/',
      url: 'http://vektorex.example/jobs/cgi/908.exe',
      url_status: status,
      date_added: '2019-02-11 07:45:05 UTC',
      threat: 'malware_download',
      tags: ['exe'],
    },
  ],
});

it('looks a URL up: malicious, with the files that came from it', async () => {
  there.replay(() => ofUrl);
  const { data, errors } = await mine.observe([url]);
  expect(errors).toEqual([]);
  const [asked] = there.heard;
  expect(asked).toMatchObject({
    method: 'POST',
    path: '/v1/url/',
    body: new URLSearchParams({ url: url.value }).toString(),
  });
  expect(asked?.headers).toMatchObject({
    'auth-key': 'K',
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(data.verdicts?.docs).toMatchObject([{ disposition: 2 }]);
  const [sighting] = data.sightings?.docs ?? [];
  expect(sighting).toMatchObject({
    source_uri: ofUrl.urlhaus_reference,
    observed_time: { start_time: '2019-01-19T01:33:26.000Z', end_time: '2019-01-20T05:00:00.000Z' },
  });
  expect(sighting?.relations?.map((r) => [r.source.value, r.relation, r.related.value])).toEqual([
    [sha256, 'Downloaded_From', url.value],
    ['676860772178235.doc', 'File_Name_Of', sha256],
  ]);
  expect(data.indicators?.docs.map((one) => one.title)).toEqual([
    'malware_download',
    'emotet',
    'epoch2',
    'heodo',
    'Heodo',
  ]);
});

it('calls a host malicious while something of it is online', async () => {
  const disposition = async (status: string) => {
    there.replay(() => ofHost(status));
    return (await mine.observe([host])).data.verdicts?.docs[0]?.disposition_name;
  };
  expect(await disposition('online')).toBe('Malicious');
  expect(await disposition('offline')).toBe('Suspicious');
  expect(there.heard[0]).toMatchObject({ path: '/v1/host/', body: 'host=vektorex.example' });
});

it('looks files up by either hash', async () => {
  there.replay(() => ({
    query_status: 'ok',
    md5_hash: 'c'.repeat(32),
    sha256_hash: sha256,
    file_type: 'exe',
    file_size: '1024',
    signature: 'Gozi',
    firstseen: '2019-02-11 07:45:05',
    lastseen: '2019-03-02 12:50:10',
    url_count: '1',
    urls: [
      {
        url_id: '1',
        url: 'http://vektorex.example/908.exe',
        url_status: 'online',
        urlhaus_reference: 'https://urlhaus.abuse.ch/url/1/',
        filename: null,
        firstseen: '2019-02-11',
        lastseen: '2019-03-02',
      },
    ],
  }));
  const { data } = await mine.observe([
    { type: 'sha256', value: sha256 },
    { type: 'md5', value: 'c'.repeat(32) },
  ]);
  expect(there.heard.map((one) => one.body).sort()).toEqual([
    `md5_hash=${'c'.repeat(32)}`,
    `sha256_hash=${sha256}`,
  ]);
  expect(data.verdicts?.count).toBe(2);
  expect(data.judgements?.docs[0]?.reason).toBe('Spread from 1 listed URLs as Gozi');
});

it('says nothing of what is not listed, and knows a key that is refused', async () => {
  there.replay(() => ({ query_status: 'no_results' }));
  expect(await mine.observe([url])).toEqual({ data: {}, errors: [] });
  there.replay(() => ({ query_status: 'ok', urls: [] }));
  expect(await mine.health()).toEqual({ text: 'URLhaus accepts the Auth-Key.' });
  there.replay(() => ({ query_status: 'unknown_auth_key' }));
  await expect(mine.health()).rejects.toThrow(
    'does not accept the credentials of this module [unknown_auth_key]',
  );
  there.replay(() => 401);
  await expect(mine.health()).rejects.toThrow('[401]');
});
