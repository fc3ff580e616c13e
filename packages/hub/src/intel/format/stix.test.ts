/** What goes out as STIX is STIX, whatever is in the store; what comes in keeps its groups. */
import { ObservableType } from '@sightline/ctim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRESH } from '../examples.fixture.ts';
import { StixBundle } from './stix.fixture.ts';
import { fromStix, stixBundle } from './stix.ts';

const AT = { created: '2026-01-02T03:04:05.000Z', modified: '2026-01-02T03:04:06.000Z', tlp: 'green' };
let n = 0;
const doc = (type: keyof typeof FRESH, more: Record<string, unknown> = {}): Record<string, unknown> => {
  n++;
  const short = `${type}-6a3b0c44-98fc-4c14-9afb-${String(n).padStart(12, '0')}`;
  return { ...FRESH[type], ...AT, type, id: `https://hub.example/ctia/${type}/${short}`, ...more };
};
const link = (source: Record<string, unknown>, target: Record<string, unknown>, type = 'element-of') =>
  doc('relationship', { relationship_type: type, source_ref: source.id, target_ref: target.id });
const objectsOf = (docs: Record<string, unknown>[]): Record<string, unknown>[] =>
  StixBundle.parse(stixBundle(docs)).objects ?? [];

describe('an export', () => {
  test('of every kind is valid, and so is one of nothing', () => {
    const all = (Object.keys(FRESH) as (keyof typeof FRESH)[]).map((type) => doc(type));
    expect(new Set(objectsOf(all).map(({ type }) => type)).size).toBeGreaterThan(7);
    expect(objectsOf([])).toEqual([]);
    expect(stixBundle([])).not.toHaveProperty('objects');
  });

  test('a grouping holds what belongs to it; one that holds nothing is left out, with its links', () => {
    const [judgement, indicator, empty, other] = [
      doc('judgement'),
      doc('indicator'),
      doc('indicator'),
      doc('attack-pattern'),
    ];
    const links = [link(judgement, indicator), link(indicator, other, 'indicates'), link(empty, empty)];
    const objects = objectsOf([judgement, indicator, empty, other, ...links]);
    const groups = objects.filter(({ type }) => type === 'grouping');
    const held = objects.filter(({ type }) => type === 'indicator' || type === 'attack-pattern');
    expect(groups).toHaveLength(1);
    expect(groups[0]?.object_refs).toEqual(held.map(({ id }) => id));
  });

  test('a sighting goes with each thing that it is a sighting of; one of nothing, or of what is left out, does not', () => {
    const [judgement, malware, empty] = [doc('judgement'), doc('malware'), doc('indicator')];
    const observed_time = { start_time: '2026-01-01T00:00:00.000Z', end_time: '2026-01-01T01:00:00.000Z' };
    const [seen, alone] = [doc('sighting', { observed_time, count: 7, tlp: 'red' }), doc('sighting')];
    const links = [judgement, malware, empty, alone].map((one) => link(seen, one, 'sighting-of'));
    const objects = objectsOf([seen, alone, judgement, malware, empty, ...links, link(alone, malware)]);
    const ids = objects.filter(({ type }) => type === 'indicator' || type === 'malware').map(({ id }) => id);
    const sightings = objects.filter(({ type }) => type === 'sighting');
    expect(sightings.map((one) => one.sighting_of_ref)).toEqual(ids);
    const red = ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed'];
    for (const one of sightings)
      expect(one).toMatchObject({
        first_seen: observed_time.start_time,
        last_seen: observed_time.end_time,
        count: 7,
        object_marking_refs: red,
        external_references: [{ external_id: seen.id }],
      });
  });

  test('whatever the documents say', () => {
    const level = fc.constantFrom('Info', 'Low', 'Medium', 'High', 'None', 'Unknown');
    const time = fc.date({ min: new Date(0), max: new Date('2525-01-01'), noInvalidDate: true });
    const given = fc.record({
      value: fc.string(),
      type: fc.constantFrom(...ObservableType.options),
      confidence: level,
      disposition: fc.integer({ min: 1, max: 5 }),
      start: time,
      end: time,
      kind: fc.string({ minLength: 1 }),
      labels: fc.array(fc.string()),
    });
    fc.assert(
      fc.property(fc.array(given, { maxLength: 5 }), (list) => {
        const docs = list.flatMap(({ value, type, start, end, kind, labels, ...rest }) => {
          const valid_time = { start_time: start.toISOString(), end_time: end.toISOString() };
          const judgement = doc('judgement', { ...rest, observable: { type, value }, valid_time });
          const malware = doc('malware', { labels });
          const indicator = doc('indicator');
          const sighting = doc('sighting', { observed_time: valid_time, confidence: rest.confidence });
          const links = [
            link(judgement, indicator, kind),
            link(malware, judgement),
            link(sighting, judgement, 'sighting-of'),
          ];
          return [judgement, malware, indicator, sighting, ...links];
        });
        const result = StixBundle.safeParse(stixBundle(docs));
        expect(result.error?.issues ?? []).toEqual([]);
      }),
    );
  });
});

test('a group of others becomes an indicator with what it held', () => {
  const id = (type: string, at: number): string => `${type}--6a3b0c44-98fc-4c14-9afb-00000000000${at}`;
  const pattern = "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']";
  const bundle = fromStix(
    {
      objects: [
        { type: 'grouping', id: id('grouping', 1), name: 'A wave', object_refs: [id('indicator', 2), 'x'] },
        { type: 'indicator', id: id('indicator', 2), pattern, pattern_type: 'stix' },
      ],
    },
    'them',
  ) as Record<string, Record<string, unknown>[]>;
  expect(bundle.indicators).toMatchObject([{ title: 'A wave', producer: 'them' }]);
  const target_ref = bundle.indicators?.[0]?.id;
  expect(bundle.relationships?.map((one) => one.source_ref)).toEqual(bundle.judgements?.map((one) => one.id));
  for (const one of bundle.relationships ?? [])
    expect(one).toMatchObject({ relationship_type: 'element-of', target_ref });
});

test('what went out comes in again with its groups, each relationship once', () => {
  const [judgement, indicator] = [doc('judgement'), doc('indicator')];
  const out = stixBundle([judgement, indicator, link(judgement, indicator)]);
  const back = fromStix(out, 'us') as Record<string, unknown[]>;
  expect([back.judgements, back.indicators, back.relationships].map((one) => one?.length)).toEqual([1, 1, 1]);
});
