/** For tests: what the STIX 2.1 standard (OASIS, 10 June 2021) demands of the objects that we write. */
import { z } from 'zod';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const idOf = (type: string) => z.string().regex(new RegExp(`^${type}--${UUID}$`));
const anyId = idOf('[a-z][a-z0-9-]{1,248}[a-z0-9]');
/** Section 3.3: RFC 3339, in UTC, any number of digits of a second. */
const Time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
/** Section 2.9: no list is empty. */
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1);
/** Section 9.5: an observation of one equality; a string escapes its quotes and backslashes. */
const PATTERN = /^\[[a-z0-9-]+:[A-Za-z0-9_]+(?:\.(?:[A-Za-z0-9_]+|'[^'\\]+'))* = '(?:[^'\\]|\\['\\])*'\]$/;

const common = (type: string) => ({
  type: z.literal(type),
  spec_version: z.literal('2.1'),
  id: idOf(type),
  created: Time,
  modified: Time,
  confidence: z.number().int().min(0).max(100).optional(),
  object_marking_refs: list(idOf('marking-definition')).optional(),
  external_references: list(
    z.strictObject({ source_name: z.string().min(1), external_id: z.string() }),
  ).optional(),
});
const named = <T extends z.ZodRawShape>(type: string, more: T) =>
  z.strictObject({ ...common(type), name: z.string(), description: z.string().optional(), ...more });
const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

const Indicator = named('indicator', {
  indicator_types: list(z.string()),
  pattern: z.string().regex(PATTERN),
  pattern_type: z.literal('stix'),
  valid_from: Time,
  valid_until: Time.optional(),
}).refine((one) => one.valid_until === undefined || isBefore(one.valid_from, one.valid_until), 'valid_until');

const Relationship = z.strictObject({
  ...common('relationship'),
  relationship_type: z.string().regex(/^[a-z0-9-]+$/),
  source_ref: anyId,
  target_ref: anyId,
});

/** Section 5.2. */
const Sighting = z
  .strictObject({
    ...common('sighting'),
    description: z.string().optional(),
    sighting_of_ref: anyId,
    first_seen: Time,
    last_seen: Time,
    count: z.number().int().min(0).max(999_999_999),
  })
  .refine((one) => !isBefore(one.last_seen, one.first_seen), 'last_seen');

const StixObject = z
  .union([
    Indicator,
    Relationship,
    Sighting,
    named('grouping', { context: z.string().min(1), object_refs: list(anyId) }),
    named('malware', { is_family: z.boolean(), malware_types: list(z.string()).optional() }),
    named('tool', { tool_types: list(z.string()).optional() }),
    named('threat-actor', {}),
    named('attack-pattern', {}),
    named('campaign', {}),
    named('course-of-action', {}),
    named('vulnerability', {}),
    named('incident', {}),
  ])
  .refine((one) => !isBefore(one.modified, one.created), 'modified before created');

/** A bundle whose references lead to what is in it, and whose ids are each there once. */
export const StixBundle = z
  .strictObject({ type: z.literal('bundle'), id: idOf('bundle'), objects: list(StixObject).optional() })
  .superRefine(({ objects = [] }, context) => {
    const ids = objects.map(({ id }) => id);
    const wrong = (message: string): void => context.addIssue({ code: 'custom', message });
    if (new Set(ids).size < ids.length) wrong('an id is there twice');
    for (const one of objects as Record<string, unknown>[])
      for (const ref of [
        one.source_ref ?? [],
        one.target_ref ?? [],
        one.sighting_of_ref ?? [],
        one.object_refs ?? [],
      ].flat())
        if (!ids.includes(String(ref))) wrong(`${ref} is not in the bundle`);
  });
