/** Against a server that replays answers as the documentation of the Secure Endpoint API v1 has them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { module, type Source, source } from '../fixture.ts';
import { ampKind } from './kind.ts';

let there: Source;
let mine: ReturnType<typeof module>;
beforeAll(async () => {
  there = await source();
});
beforeEach(() => {
  there.heard.length = 0;
  mine = module(ampKind, { custom_client_id: 'id', custom_api_key: 'key', url: there.url });
});
afterAll(() => there.close());

const GUID = 'ad29d359-dac9-4940-9c7e-c50e6d32ee6f';
const LIST = 'e773a9eb-296c-40df-98d8-bed46322589d';
const hash = { type: 'sha256' as const, value: 'd'.repeat(64) };
const metadata = (total: number) => ({
  links: { self: 'https://api.amp.cisco.com/v1/x' },
  results: { total, current_item_count: 1, index: 0, items_per_page: 500 },
});
const computer = {
  connector_guid: GUID,
  hostname: 'Demo_AMP',
  active: true,
  operating_system: 'Windows 10 Enterprise',
  network_addresses: [{ ip: '10.0.0.7', mac: '00:50:56:12:34:56' }],
  links: {
    computer: `https://api.amp.cisco.com/v1/computers/${GUID}`,
    trajectory: `https://console.amp.cisco.com/computers/${GUID}/trajectory`,
  },
};
const activity = { version: 'v1.2.0', metadata: metadata(1), data: [computer] };
const events = {
  version: 'v1.2.0',
  metadata: metadata(250),
  data: [
    {
      id: 6_455_442_249_407_791_000,
      timestamp: 1_764_000_000,
      timestamp_nanoseconds: 0,
      date: '2025-11-24T16:00:00+00:00',
      event_type: 'Threat Quarantined',
      event_type_id: 2_164_260_880,
      detection: 'W32.DFC.MalParent',
      detection_id: '1',
      connector_guid: GUID,
      severity: 'Medium',
      computer,
      file: {
        disposition: 'Malicious',
        file_name: 'rjtsbks.exe',
        file_path: '\\\\?\\C:\\rjtsbks.exe',
        identity: { sha256: hash.value, sha1: 'e'.repeat(40), md5: 'f'.repeat(32) },
      },
    },
  ],
};
const replay = (): void =>
  there.replay(({ path }) => {
    if (path.startsWith('/v1/computers/activity')) return activity;
    if (path.startsWith('/v1/events')) return events;
    if (path.startsWith('/v1/file_lists'))
      return {
        version: 'v1.2.0',
        metadata: metadata(1),
        data: [{ name: 'Blocked', guid: LIST, type: 'simple_custom_detections' }],
      };
    return { version: 'v1.2.0' };
  });

it('has the computers as targets, and what was detected as indicators', async () => {
  replay();
  const { data, errors } = await mine.observe([hash]);
  expect(there.heard.map((one) => one.path)).toEqual([
    `/v1/computers/activity?q=${hash.value}&limit=100`,
    `/v1/events?detection_sha256=${hash.value}&limit=100`,
  ]);
  expect(there.heard[0]?.headers.authorization).toBe(`Basic ${Buffer.from('id:key').toString('base64')}`);
  expect(data.sightings?.count).toBe(2);
  const detected = data.sightings?.docs.find((one) => one.title === 'Threat Quarantined');
  expect(detected).toMatchObject({
    resolution: 'blocked',
    severity: 'Medium',
    observed_time: { start_time: '2025-11-24T16:00:00.000Z' },
    targets: [
      {
        type: 'endpoint',
        os: 'Windows 10 Enterprise',
        observables: [
          { type: 'hostname', value: 'Demo_AMP' },
          { type: 'amp_computer_guid', value: GUID },
          { type: 'ip', value: '10.0.0.7' },
          { type: 'mac_address', value: '00:50:56:12:34:56' },
        ],
      },
    ],
  });
  expect(data.indicators?.docs).toMatchObject([{ title: 'W32.DFC.MalParent' }]);
  expect(errors).toMatchObject([
    { code: 'too-many-messages-warning', message: expect.stringMatching(/^250 entries/) },
  ]);
});

it('looks addresses, URLs and file names up in the activity of computers', async () => {
  replay();
  await mine.observe([
    { type: 'ip', value: '192.0.2.1' },
    { type: 'url', value: 'https://a.example/?b=c' },
    { type: 'file_name', value: 'a b.exe' },
    { type: 'email', value: 'a@b.example' },
  ]);
  expect(there.heard.map((one) => one.path).sort()).toEqual([
    '/v1/computers/activity?q=192.0.2.1&limit=100',
    '/v1/computers/activity?q=a+b.exe&limit=100',
    '/v1/computers/activity?q=https%3A%2F%2Fa.example%2F%3Fb%3Dc&limit=100',
  ]);
});

it('offers and does what the API can do', async () => {
  replay();
  const offers = (await mine.respond([hash, { type: 'amp_computer_guid', value: GUID }]))?.offers ?? [];
  expect(offers.map((one) => one.id)).toEqual([
    'amp-add-sha256-scd',
    'amp-remove-sha256-scd',
    'amp-start-isolation',
    'amp-stop-isolation',
  ]);
  there.heard.length = 0;
  there.replay(() => [201, { version: 'v1.2.0', data: {} }]);
  for (const { id, query } of offers)
    expect(await mine.trigger(id, query)).toEqual({ status: 'success', errors: [] });
  expect(there.heard.map(({ method, path }) => [method, path])).toEqual([
    ['POST', `/v1/file_lists/${LIST}/files/${hash.value}`],
    ['DELETE', `/v1/file_lists/${LIST}/files/${hash.value}`],
    ['PUT', `/v1/computers/${GUID}/isolation`],
    ['DELETE', `/v1/computers/${GUID}/isolation`],
  ]);
  const crooked = { observable_value: '../../v1/computers', list_guid: `${LIST}/../..` };
  await expect(mine.trigger('amp-add-sha256-scd', crooked)).rejects.toThrow('has no such action');
  there.replay(() => [
    409,
    { errors: [{ error_code: 409, description: 'Conflict', details: ['already isolated'] }] },
  ]);
  await expect(mine.trigger('amp-start-isolation', { observable_value: GUID })).rejects.toThrow('[409]');
});

it('is healthy only with credentials that are taken', async () => {
  replay();
  expect(await mine.health()).toEqual({
    text: 'Secure Endpoint accepts the credentials; its API is v1.2.0.',
  });
  there.replay(() => [
    401,
    {
      version: 'v1.2.0',
      data: {},
      errors: [{ error_code: 401, description: 'Unauthorized', details: ['Unknown API key'] }],
    },
  ]);
  await expect(mine.health()).rejects.toThrow('[401]');
});
