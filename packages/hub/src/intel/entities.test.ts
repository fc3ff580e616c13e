/** Every kind of entity through every call it has, over HTTP, on the database that this run is about. */
import { type Endpoint, INTEL, offered } from '@sightline/api';
import { ENTITIES, ENTITY_NAMES, type Entity, type EntityName } from '@sightline/ctim';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { FRESH } from './examples.fixture.ts';

let at: TestHub;
beforeAll(async () => {
  at = await openHub();
});
afterAll(() => at.close());

interface Answer {
  status: number;
  body: never;
  headers: Headers;
}

async function send(method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { cookie: at.cookie, 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const res = await fetch(at.url + path, init);
  const text = await res.text();
  return { status: res.status, body: (text ? JSON.parse(text) : undefined) as never, headers: res.headers };
}

const withTitle = (name: EntityName, title: string): Record<string, unknown> => ({
  ...FRESH[name],
  language: title,
});

/** Events come of what is done to the others; they have a test of their own. */
const KINDS = ENTITY_NAMES.filter((name) => name !== 'event');

describe.each(KINDS)('%s', (name) => {
  const entity = ENTITIES[name] as unknown as Entity;
  const path = `/ctia/${name}`;
  let made: { id: string } & Record<string, unknown>;

  test('is made: everything that the store fills is there', async () => {
    const { status, body, headers } = await send('POST', path, { ...FRESH[name], external_ids: ['x-1'] });
    expect(body).toMatchObject(FRESH[name]);
    expect(status).toBe(201);
    made = body;
    expect(headers.get('location')).toBe(made.id);
    expect(made.id).toMatch(new RegExp(`^${at.url}/ctia/${name}/${name}-[0-9a-f-]{36}$`));
    expect(made).toMatchObject({ type: name, schema_version: '1.3.29', owner: 'ada', tlp: 'amber' });
    expect(entity.schema.parse(body)).toEqual(body);
    if (entity.lasting === 'always') expect(made.valid_time).toMatchObject({ end_time: expect.any(String) });
  });

  test('is read by its short id, and by its long one as one part of the address', async () => {
    const short = made.id.split('/').pop();
    for (const id of [short, encodeURIComponent(made.id)])
      expect((await send('GET', `${path}/${id}`)).body).toEqual(made);
    const foreign = encodeURIComponent(made.id.replace(at.url, 'https://other.example'));
    expect((await send('GET', `${path}/${foreign}`)).status).toBe(404);
    expect((await send('GET', `${path}/${name}-${crypto.randomUUID()}`)).status).toBe(404);
  });

  test('is found by external id, by id and by a query', async () => {
    const short = made.id.split('/').pop();
    const found = [
      `${path}/external_id/x-1`,
      `${path}/search?id=${short}`,
      `${path}/search?id=${encodeURIComponent(made.id)}`,
      `${path}/search?query=${encodeURIComponent(`id:*${short}`)}`,
      `${path}/search?query=${encodeURIComponent(`id:"${made.id}"`)}`,
      `${path}?limit=1&sort_by=created:desc`,
    ];
    for (const address of found) expect((await send('GET', address)).body, address).toEqual([made]);
    expect((await send('GET', `${path}/search/count?query=type:${name}`)).body).toBe(1);
    expect((await send('GET', `${path}/search/count?query=type:nothing`)).body).toBe(0);
  });

  test('refuses what is not of its form, and says which field', async () => {
    const { status, body } = await send('POST', path, { ...FRESH[name], revision: 'many', more: 1 });
    if (name === 'investigation') expect(JSON.stringify(body)).toContain('revision');
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: 'Invalid Entity Error', error: 'Spec Validation Client Error' });
    expect(JSON.stringify(body)).toContain('revision');
  });

  test('does not take ids, owners or versions from whoever sends them', async () => {
    const foreign = { id: `https://other.example/ctia/${name}/${name}-${crypto.randomUUID()}` };
    expect((await send('POST', path, { ...FRESH[name], ...foreign })).body).toMatchObject({
      error: 'Invalid hostname in ID',
      'this-host': new URL(at.url).host,
    });
    const own = await send('POST', path, { ...FRESH[name], id: made.id });
    expect([own.status, own.body]).toMatchObject([403, { error: 'missing_capability' }]);
    const lying = {
      owner: 'root',
      groups: ['other'],
      schema_version: '0.1',
      created: '2000-01-01T00:00:00.000Z',
    };
    const { body } = await send('POST', path, { ...FRESH[name], ...lying });
    expect(body).toMatchObject({ owner: 'ada', schema_version: '1.3.29' });
    expect((body as typeof made).created).not.toBe(lying.created);
    await send('DELETE', `${path}/${encodeURIComponent((body as typeof made).id)}`);
  });

  test('is replaced, changed and ended where CTIA lets it', async () => {
    const verbs = offered(entity);
    const id = encodeURIComponent(made.id);
    const put = await send('PUT', `${path}/${id}`, { ...FRESH[name], language: 'de' });
    expect(put.status).toBe(verbs.includes('update') ? 200 : 404);
    if (put.status === 200)
      expect(put.body).toMatchObject({ id: made.id, language: 'de', timestamp: made.timestamp });
    const patch = await send('PATCH', `${path}/${id}`, { revision: 7 });
    expect(patch.status).toBe(verbs.includes('patch') ? 200 : 404);
    if (patch.status === 200)
      expect(patch.body).toMatchObject({ ...FRESH[name], revision: 7, language: 'de' });
    const end = await send('POST', `${path}/${id}/expire?reason=over`);
    expect(end.status).toBe(verbs.includes('expire') ? 200 : 404);
    if (end.status === 200)
      expect(
        Date.parse((end.body as { valid_time: { end_time: string } }).valid_time.end_time),
      ).toBeLessThanOrEqual(Date.now());
  });

  test('is counted by time and by value', async () => {
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const one = await send(
      'GET',
      `${path}/metric/histogram?granularity=day&from=${from}&aggregate-on=timestamp`,
    );
    expect(one.body).toMatchObject({ type: 'histogram', data: { timestamp: [{ value: 1 }] } });
    const top = await send('GET', `${path}/metric/topn?from=${from}&aggregate-on=type`);
    expect(top.body).toMatchObject({ type: 'topn', data: { type: [{ key: name, value: 1 }] } });
    const different = await send('GET', `${path}/metric/cardinality?from=${from}&aggregate-on=type`);
    expect(different.body).toMatchObject({ type: 'cardinality', data: { type: 1 } });
  });

  test('comes by page, whole and without doubles', async () => {
    for (let i = 0; i < 4; i++) await send('POST', path, withTitle(name, `s${i}`));
    const first = await send('GET', `${path}/search?limit=2&sort_by=created`);
    expect(first.headers.get('x-total-hits')).toBe('5');
    expect(first.headers.get('x-previous')).toBeNull();
    const ids = (first.body as { id: string }[]).map(({ id }) => id);
    for (let next = first.headers.get('x-next'); next; ) {
      const page = await send('GET', `${path}/search?sort_by=created&${next}`);
      ids.push(...(page.body as { id: string }[]).map(({ id }) => id));
      next = page.headers.get('x-next');
    }
    expect(new Set(ids).size).toBe(5);
    const second = await send('GET', `${path}/search?limit=2&offset=2`);
    expect(second.headers.get('x-previous')).toBe('limit=2&offset=0');
    expect((await send('GET', `${path}/search?limit=100&offset=9950`)).status).toBe(400);
    const narrow = (await send('GET', `${path}/search?fields=timestamp&limit=1`)).body as object[];
    expect(Object.keys(narrow[0] ?? {}).sort()).toEqual(['id', 'timestamp', 'type']);
  });

  test('is deleted: one by one, or all that a search finds', async () => {
    const id = encodeURIComponent(made.id);
    expect((await send('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await send('GET', `${path}/${id}`)).status).toBe(404);
    expect((await send('DELETE', `${path}/${id}`)).status).toBe(404);
    expect((await send('DELETE', `${path}/search`)).status).toBe(403);
    expect((await send('DELETE', `${path}/search?query=type:${name}`)).body).toBe(4);
    expect((await send('GET', `${path}/search/count?query=*`)).body).toBe(4);
    const all = `${path}/search?query=type:${name}&REALLY_DELETE_ALL_THESE_ENTITIES=true`;
    expect((await send('DELETE', all)).body).toBe(4);
    expect((await send('GET', `${path}/search/count`)).body).toBe(0);
  });
});

test('every kind has all its calls mounted', () => {
  const mounted = new Set(at.hub.endpoints);
  for (const name of ENTITY_NAMES)
    for (const verb of offered(ENTITIES[name] as unknown as Entity))
      expect(mounted.has(INTEL[name][verb] as unknown as Endpoint), `${name} ${verb}`).toBe(true);
});
