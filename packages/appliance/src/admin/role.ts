/** Roles of the console (AsyncOS) and what each may do. Default deny: what is not listed is not allowed. */
import type { RoleText } from '@sightline/api';

export const ROLES = {
  administrator: [
    'config:read',
    'config:submit',
    'config:commit',
    'cloud:register',
    'tracking:read',
    'status:read',
    'quarantine:read',
    'quarantine:act',
    'quarantine:download',
    'lists:read',
    'lists:write',
    'queue:read',
    'queue:write',
    'user:read',
    'user:write',
  ],
  operator: [
    'config:read',
    'config:submit',
    'config:commit',
    'cloud:register',
    'tracking:read',
    'status:read',
    'quarantine:read',
    'quarantine:act',
    'lists:read',
    'lists:write',
    'queue:read',
    'queue:write',
  ],
  /** May edit and submit, but not commit. */
  readonly: [
    'config:read',
    'config:submit',
    'tracking:read',
    'status:read',
    'queue:read',
    'quarantine:read',
    'lists:read',
  ],
  helpdesk: ['tracking:read', 'status:read', 'queue:read', 'quarantine:read', 'quarantine:act', 'lists:read'],
  guest: ['status:read'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

/** The most powerful first: the administrator. */
export const ROLE_TEXTS: readonly (RoleText & { id: Role })[] = [
  { id: 'administrator', label: 'Administrator', text: 'Everything, users too' },
  {
    id: 'operator',
    label: 'Operator',
    text: 'As the administrator, without users: settings, commit, registration, tracking, quarantines, lists',
  },
  {
    id: 'readonly',
    label: 'Read-Only Operator',
    text: 'Sees the configuration; may edit and submit, but not commit',
  },
  { id: 'helpdesk', label: 'Help Desk User', text: 'Message tracking, quarantines and status' },
  { id: 'guest', label: 'Guest', text: 'Status only, no message tracking' },
];

export const isRole = (name: string): name is Role => Object.hasOwn(ROLES, name);

export const may = (role: Role, permission: string): boolean =>
  (ROLES[role] as readonly string[]).includes(permission);
