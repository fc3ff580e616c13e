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

/** Columns and rows, as sightings and data tables have them. */
export const table = {
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
};

/** CTIM Context: what happened on the sensor. Events of one kind share type, time and process. */
const ContextEvent = z.looseObject({
  type: ShortString,
  time: ObservedTime,
  process_id: z.int().optional(),
  process_name: ShortString.optional(),
});
const CONTEXT_KINDS = [
  'process_create_events',
  'library_load_events',
  'file_create_events',
  'file_delete_events',
  'file_modify_events',
  'file_move_events',
  'netflow_events',
  'http_events',
  'registry_create_events',
  'registry_set_events',
  'registry_delete_events',
  'registry_rename_events',
] as const;
const Context = z.partialRecord(z.enum(CONTEXT_KINDS), z.array(ContextEvent));

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
  data: z.strictObject(table).optional(),
  context: Context.optional(),
  activity_interval: ObservedTime.optional(),
  detection_interval: ObservedTime.optional(),
  modification_interval: ObservedTime.optional(),
});
export type Sighting = z.infer<typeof Sighting>;
