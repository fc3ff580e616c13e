/** CTIM Sighting: something was seen, when, by what, touching which targets. */
import { z } from 'zod';
import {
  base,
  describable,
  LongString,
  MedString,
  ObservedTime,
  ShortString,
  sourcable,
  Uri,
} from './base.ts';
import { Observable } from './observable.ts';
import { Confidence, Severity } from './vocab.ts';

/** CTIM IdentitySpecification: who or what was touched. */
export const Target = z.strictObject({
  type: ShortString,
  observables: z.array(Observable),
  observed_time: ObservedTime,
  os: z.string().optional(),
});
export type Target = z.infer<typeof Target>;

/** CTIM ObservedRelation, read "source relation related". The relation is an open vocabulary. */
export const ObservedRelation = z.strictObject({
  origin: z.string(),
  origin_uri: Uri.optional(),
  relation: z.string(),
  relation_info: z.record(z.string(), z.unknown()).optional(),
  source: Observable,
  related: Observable,
});
export type ObservedRelation = z.infer<typeof ObservedRelation>;

export const DataTable = z.strictObject({
  columns: z.array(
    z.strictObject({
      name: ShortString,
      type: z.enum(['observable', 'string', 'markdown', 'integer', 'number', 'url']),
      description: LongString.optional(),
      required: z.boolean().optional(),
      short_description: MedString.optional(),
    }),
  ),
  rows: z.array(z.array(z.unknown())),
  row_count: z.int().optional(),
});

export const Sighting = z.strictObject({
  type: z.literal('sighting'),
  ...base,
  ...describable,
  ...sourcable,
  observed_time: ObservedTime,
  confidence: Confidence,
  count: z.int().min(0),
  internal: z.boolean().optional(),
  severity: Severity.optional(),
  resolution: z.string().optional(),
  sensor: z.string().optional(),
  sensor_coordinates: z
    .strictObject({ type: z.string(), observables: z.array(Observable), os: z.string().optional() })
    .optional(),
  observables: z.array(Observable).optional(),
  targets: z.array(Target).optional(),
  relations: z.array(ObservedRelation).optional(),
  data: DataTable.optional(),
});
export type Sighting = z.infer<typeof Sighting>;
