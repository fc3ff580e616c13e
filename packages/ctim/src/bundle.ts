/** CTIM Bundle: entities of any kind in one document, tied together by transient ids. */
import { z } from 'zod';
import { base, describable, sourced, ValidTime } from './base.ts';
import { BY_PLURAL } from './entity.ts';

/** Entities in one bundle, as CTIA has it. */
export const BUNDLE_MAX = 2000;

const bundled = [...BY_PLURAL.keys()];

/**
 * A bundle as it arrives. Its entities are checked one by one when they are taken in, so that a bad one does not
 * keep out the others.
 */
export const NewBundle = z.strictObject({
  type: z.literal('bundle').optional(),
  ...base,
  id: base.id.optional(),
  schema_version: base.schema_version.optional(),
  ...describable,
  ...sourced,
  source: sourced.source.optional(),
  valid_time: ValidTime.optional(),
  ...Object.fromEntries(bundled.map((plural) => [plural, z.array(z.unknown()).optional()])),
  verdicts: z.array(z.unknown()).optional(),
  ...Object.fromEntries(
    [...bundled, 'verdicts'].map((plural) => [`${refName(plural)}_refs`, z.array(z.string()).optional()]),
  ),
});

/** A bundle as it leaves. */
export const Bundle = z.looseObject({ type: z.literal('bundle'), source: z.string() });
export type Bundle = z.infer<typeof Bundle> & Record<string, unknown>;

function refName(plural: string): string {
  const kind = BY_PLURAL.get(plural);
  return kind ? kind.name.replaceAll('-', '_') : plural.replace(/s$/, '');
}
