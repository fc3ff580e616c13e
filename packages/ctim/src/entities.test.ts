import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as examples from './examples.ts';
import { Indicator, Judgement, Relationship, Sighting, Verdict } from './index.ts';

const cases: [string, z.ZodObject, { minimal: Record<string, unknown>; maximal: Record<string, unknown> }][] =
  [
    ['sighting', Sighting, examples.sighting],
    ['verdict', Verdict, examples.verdict],
    ['judgement', Judgement, examples.judgement],
    ['indicator', Indicator, examples.indicator],
    ['relationship', Relationship, examples.relationship],
  ];

describe.each(cases)('%s', (_, schema, { minimal, maximal }) => {
  it('reads both examples unchanged', () => {
    expect(schema.parse(minimal)).toEqual(minimal);
    expect(schema.parse(maximal)).toEqual(maximal);
  });

  it('needs every field of the smallest', () => {
    for (const key of Object.keys(minimal)) {
      expect(schema.safeParse({ ...minimal, [key]: undefined }).success, key).toBe(false);
    }
  });

  it('has every field in the fullest', () => {
    expect(Object.keys(maximal).sort()).toEqual(Object.keys(schema.shape).sort());
  });

  it('refuses what CTIM does not know', () => {
    expect(schema.safeParse({ ...minimal, more: 1 }).success).toBe(false);
  });
});
