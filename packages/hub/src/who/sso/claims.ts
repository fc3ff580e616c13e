/** What a provider says of a person, and what follows from it here. Pure. */
import { z } from 'zod';
import type { Settings } from './store.ts';

export interface Claims {
  subject: string;
  /** Only when the provider vouches for it. */
  email: string | undefined;
  /** What could be a user name here. */
  name: string;
  /** Of the claim that the provider's settings name. */
  groups: string[];
}

const Standard = z.looseObject({
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
});

/** `claims`: of the ID token and, where that has none, of the userinfo endpoint. */
export function claimsOf(claims: Record<string, unknown>, roleClaim: string): Claims {
  const { sub, email, email_verified, preferred_username } = Standard.parse(claims);
  const vouched = email_verified === true ? email?.toLowerCase() : undefined;
  return {
    subject: sub,
    email: vouched,
    name: vouched ?? preferred_username ?? '',
    groups: groups(claims, roleClaim),
  };
}

/** A claim of a claim is written with dots: `realm_access.roles`. */
function groups(claims: Record<string, unknown>, path: string): string[] {
  if (path === '') return [];
  const value = [path, ...nested(path)].map((way) => at(claims, way)).find((found) => found !== undefined);
  return [value].flat().filter((one): one is string => typeof one === 'string');
}

const nested = (path: string): string[][] => [path.split('.')];

function at(claims: unknown, way: string | string[]): unknown {
  return [way].flat().reduce<unknown>((part, key) => {
    const own = typeof part === 'object' && part !== null && Object.hasOwn(part, key);
    return own ? (part as Record<string, unknown>)[key] : undefined;
  }, claims);
}

/** Whether the provider may vouch for this address. */
export const isVouchedFor = (
  email: string | undefined,
  { domains }: Pick<Settings, 'domains'>,
): email is string =>
  email !== undefined && (domains.length === 0 || domains.includes(email.split('@').at(-1) ?? ''));

/** The role that the groups lead to; undefined when none does, or roles are not the provider's business. */
export const roleOf = (
  { groups }: Claims,
  { roleClaim, roleMap }: Pick<Settings, 'roleClaim' | 'roleMap'>,
): string | undefined =>
  roleClaim === '' ? undefined : roleMap.find(({ value }) => groups.includes(value))?.role;

/** A user name that can be had here. */
export const isUserName = (name: string): boolean => /^[\w.@+-]{1,64}$/.test(name);
