/** Checks settings against the specification of a module type. */
import { Fault, type FieldProblem, type Settings, type SpecField } from '@sightline/api';
import { z } from 'zod';
import type { Kind } from './kind.ts';

/**
 * The settings complete with defaults. `null` means not set.
 * @throws `invalid_input` naming every field that is missing, unknown or not as the specification has it
 */
export function checkSettings(kind: Pick<Kind, 'type' | 'takes' | 'check'>, given: Settings): Settings {
  const spec = kind.type.configuration_spec;
  const problems: FieldProblem[] = unknownKeys(kind, given);
  const settings: Settings = Object.fromEntries(
    Object.entries(given).filter(
      ([key, value]) => value !== null && !spec.some((field) => field.key === key),
    ),
  );
  for (const field of spec) {
    const value = given[field.key] === undefined ? field.default_value : given[field.key];
    if (value === undefined || value === null || value === '') {
      if (field.required) problems.push(problem(field.key, missing(field)));
      continue;
    }
    const result = schemaOf(field).safeParse(value);
    if (result.success) settings[field.key] = value;
    else problems.push(problem(field.key, result.error.issues[0]?.message ?? 'is not valid'));
  }
  if (problems.length === 0) problems.push(...(kind.check?.(settings) ?? []));
  if (problems.length > 0) throw new Fault('invalid_input', {}, { fields: problems });
  return settings;
}

export const problem = (key: string, message: string): FieldProblem => ({ path: `settings.${key}`, message });

const unknownKeys = ({ type, takes }: Pick<Kind, 'type' | 'takes'>, given: Settings): FieldProblem[] =>
  Object.keys(given)
    .filter((key) => !type.configuration_spec.some((field) => field.key === key) && !takes?.(key))
    .map((key) => problem(key, 'This module has no such setting.'));

const missing = (field: SpecField): string =>
  field.type === 'device' || field.type === 'options' ? `Choose: ${field.label}.` : `Enter: ${field.label}.`;

function schemaOf(field: SpecField): z.ZodType {
  if (field.type === 'boolean') return z.boolean(`${field.label} is either on or off.`);
  if (field.type === 'integer') return integer(field);
  if (field.type === 'device') return z.uuid('Choose a device of the list.');
  if (field.type === 'options' && field['strict-options'] !== false) return choice(field);
  const text = z.string(`${field.label} is a text.`);
  return field.key === 'supported-apis' ? z.union([text, z.array(z.string())]) : text;
}

function choice({ label, options = [] }: SpecField): z.ZodType {
  const values = options.map(({ value }) => value);
  return z
    .union([z.string(), z.number(), z.boolean()])
    .refine((value) => values.includes(value), `${label}: choose one of ${values.join(', ')}.`);
}

function integer({ label, minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: SpecField): z.ZodType {
  const text = `${label}: enter a whole number from ${minimum} to ${maximum}.`;
  return z.int(text).min(minimum, text).max(maximum, text);
}
