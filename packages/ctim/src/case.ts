/** CTIM's entities of an analyst's work: incidents, casebooks, notes, feedback, kept investigations, tables. */
import { z } from 'zod';
import {
  base,
  describable,
  LongString,
  MedString,
  ShortString,
  sourcable,
  sourced,
  Time,
  ValidTime,
} from './base.ts';
import { Observable } from './observable.ts';
import { table } from './sighting.ts';
import { Confidence, IncidentStatus, Severity } from './vocab.ts';

const Reference = z.string().min(1).max(2048);

export const IncidentTime = z.strictObject({
  opened: Time,
  discovered: Time.optional(),
  reported: Time.optional(),
  remediated: Time.optional(),
  closed: Time.optional(),
  rejected: Time.optional(),
  contained: Time.optional(),
});
export type IncidentTime = z.infer<typeof IncidentTime>;

export const Incident = z.strictObject({
  type: z.literal('incident'),
  ...base,
  ...describable,
  ...sourcable,
  confidence: Confidence,
  status: IncidentStatus,
  incident_time: IncidentTime,
  severity: Severity.optional(),
  /** By the name of the score: asset, ttp, probability, global and others. */
  scores: z.record(ShortString, z.number().min(0)).optional(),
  categories: z.array(ShortString).optional(),
  discovery_method: ShortString.optional(),
  intended_effect: ShortString.optional(),
  assignees: z.array(ShortString).optional(),
  detection_sources: z.array(MedString).optional(),
  promotion_method: z.enum(['Manual', 'Automated']).optional(),
  tactics: z.array(ShortString).optional(),
  techniques: z.array(ShortString).optional(),
  meta: z.record(ShortString, z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Incident = z.infer<typeof Incident>;

export const Text = z.strictObject({ type: ShortString, text: z.string().max(100_000) });

export const Casebook = z.strictObject({
  type: z.literal('casebook'),
  ...base,
  ...describable,
  ...sourcable,
  observables: z.array(Observable).max(10_000).optional(),
  texts: z.array(Text).max(1000).optional(),
  /** A Bundle; its entities are the casebook's own. */
  bundle: z.looseObject({ type: z.literal('bundle').optional() }).optional(),
});
export type Casebook = z.infer<typeof Casebook>;

export const Note = z.strictObject({
  type: z.literal('note'),
  ...base,
  ...sourcable,
  note_class: ShortString,
  content: LongString,
  related_entities: z.array(z.strictObject({ entity_type: ShortString, entity_id: Reference })),
  author: ShortString.optional(),
});

export const Feedback = z.strictObject({
  type: z.literal('feedback'),
  ...base,
  ...sourcable,
  entity_id: Reference,
  feedback: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  reason: z.string(),
});

/** A kept investigation: the one entity that may have fields of anyone's own. */
export const Investigation = z.looseObject({
  type: z.literal('investigation'),
  ...base,
  ...sourced,
  ...describable,
});

export const DataTable = z.strictObject({
  type: z.literal('data-table'),
  ...base,
  ...describable,
  ...sourcable,
  ...table,
  valid_time: ValidTime.optional(),
});

/** CTIA's Feed: what an indicator's judgements say, readable by whoever has its secret. */
export const Feed = z.strictObject({
  type: z.literal('feed'),
  ...base,
  title: ShortString.optional(),
  indicator_id: Reference.optional(),
  feed_type: z.literal('indicator'),
  output: z.enum(['observables', 'judgements']),
  lifetime: ValidTime.optional(),
  secret: ShortString.optional(),
  feed_view_url: z.string().optional(),
});
export type Feed = z.infer<typeof Feed>;

/** CTIA's Event: that an entity was made, changed or deleted. */
export const Event = z.strictObject({
  type: z.literal('event'),
  ...base,
  event_type: z.enum(['record-created', 'record-updated', 'record-deleted']),
  entity: z.looseObject({ id: z.string(), type: z.string() }),
  fields: z
    .array(
      z.strictObject({
        field: z.string(),
        action: z.enum(['modified', 'added', 'deleted']),
        change: z.strictObject({ before: z.unknown().optional(), after: z.unknown().optional() }),
      }),
    )
    .optional(),
});
export type Event = z.infer<typeof Event>;
