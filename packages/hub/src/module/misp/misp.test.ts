/** Against a server that replays answers as the OpenAPI document of MISP has them. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TLS } from '../../outbound/fixture.ts';
import { module, type Source, source } from '../fixture.ts';
import { mispKind } from './kind.ts';

let there: Source;
let mine: ReturnType<typeof module>;
beforeAll(async () => {
  there = await source(TLS);
});
beforeEach(() => {
  there.heard.length = 0;
  const pin = new X509Certificate(TLS.cert).fingerprint256;
  mine = module(mispKind, {
    custom_HOST: `${there.url}/`,
    custom_AuthKey: 'K',
    limit: 3,
    'certificate-fingerprint': pin,
  });
});
afterAll(() => there.close());

const attribute = (more: object = {}) => ({
  id: '12345',
  event_id: '98',
  object_id: '0',
  object_relation: null,
  category: 'Network activity',
  type: 'ip-dst|port',
  to_ids: true,
  uuid: 'c99506a6-1255-4b71-afa5-7b8ba48c3b1b',
  timestamp: '1764000000',
  distribution: '5',
  comment: 'C2 of the campaign',
  deleted: false,
  value: '198.51.100.9|443',
  first_seen: null,
  last_seen: null,
  Event: {
    org_id: '1',
    distribution: '1',
    id: '98',
    info: 'Campaign of November',
    orgc_id: '1',
    uuid: 'x',
    threat_level_id: '1',
  },
  Tag: [{ id: '1', name: 'tlp:amber', colour: '#ffc000' }],
  ...more,
});
const ip = { type: 'ip' as const, value: '198.51.100.9' };

it('asks for all observables at once, in the attributes that can hold them', async () => {
  there.replay(() => ({ response: { Attribute: [attribute()] } }));
  const { data, errors } = await mine.observe([
    ip,
    { type: 'email_subject', value: 'Invoice' },
    { type: 'cisco_mid', value: '8' },
  ]);
  expect(errors).toEqual([]);
  expect(there.heard).toHaveLength(1);
  expect(there.heard[0]).toMatchObject({ method: 'POST', path: '/attributes/restSearch' });
  expect(there.heard[0]?.headers.authorization).toBe('K');
  const body = JSON.parse(there.heard[0]?.body ?? '');
  expect(body).toMatchObject({ returnFormat: 'json', limit: 3, includeEventTags: true });
  expect(body.value).toEqual([
    '198.51.100.9',
    '198.51.100.9|%',
    '%|198.51.100.9',
    'Invoice',
    'Invoice|%',
    '%|Invoice',
  ]);
  expect(body.type).toContain('ip-dst|port');
  expect(body.type).toContain('email-subject');
  expect(data.verdicts?.docs).toMatchObject([{ disposition: 2, observable: ip }]);
  expect(data.sightings?.docs).toMatchObject([
    {
      title: 'ip-dst|port in MISP: Campaign of November',
      source_uri: `${there.url}/events/view/98`,
      tlp: 'amber',
    },
  ]);
  expect(data.indicators?.docs).toMatchObject([
    { title: 'Campaign of November', tags: ['tlp:amber'], severity: 'High' },
  ]);
  expect(data.relationships?.docs.map((one) => one.relationship_type)).toEqual(['sighting-of', 'based-on']);
});

it('judges only by attributes for detection, and believes no match that is none', async () => {
  const other = attribute({ id: '2', value: '198.51.100.90|443' });
  there.replay(() => ({
    response: { Attribute: [attribute({ to_ids: false, first_seen: '2026-11-01T00:00:00+00:00' }), other] },
  }));
  const { data } = await mine.observe([ip]);
  expect(data.verdicts?.count).toBe(0);
  expect(data.sightings?.docs).toMatchObject([{ observed_time: { start_time: '2026-11-01T00:00:00.000Z' } }]);
});

it('says that there may be more, and asks about the time that is asked about', async () => {
  there.replay(() => ({ response: { Attribute: [1, 2, 3].map((n) => attribute({ id: String(n) })) } }));
  const { data, errors } = await mine.observe([ip], { window: { from: 1_764_000_000_000 } });
  expect(data.sightings?.count).toBe(3);
  expect(errors).toMatchObject([{ code: 'too-many-messages-warning' }]);
  expect(JSON.parse(there.heard[0]?.body ?? '').timestamp).toEqual(['1764000000', '4102444800']);
});

it('is healthy only with a key that is taken', async () => {
  there.replay(({ path }) =>
    path === '/servers/getVersion' ? { version: '2.5.3', perm_sync: false, perm_sighting: false } : 404,
  );
  expect(await mine.health()).toEqual({ text: 'MISP 2.5.3 accepts the key.' });
  there.replay(() => [
    403,
    { name: 'Authentication failed.', message: 'Authentication failed.', url: '/servers/getVersion' },
  ]);
  await expect(mine.health()).rejects.toThrow('[403]');
  expect(await mine.observe([{ type: 'cisco_mid', value: '8' }])).toEqual({ data: {}, errors: [] });
  expect((await mine.refer([ip]))?.refs[0]?.url).toBe(`${there.url}/events/index/searchall:198.51.100.9`);
});
