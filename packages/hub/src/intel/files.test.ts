/** Bundles, files of other formats, GraphQL, TAXII: what goes in and what comes out. */
import { exportBundle, graphql, INTEL, importBundle, importIntel } from '@sightline/api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { FRESH } from './examples.fixture.ts';
import { csvOf, readCsv } from './format/csv.ts';
import { observablesIn, patternOf } from './format/pattern.ts';
import { readGraphql } from './graphql.ts';

let at: TestHub;
beforeAll(async () => {
  at = await openHub();
});
afterAll(() => at.close());

const bundle = (n: string) => ({
  type: 'bundle' as const,
  source: 'us',
  judgements: [{ ...FRESH.judgement, id: `transient:j${n}`, external_ids: [`us-j${n}`] }],
  indicators: [{ ...FRESH.indicator, id: `transient:i${n}`, external_ids: [`us-i${n}`] }],
  relationships: [
    { relationship_type: 'element-of', source_ref: `transient:j${n}`, target_ref: `transient:i${n}` },
  ],
});

describe('a bundle', () => {
  test('is taken in once; ids are replaced; a bad entity keeps out no other', async () => {
    const given = { ...bundle('1'), sightings: [{ count: 'many' }] };
    const { results } = await at.admin(importBundle, { query: {}, body: given });
    expect(results.map((r) => `${r.type} ${r.result}`).sort()).toEqual([
      'indicator created',
      'judgement created',
      'relationship created',
      'sighting error',
    ]);
    const idOf = (type: string) => results.find((r) => r.type === type)?.id ?? '';
    const link = await at.admin(INTEL.relationship.read, { params: { id: idOf('relationship') }, query: {} });
    expect([link.source_ref, link.target_ref]).toEqual([idOf('judgement'), idOf('indicator')]);
    const again = await at.admin(importBundle, {
      query: { external_key_prefixes: 'us-' },
      body: bundle('1'),
    });
    expect(
      again.results
        .filter((r) => r.result === 'exists')
        .map((r) => r.id)
        .sort(),
    ).toEqual([idOf('judgement'), idOf('indicator')].sort());
    const out = await at.admin(exportBundle, { query: { ids: idOf('indicator') } });
    expect(out).toMatchObject({
      judgements: [{ id: idOf('judgement') }],
      relationships: expect.arrayContaining([expect.objectContaining({ id: link.id })]),
    });
  });

  test('has a limit, and may be empty', async () => {
    expect(await at.admin(importBundle, { query: {}, body: {} })).toEqual({ results: [] });
    const judgements = Array(2001).fill({});
    await expect(at.admin(importBundle, { query: {}, body: { judgements } as never })).rejects.toMatchObject({
      status: 400,
    });
  });
});

const out = (format: string, type = 'judgement') =>
  fetch(`${at.url}/api/intel/export?format=${format}&type=${type}`, { headers: { cookie: at.cookie } });

