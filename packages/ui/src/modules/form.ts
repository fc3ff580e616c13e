/** A module's form, made from the configuration_spec of its type. */
import type { ModuleType, Settings, SpecField } from '@sightline/api';

/** What the fields hold while they are edited: text, or a switch. */
export type Values = Record<string, string | boolean>;
export type Saved = Settings;

/** Saved settings, or the defaults of the type where nothing is saved. */
export function initialValues(spec: readonly SpecField[], saved: Saved = {}): Values {
  return Object.fromEntries(spec.map((field) => [field.key, initial(field, saved[field.key])]));
}

function initial(field: SpecField, saved: Saved[string] | undefined): string | boolean {
  const value = saved ?? field.default_value;
  if (field.type === 'boolean') return value === true || value === 'true';
  return value === undefined || value === null ? '' : [value].flat().join(', ');
}

/** Settings as the hub takes them, or the sentence to show at each field that must be corrected. */
export function readValues(
  spec: readonly SpecField[],
  values: Values,
): { settings: Saved } | { problems: Record<string, string> } {
  const settings: Saved = {};
  const problems: Record<string, string> = {};
  for (const field of spec) {
    const value = values[field.key] ?? '';
    const problem = problemOf(field, value);
    if (problem) problems[field.key] = problem;
    else settings[field.key] = value === '' ? null : read(field, value);
  }
  return Object.keys(problems).length > 0 ? { problems } : { settings };
}

function problemOf(field: SpecField, value: string | boolean): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (field.required && value.trim() === '') {
    return field.type === 'device'
      ? 'Choose a registered device.'
      : field.type === 'options'
        ? 'Choose one.'
        : 'Fill in this field.';
  }
  return field.type === 'integer' && value.trim() !== '' ? integerProblem(field, value.trim()) : undefined;
}

function integerProblem({ minimum, maximum }: SpecField, text: string): string | undefined {
  if (!/^-?\d{1,9}$/.test(text)) return 'Enter a whole number.';
  const n = Number(text);
  if (minimum !== undefined && maximum !== undefined && (n < minimum || n > maximum))
    return `Enter a whole number from ${minimum} to ${maximum}.`;
  if (minimum !== undefined && n < minimum) return `Enter at least ${minimum}.`;
  return maximum !== undefined && n > maximum ? `Enter at most ${maximum}.` : undefined;
}

function read(field: SpecField, value: string | boolean): string | number | boolean {
  if (typeof value === 'boolean') return value;
  if (field.type === 'options') return field.options?.find((o) => String(o.value) === value)?.value ?? value;
  return field.type === 'integer' ? Number(value) : value.trim();
}

/** Quick Start: the steps of a type's tips, one a line, without the numbers that a list gives them again. */
export function quickStart(tips: string): string[] {
  return tips
    .split('\n')
    .map((line) => line.trim().replace(/^(\d+[.)]|[-*])\s+/, ''))
    .filter((line) => line !== '');
}

/** Fields under the headings of their groups, in the order of the form; those without a group come first. */
export function grouped(spec: readonly SpecField[]): { group: string; fields: SpecField[] }[] {
  const groups = new Map<string, SpecField[]>([['', []]]);
  for (const field of spec) {
    const group = field.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  return [...groups].map(([group, fields]) => ({ group, fields })).filter(({ fields }) => fields.length > 0);
}

/** Settings that decide whether a field is of use now, by its key; the others always are. */
const ONLY_WITH: Record<string, readonly string[]> = {
  'authorization-header': ['authorization-header'],
  token: ['bearer'],
  'basic-auth-user': ['basic'],
  'basic-auth-password': ['basic'],
  'configuration-token-audience': ['configuration-token'],
  'custom-jwt-alg': ['custom-jwt'],
  'custom-jwt-key': ['custom-jwt'],
  'custom-jwt-claims': ['custom-jwt'],
  'mailbox-name': ['master-login', 'master-plain'],
  'login-name': ['master-login'],
  'shared-folder': ['account'],
};

/** Whether a field belongs to the way in that is chosen. A form without that choice shows all its fields. */
export function isOfUse(field: SpecField, values: Values): boolean {
  const ways = ONLY_WITH[field.key];
  const chosen = values['auth-type'];
  return !ways || chosen === undefined || ways.includes(String(chosen));
}

/** Types whose title or description has every word that was typed. */
export function searchTypes(types: readonly ModuleType[], text: string): ModuleType[] {
  const words = text.toLowerCase().split(/\s+/);
  return types.filter((type) => {
    const all = `${type.title} ${type.short_description} ${type.description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

export interface DeviceChoice {
  id: string;
  name: string;
  type: string;
  ip: string;
}

/** Devices that fit a field, each as `esa03 · ESA · <id> · 127.0.0.1`. */
export const deviceOptions = (devices: readonly DeviceChoice[], subtype?: string) =>
  devices
    .filter((d) => subtype === undefined || d.type === subtype)
    .map((d) => ({
      value: d.id,
      label: [d.name, d.type, d.id, d.ip].filter((part) => part !== '').join(' · '),
    }));
