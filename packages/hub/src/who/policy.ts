/** What each role may do, and what a scope of an API client stands for. The tables that answer "may he?". */
import { type Permission, type RoleText, SCOPE_ROOTS } from '@sightline/api';
import { parseScope } from './scope.ts';

const LOOK = ['device:read', 'module:read', 'intel:read'] as const;
/** Judgements, casebooks and incidents are an analyst's daily work. */
const ANALYSE = [...LOOK, 'investigate', 'intel:write'] as const;
/** May act on what was found, read messages, and see who did what, to follow an incident through. */
const RESPOND = [...ANALYSE, 'respond', 'message:read', 'audit:read'] as const;

const ROLES = {
  admin: [
    ...RESPOND,
    'device:write',
    'service:write',
    'client:read',
    'client:write',
    'module:write',
    'user:read',
    'user:write',
    'organisation:write',
  ],
  'incident-responder': RESPOND,
  analyst: ANALYSE,
  'read-only': LOOK,
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

/** The most powerful first: the administrator. */
export const ROLE_TEXTS: readonly (RoleText & { id: Role })[] = [
  {
    id: 'admin',
    label: 'Administrator',
    text: 'Everything: users, organisation, devices, modules, services and API clients',
  },
  {
    id: 'incident-responder',
    label: 'Incident Responder',
    text: 'Investigates, reads messages and acts on what was found; reads the audit log and the events',
  },
  {
    id: 'analyst',
    label: 'Analyst',
    text: 'Investigates, keeps intelligence and cases; sees devices and modules',
  },
  { id: 'read-only', label: 'Read-Only', text: 'Sees devices, modules and intelligence, changes nothing' },
];

/** Permissions of a role; a role that is not known has none. */
export const permissionsOf = (role: string): readonly string[] =>
  Object.hasOwn(ROLES, role) ? ROLES[role as Role] : [];

interface Needs {
  read: Permission;
  write: Permission;
}
const both = (permission: Permission): Needs => ({ read: permission, write: permission });
const NOBODY = both('nobody');

/** By the beginning of a scope; the longest that fits counts. What is not here nobody may. */
const SCOPES: Record<string, Needs> = {
  inspect: both('investigate'),
  enrich: both('investigate'),
  response: { read: 'investigate', write: 'respond' },
  integration: { read: 'module:read', write: 'module:write' },
  'integration/health': both('investigate'),
  'private-intel': { read: 'intel:read', write: 'intel:write' },
  'global-intel': { read: 'intel:read', write: 'intel:write' },
  casebook: { read: 'intel:read', write: 'intel:write' },
  investigation: { read: 'intel:read', write: 'intel:write' },
  asset: { read: 'intel:read', write: 'intel:write' },
  feedback: { read: 'intel:read', write: 'intel:write' },
  event: both('intel:read'),
  webhook: both('module:write'),
  sse: { read: 'device:read', write: 'device:write' },
  profile: { read: 'session', write: 'organisation:write' },
  users: { read: 'user:read', write: 'user:write' },
  oauth: { read: 'client:read', write: 'client:write' },
  admin: both('organisation:write'),
  /** What CTIA keeps for its makers; no API client can have it. */
  developer: both('organisation:write'),
};

/** The permission that a user's role needs where an API client needs this scope. */
export function permissionOf(scope: string): Permission {
  const parsed = parseScope(scope);
  if (!parsed) return NOBODY.read;
  const beginnings = parsed.path.map((_, i, path) => path.slice(0, path.length - i).join('/'));
  const found = beginnings.find((beginning) => Object.hasOwn(SCOPES, beginning));
  const needs = (found && SCOPES[found]) || NOBODY;
  return parsed.access === 'read' ? needs.read : needs.write;
}

/** The scopes that a role amounts to. */
export function scopesOfRole(role: string): string[] {
  const may = permissionsOf(role);
  const has = (needed: Permission): boolean => needed === 'session' || may.includes(needed);
  return Object.entries(SCOPE_ROOTS).flatMap(([root, access]) => {
    const { read, write } = SCOPES[root] ?? NOBODY;
    if (!has(read)) return [];
    return access === 'both' && has(write) ? [root] : [`${root}:read`];
  });
}
