/** Checks settings against the specification of a module type. */
import { Fault, type FieldProblem, type Settings, type SpecField } from '@sightline/api';
import { z } from 'zod';

type Values = z.infer<typeof Settings>;

/**
 * The settings complete with defaults. `null` means not set.
 * @throws `invalid_input` naming every field that is missing, unknown or not as the specification has it
 */
export function checkSettings(spec: readonly SpecField[], given: Values): Values {
  const problems: FieldProblem[] = unknownKeys(spec, given);
  const settings: Values = {};
  for (const field of spec) {
    const value = given[field.key] ?? field.default_value;
    if (value === undefined || value === null || value === '') {
      if (field.required) problems.push(problem(field.key, missing(field)));
      continue;
    }
    const result = schemaOf(field).safeParse(value);
    if (result.success) settings[field.key] = value;
    else problems.push(problem(field.key, result.error.issues[0]?.message ?? 'is not valid'));
  }
  if (problems.length > 0) throw new Fault('invalid_input', {}, { fields: problems });
  return settings;
}

const problem = (key: string, message: string): FieldProblem => ({ path: `settings.${key}`, message });

const unknownKeys = (spec: readonly SpecField[], given: Values): FieldProblem[] =>
  Object.keys(given)
    .filter((key) => !spec.some((field) => field.key === key))
    .map((key) => problem(key, 'This module has no such setting.'));

const missing = (field: SpecField): string =>
  field.type === 'device' || field.type === 'options' ? `Choose: ${field.label}.` : `Enter: ${field.label}.`;

function schemaOf(field: SpecField): z.ZodType {
  if (field.type === 'boolean') return z.boolean(`${field.label} is either on or off.`);
  if (field.type === 'integer') return integer(field);
  if (field.type === 'device') return z.uuid('Choose a device of the list.');
  return z.string(`${field.label} is a text.`);
}

function integer({ label, minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: SpecField): z.ZodType {
  const text = `${label}: enter a whole number from ${minimum} to ${maximum}.`;
  return z.int(text).min(minimum, text).max(maximum, text);
}
