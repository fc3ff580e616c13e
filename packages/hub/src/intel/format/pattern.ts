/** Observables as STIX 2.1 patterns and cyber observables have them. Pure. */
import type { Observable } from '@sightline/ctim';

type Type = Observable['type'];

/** Path in a pattern by the type of the observable. */
const PATHS: Partial<Record<Type, string>> = {
  ip: 'ipv4-addr:value',
  ipv6: 'ipv6-addr:value',
  domain: 'domain-name:value',
  hostname: 'domain-name:value',
  url: 'url:value',
  email: 'email-addr:value',
  email_subject: 'email-message:subject',
  email_messageid: 'email-message:message_id',
  file_name: 'file:name',
  file_path: 'directory:path',
  md5: "file:hashes.'MD5'",
  sha1: "file:hashes.'SHA-1'",
  sha256: "file:hashes.'SHA-256'",
  mutex: 'mutex:name',
  mac_address: 'mac-addr:value',
  registry_key: 'windows-registry-key:key',
  user: 'user-account:user_id',
  user_agent: "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
};

const TYPES = new Map<string, Type>(
  Object.entries(PATHS)
    .reverse()
    .map(([type, path]) => [plainPath(path), type as Type]),
);
TYPES.set('domain-name:value', 'domain');
TYPES.set('email-message:from_ref.value', 'email');
TYPES.set('email-message:sender_ref.value', 'email');

function plainPath(path: string): string {
  return path.replaceAll("'", '').replace('SHA-1', 'SHA1').replace('SHA-256', 'SHA256').toLowerCase();
}

/** `[domain-name:value = 'evil.example']`, undefined for a type that STIX has no place for. */
export function patternOf({ type, value }: Observable): string | undefined {
  const path = PATHS[type];
  return path && `[${path} = '${value.replace(/[\\']/g, '\\$&')}']`;
}

const COMPARISON = /((?:[\w-]+):(?:[\w.]|'[^']*'|-)+)\s*=\s*'((?:[^'\\]|\\.)*)'/g;

/** The observables that a pattern of equalities names, joined by OR; none when it asks for more than that. */
export function observablesIn(pattern: string): Observable[] {
  if (
    pattern.length > 10_000 ||
    /\b(?:AND|FOLLOWEDBY|NOT|LIKE|MATCHES|REPEATS|ISSUBSET|WITHIN)\b/.test(bare(pattern))
  )
    return [];
  return [...pattern.matchAll(COMPARISON)].flatMap(([, path = '', value = '']) => {
    const type = TYPES.get(plainPath(path).replace('sha-1', 'sha1').replace('sha-256', 'sha256'));
    return type ? [{ type, value: value.replace(/\\(.)/g, '$1') }] : [];
  });
}

/** Without what is in quotes. */
const bare = (pattern: string): string => pattern.replace(/'(?:[^'\\]|\\.)*'/g, "''");
