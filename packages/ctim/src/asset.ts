/** CTIM's entities about what is one's own: assets, what identifies them, targets that were recorded. */
import { z } from 'zod';
import { base, describable, ShortString, sourcable, sourced, Uri, ValidTime } from './base.ts';
import { Observable } from './observable.ts';
import { Target } from './sighting.ts';
import { Confidence } from './vocab.ts';

const AssetType = z.enum(['device', 'person', 'network', 'data', 'application']);
const Reference = z.string().min(1).max(2048);

export const Asset = z.strictObject({
  type: z.literal('asset'),
  ...base,
  ...sourced,
  ...describable,
  valid_time: ValidTime,
  asset_type: AssetType,
});

/** That an observable stands for an asset, how surely and for how long. */
export const AssetMapping = z.strictObject({
  type: z.literal('asset-mapping'),
  ...base,
  ...sourced,
  valid_time: ValidTime,
  confidence: Confidence,
  specificity: z.enum(['Unique', 'Medium', 'Low']),
  stability: z.enum(['Managed', 'Physical', 'Temporary']),
  observable: Observable,
  asset_ref: Reference,
  asset_type: AssetType,
});

export const AssetProperties = z.strictObject({
  type: z.literal('asset-properties'),
  ...base,
  ...sourced,
  valid_time: ValidTime,
  asset_ref: Reference,
  properties: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

export const TargetRecord = z.strictObject({
  type: z.literal('target-record'),
  ...base,
  ...sourced,
  ...describable,
  targets: z.array(
    Target.extend({
      internal: z.boolean().optional(),
      sensor: z.string().optional(),
      source_uri: Uri.optional(),
    }),
  ),
});

export const IdentityAssertion = z.strictObject({
  type: z.literal('identity-assertion'),
  ...base,
  ...sourcable,
  identity: z.strictObject({ observables: z.array(Observable) }),
  assertions: z.array(z.strictObject({ name: ShortString, value: z.string() })),
  valid_time: ValidTime.optional(),
});
