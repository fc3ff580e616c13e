/** What each role may do. The one table that answers "may he?". */

const LOOK = ['device:read', 'module:read'] as const;
const ANALYSE = [...LOOK, 'investigate'] as const;
/** May see who did what, to follow an incident through. */
const RESPOND = [...ANALYSE, 'audit:read'] as const;

const ROLES = {
  admin: [...RESPOND, 'device:write', 'service:write', 'client:read', 'client:write', 'module:write'],
  'incident-responder': RESPOND,
  analyst: ANALYSE,
  'read-only': LOOK,
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

/** Permissions of a role; a role that is not known has none. */
export const permissionsOf = (role: string): readonly string[] =>
  Object.hasOwn(ROLES, role) ? ROLES[role as Role] : [];
