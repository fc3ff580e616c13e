/** What a relay's type and the settings of a module say together: where it is, what it can do, how it is entered. */
import type { FieldProblem, ModuleType, Settings } from '@sightline/api';
import { problem } from '../settings.ts';
import { addressProblem } from '../web.ts';

/** Ways into a relay (CTR `auth-type`); `custom-jwt` is ours. */
export const AUTH_TYPES = [
  'configuration-token',
  'authorization-header',
  'bearer',
  'basic',
  'custom-jwt',
  'none',
] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

export type Api =
  | 'health'
  | 'observe/observables'
  | 'deliberate/observables'
  | 'refer/observables'
  | 'respond/observables'
  | 'respond/trigger';

export interface Relay {
  /** Without a slash at its end. */
  url: string;
  auth: AuthType;
  /** Whether it says that it has this. */
  supports(api: Api): boolean;
  /** Whether what it has was said at all. */
  isSaid: boolean;
  /** Everything, settings before the properties of the type. */
  all: Readonly<Record<string, unknown>>;
}

const KNOWN = new Set([
  'url',
  'auth-type',
  'authorization-header',
  'token',
  'user',
  'basic-auth-user',
  'basic-auth-password',
  'supported-apis',
  'api-key',
  'certificate-fingerprint',
  'limit_per_minute',
  'limit_per_day',
]);

/** Settings that a relay may have without a field in its form. */
export const takesOf = (key: string): boolean =>
  KNOWN.has(key) || /^(custom_|configuration-token-|custom-jwt-)/.test(key);

export function relayOf(type: Pick<ModuleType, 'properties'>, settings: Settings): Relay {
  const all: Record<string, unknown> = { ...type.properties, ...settings };
  const apis = listOf(all['supported-apis']);
  return {
    url: String(all.url ?? '')
      .trim()
      .replace(/\/+$/, ''),
    auth: authOf(all),
    isSaid: apis.length > 0,
    supports: (api) => apis.length === 0 || apis.includes(api),
    all,
  };
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value.map(String) : String(value ?? '').split(','))
    .map((one) => one.trim().replace(/^\//, ''))
    .filter((one) => one !== '');

function authOf(all: Record<string, unknown>): AuthType {
  const said = AUTH_TYPES.find((one) => one === all['auth-type']);
  if (said) return said;
  return all['authorization-header'] ? 'authorization-header' : 'none';
}

/** What the relay needs that is not there, beside what its form asks for. */
export function checkRelay(type: Pick<ModuleType, 'properties'>, settings: Settings): FieldProblem[] {
  const relay = relayOf(type, settings);
  const lacking = (key: string, text: string) => (relay.all[key] ? [] : [problem(key, text)]);
  return [
    ...urlProblem(relay.url),
    ...NEEDS[relay.auth](lacking),
    ...claimsProblem(relay.all['custom-jwt-claims']),
  ];
}

type Lacking = (key: string, text: string) => FieldProblem[];
const NEEDS: Record<AuthType, (lacking: Lacking) => FieldProblem[]> = {
  'configuration-token': () => [],
  'authorization-header': (lacking) => lacking('authorization-header', 'Enter the Authorization header.'),
  bearer: (lacking) => lacking('token', 'Enter the token.'),
  basic: (lacking) => [
    ...lacking('basic-auth-user', 'Enter the user name.'),
    ...lacking('basic-auth-password', 'Enter the password.'),
  ],
  'custom-jwt': (lacking) => lacking('custom-jwt-key', 'Enter the key that tokens are signed with.'),
  none: () => [],
};

const urlProblem = (url: string): FieldProblem[] =>
  url === '' ? [problem('url', 'Enter the address of the relay.')] : addressProblem({ url }, 'url');

function claimsProblem(text: unknown): FieldProblem[] {
  if (text === undefined || text === '') return [];
  return claimsOf(text)
    ? []
    : [problem('custom-jwt-claims', 'Write the claims as a JSON object: {"key": "…"}.')];
}

/** The object that a text of JSON holds. */
export function claimsOf(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