describe('files', () => {
  test('STIX goes out and comes in again', async () => {
    const text = await (await out('stix')).text();
    expect(text).toContain("[ipv4-addr:value = '203.0.113.7']");
    const { results } = await at.admin(importIntel, {
      body: { format: 'stix', content: text, name: 'a.json' },
    });
    expect(results.find((r) => r.type === 'judgement')).toMatchObject({ result: 'created' });
    const twice = await at.admin(importIntel, { body: { format: 'stix', content: text, name: 'a.json' } });
    expect(twice.results.every((r) => r.result === 'exists')).toBe(true);
  });

  test('a MISP event', async () => {
    const Event = {
      uuid: crypto.randomUUID(),
      info: 'Phishing wave',
      Attribute: [
        { uuid: crypto.randomUUID(), type: 'domain|ip', value: 'misp.example|192.0.2.9', to_ids: true },
        { uuid: crypto.randomUUID(), type: 'comment', value: 'no observable', to_ids: false },
      ],
    };
    const body = { format: 'misp' as const, content: JSON.stringify({ Event }) };
    const { results } = await at.admin(importIntel, { body });
    expect(results.map((r) => r.type).sort()).toEqual([
      'indicator',
      'judgement',
      'judgement',
      'relationship',
      'relationship',
    ]);
    const misp = (await (await out('misp')).json()) as { Event: { Attribute: { value: string }[] } };
    expect(misp.Event.Attribute.map(({ value }) => value)).toContain('misp.example');
  });

  test('CSV: with and without a header; nothing in it runs in a spreadsheet', async () => {
    const lists = [
      'evil.example\n# a note\nhxxp://evil[.]example/a\n',
      'type;value;disposition;reason\nip;192.0.2.77;Clean;=1+1\n',
    ];
    for (const content of lists)
      expect((await at.admin(importIntel, { body: { format: 'csv', content } })).results).not.toContainEqual(
        expect.objectContaining({ result: 'error' }),
      );
    const odd = { format: 'csv' as const, content: 'value\nlogin-portal.example\nno observable at all\n' };
    expect((await at.admin(importIntel, { body: odd })).results).toMatchObject([
      { result: 'created' },
      { result: 'error', original_id: 'transient:row 3', msg: expect.stringContaining('observable') },
    ]);
    const [clean] = await at.admin(INTEL.judgement.search, {
      query: { query: 'observable.value:192.0.2.77' },
    });
    expect(clean).toMatchObject({ disposition_name: 'Clean', reason: '=1+1' });
    expect(await (await out('csv')).text()).toContain(",'=1+1,");
    fc.assert(
      fc.property(
        fc.array(
          fc.array(
            fc.string().filter((s) => s.trim() === s && !s.startsWith("'")),
            { minLength: 2, maxLength: 2 },
          ),
        ),
        (rows) => {
          const good = rows.filter((row) => row.some((one) => one !== ''));
          const text = csvOf(['a', 'b'], good);
          for (const value of good.flat())
            expect(csvOf([value], []).replace(/^"/, '')).not.toMatch(/^[=+@-]/);
          expect(readCsv(text)).toEqual([['a', 'b'], ...good]);
        },
      ),
    );
  });

  test('what cannot be read is refused in a sentence', async () => {
    for (const format of ['ctim', 'stix', 'misp'] as const)
      await expect(at.admin(importIntel, { body: { format, content: 'no JSON' } })).rejects.toMatchObject({
        status: 400,
      });
  });
});

test('patterns: both ways, and nothing of those that ask for more than one of several values', () => {
  const value = "it's \\ here";
  for (const type of ['ip', 'domain', 'url', 'email', 'sha256', 'md5', 'file_name', 'email_subject'] as const)
    expect(observablesIn(patternOf({ type, value }) ?? '')).toEqual([{ type, value }]);
  expect(observablesIn("[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'AND.example']")).toHaveLength(
    2,
  );
  expect(observablesIn("[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'a.example']")).toEqual([]);
});

test('GraphQL', async () => {
  const query = `query ($n: Int = 5) { all: sightings(first: $n, orderBy: [{field: OBSERVED_TIME_START_TIME, direction: desc}]) { totalCount }
    observable(type: "ip", value: "203.0.113.7") { verdict { ...v } judgements { nodes { reason source } } } } fragment v on Verdict { disposition_name }`;
  expect(await at.admin(graphql, { body: { query } })).toMatchObject({
    data: { all: { totalCount: 0 }, observable: { verdict: { disposition_name: 'Malicious' } } },
  });
  const bad = await at.admin(graphql, { body: { query: 'mutation { x }' } });
  expect(bad.errors).toEqual([{ message: 'Only queries are answered, not "mutation".' }]);
  expect(() => readGraphql(`{${'a{'.repeat(50)}b${'}'.repeat(50)}}`, {})).toThrow('nested');
});

test('TAXII: the feed is a collection for whoever has its id and secret', async () => {
  const { results } = await at.admin(importBundle, { query: {}, body: bundle('9') });
  const indicator_id = results.find((r) => r.type === 'indicator')?.id ?? '';
  const feed = (await at.admin(INTEL.feed.create, {
    query: {},
    body: { ...FRESH.feed, indicator_id } as never,
  })) as unknown as Record<string, string>;
  const short = feed.id?.split('/').pop() ?? '';
  const get = (path: string, secret = feed.secret) =>
    fetch(`${at.url}/taxii2/${path}`, {
      headers: { authorization: `Basic ${Buffer.from(`${short}:${secret}`).toString('base64')}` },
    });
  expect((await get('')).headers.get('content-type')).toBe('application/taxii+json;version=2.1');
  expect((await get('', 'wrong')).status).toBe(401);
  const { collections } = (await (await get('feeds/collections/')).json()) as {
    collections: { id: string }[];
  };
  const id = collections[0]?.id;
  const objects = await get(`feeds/collections/${id}/objects/?limit=1`);
  expect(await objects.json()).toMatchObject({
    more: false,
    objects: [{ type: 'indicator', pattern_type: 'stix' }],
  });
  expect((await get(`feeds/collections/${id}/manifest/`)).status).toBe(200);
  expect((await get(`feeds/collections/${crypto.randomUUID()}/`)).status).toBe(404);
});
