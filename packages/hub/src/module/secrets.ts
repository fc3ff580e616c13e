/** Which settings are secrets, and what becomes of them on the way in and out. */
import { MASK, type Settings } from '@sightline/api';
import type { Sealer } from '../secret/seal.ts';
import type { Kind } from './kind.ts';

/** Sealed texts by key; the JSON of the value is inside. */
export type Sealed = Readonly<Record<string, string>>;

/** Well-known settings of CTR that are secrets whatever the form says. */
const ALWAYS = new Set([
  'token',
  'authorization-header',
  'basic-auth-password',
  'configuration-token-key',
  'api-key',
]);

export function isSecret(kind: Pick<Kind, 'type' | 'hides'>, key: string): boolean {
  const field = kind.type.configuration_spec.find((one) => one.key === key);
  if (field?.type === 'password' || field?.type === 'api_key') return true;
  return ALWAYS.has(key) || (!field && (kind.hides?.(key) ?? false));
}

/** What a sealed setting belongs to. */
const about = (instanceId: string, key: string): string => `module:${instanceId}:${key}`;

/** Settings as they are kept: what is secret sealed, the rest as it is. */
export function parted(sealer: Sealer, kind: Kind, id: string, settings: Settings) {
  const open: Settings = {};
  const sealed: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (isSecret(kind, key)) sealed[key] = sealer.seal(JSON.stringify(value), about(id, key));
    else open[key] = value;
  }
  return { settings: open, sealed };
}

/** Settings whole again. */
export const joined = (sealer: Sealer, id: string, settings: Settings, sealed: Sealed): Settings => ({
  ...settings,
  ...Object.fromEntries(
    Object.entries(sealed).map(([key, text]) => [key, JSON.parse(sealer.open(text, about(id, key)))]),
  ),
});

/** Settings as they are shown. */
export const masked = (settings: Settings, sealed: Sealed): Settings => ({
  ...settings,
  ...Object.fromEntries(Object.keys(sealed).map((key) => [key, MASK])),
});

/** What is asked for, with masks replaced by the secrets they stand for; a mask that stands for none is dropped. */
export function unmasked(given: Settings, before: Settings): Settings {
  const all = Object.entries(given).map(
    ([key, value]) => [key, value === MASK ? before[key] : value] as const,
  );
  return Object.fromEntries(all.filter((pair): pair is [string, Settings[string]] => pair[1] !== undefined));
}

/** The same secret under the key that is used now. */
export function sealedAnew(sealer: Sealer, id: string, sealed: Sealed): Sealed {
  return Object.fromEntries(
    Object.entries(sealed).map(([key, text]) => [
      key,
      sealer.isCurrent(text) ? text : sealer.seal(sealer.open(text, about(id, key)), about(id, key)),
    ]),
  );
}
