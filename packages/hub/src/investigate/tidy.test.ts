import { SCHEMA_VERSION } from '@sightline/ctim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidy } from './tidy.ts';

const now = Date.UTC(2026, 0, 1);
const asked = [{ type: 'domain' as const, value: 'example.com' }];
const sighting = (more: object = {}) => ({
  type: 'sighting',
  id: 'transient:sighting-1',
  schema_version: SCHEMA_VERSION,
  observed_time: { start_time: '2026-01-01T00:00:00Z' },
  confidence: 'High',
  count: 1,
  ...more,
});

describe('what a module found', () => {
  it('has only the kinds that it answered with, those without entities too', () => {
    expect(tidy({ entities: { sightings: [] }, errors: [] }, asked, now)).toEqual({
      data: { sightings: { count: 0, docs: [] } },
      errors: [],
    });
    expect(tidy({ entities: {}, errors: [] }, asked, now)).toEqual({ data: {}, errors: [] });
  });

  it('has all its times in milliseconds and UTC, and the texts as they were', () => {
    const given = sighting({
      title: '2026-01-01T00:00:00Z',
      observed_time: { start_time: '2026-01-01T01:00:00.123456+01:00', end_time: '2026-01-01T00:00:00Z' },
      targets: [
        { type: 'email', observables: asked, observed_time: { start_time: '2025-12-31T23:00:00-02:00' } },
      ],
    });
    const { data } = tidy({ entities: { sightings: [given] }, errors: [] }, asked, now);
    expect(data.sightings?.docs[0]).toMatchObject({
      title: '2026-01-01T00:00:00Z',
      observed_time: { start_time: '2026-01-01T00:00:00.123Z', end_time: '2026-01-01T00:00:00.000Z' },
      targets: [{ observed_time: { start_time: '2026-01-01T01:00:00.000Z' } }],
    });
  });

  it('takes a verdict on what was asked in other letters or without a scheme as one on what was asked', () => {
    const observables = [
      { type: 'url' as const, value: 'https://Evil.example/Pay' },
      { type: 'domain' as const, value: 'Evil.example' },
    ];
    const verdict = (observable: object) => ({ type: 'verdict', disposition: 2, observable, valid_time: {} });
    const verdicts = [
      verdict({ type: 'url', value: 'evil.example/pay' }),
      verdict({ type: 'domain', value: 'evil.example' }),
      verdict({ type: 'domain', value: 'evil.example.org' }),
    ];
    const { data, errors } = tidy({ entities: { verdicts }, errors: [] }, observables, now);
    expect(data.verdicts?.docs.map((one) => one.observable)).toEqual(observables);
    expect(errors).toHaveLength(1);
  });

  it('is cut where it is too much, and says so', () => {
    const sightings = Array.from({ length: 10_001 }, () => sighting());
    const { data, errors } = tidy({ entities: { sightings }, errors: [] }, asked, now);
    expect(data.sightings?.count).toBe(10_000);
    expect(errors).toMatchObject([{ code: 'too-many-entities-warning', type: 'warning' }]);
    expect(errors[0]?.message).toContain('10001 sightings');
  });

  it('never lets through what is not CTIM, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (docs, value) => {
        const entities = {
          sightings: [...docs, sighting({ title: value })],
          verdicts: docs,
          judgements: docs,
        };
        const { data, errors } = tidy({ entities, errors: [] }, asked, now);
        const fits = value === undefined || (typeof value === 'string' && value.length <= 1024);
        expect(data.sightings?.count).toBe(fits ? 1 : 0);
        expect(data.verdicts?.count).toBe(0);
        const bad = docs.length + (fits ? 0 : 1);
        expect(errors.some((e) => e.message.startsWith(`${bad} of the sightings`))).toBe(bad > 0);
      }),
    );
  });
});
