/** CTIM Verdict, Judgement, Indicator and Relationship: what is thought of an observable and why. */
import { z } from 'zod';
import {
  base,
  describable,
  KillChainPhase,
  LongString,
  MedString,
  ShortString,
  sourcable,
  sourced,
  Uri,
  ValidTime,
} from './base.ts';
import { Observable } from './observable.ts';
import { Confidence, Disposition, DispositionName, IndicatorType, Severity } from './vocab.ts';

export const Verdict = z.strictObject({
  type: z.literal('verdict'),
  disposition: Disposition,
  disposition_name: DispositionName.optional(),
  observable: Observable,
  valid_time: ValidTime,
  judgement_id: z.string().optional(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Judgement = z.strictObject({
  type: z.literal('judgement'),
  ...base,
  ...sourced,
  observable: Observable,
  disposition: Disposition,
  disposition_name: DispositionName,
  priority: z.int().min(0).max(100),
  confidence: Confidence,
  severity: Severity,
  valid_time: ValidTime,
  reason: ShortString.optional(),
  reason_uri: Uri.optional(),
});
export type Judgement = z.infer<typeof Judgement>;

const Reference = z.string().max(2048);

/** How an indicator is to be recognised. */
const Specification = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('Judgement'),
    judgements: z.array(Reference),
    required_judgements: z.array(z.unknown()),
  }),
  z.strictObject({
    type: z.literal('ThreatBrain'),
    query: z.string().optional(),
    variables: z.array(z.string()),
  }),
  z.strictObject({ type: z.literal('Snort'), snort_sig: z.string() }),
  z.strictObject({ type: z.literal('SIOC'), SIOC: z.string() }),
  z.strictObject({ type: z.literal('OpenIOC'), open_IOC: z.string() }),
]);

export const Indicator = z.strictObject({
  type: z.literal('indicator'),
  ...base,
  ...describable,
  ...sourcable,
  valid_time: ValidTime,
  producer: ShortString,
  severity: Severity.optional(),
  confidence: Confidence.optional(),
  indicator_type: z.array(IndicatorType).optional(),
  tags: z.array(ShortString).optional(),
  negate: z.boolean().optional(),
  likely_impact: LongString.optional(),
  kill_chain_phases: z.array(KillChainPhase).optional(),
  test_mechanisms: z.array(MedString).optional(),
  composite_indicator_expression: z
    .strictObject({ operator: z.enum(['and', 'or', 'not']), indicator_ids: z.array(Reference) })
    .optional(),
  specification: Specification.optional(),
});
export type Indicator = z.infer<typeof Indicator>;

export const Relationship = z.strictObject({
  type: z.literal('relationship'),
  ...base,
  ...describable,
  ...sourcable,
  relationship_type: z.string(),
  source_ref: z.string(),
  target_ref: z.string(),
});
export type Relationship = z.infer<typeof Relationship>;
