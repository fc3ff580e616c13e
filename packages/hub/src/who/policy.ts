/** What each role may do. The one table that answers "may he?". */
import type { RoleText } from '@sightline/api';

const LOOK = ['device:read', 'module:read'] as const;
const ANALYSE = [...LOOK, 'investigate'] as const;
/** May see who did what, to follow an incident through. */
const RESPOND = [...ANALYSE, 'audit:read'] as const;

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
    text: 'Everything: users, devices, modules, services and API clients',
  },
  {
    id: 'incident-responder',
    label: 'Incident Responder',
    text: 'Investigates, and reads the audit log and the events',
  },
  { id: 'analyst', label: 'Analyst', text: 'Investigates; sees devices and modules' },
  { id: 'read-only', label: 'Read-Only', text: 'Sees devices and modules, changes nothing' },
];

/** Permissions of a role; a role that is not known has none. */
export const permissionsOf = (role: string): readonly string[] =>
  Object.hasOwn(ROLES, role) ? ROLES[role as Role] : [];
