/** Scopes of API clients for people: what each allows, and how a choice of boxes is written. */
import { SCOPE_ROOTS, type ScopeRoot } from '@sightline/api';

export const SCOPE_TEXT: Record<ScopeRoot, string> = {
  inspect: 'Find observables in a text',
  enrich: 'Ask the modules about observables',
  response: 'See which actions there are (read), and take them (write)',
  integration: 'List modules and their types (read), configure them (write)',
  'private-intel': 'Judgements, indicators, sightings and incidents of the organisation',
  'global-intel': 'Intelligence that is shared by all',
  casebook: 'Casebooks',
  investigation: 'Snapshots of investigations',
  asset: 'Assets and target records',
  feedback: 'Feedback on intelligence',
  event: 'History of what changed in the intelligence',
  webhook: 'Calls to other systems when something happens',
  sse: 'The exchange: devices, registration tokens, consoles of devices',
  profile: 'The organisation and the person behind the client',
  users: 'Users of the organisation',
  oauth: 'API clients',
  admin: 'Settings of the organisation',
};

export const ROOTS = Object.keys(SCOPE_ROOTS) as ScopeRoot[];

export type Access = 'read' | 'write';
/** The boxes of a root. */
export const accesses = (root: ScopeRoot): Access[] =>
  SCOPE_ROOTS[root] === 'read' ? ['read'] : ['read', 'write'];

/** Whether a scope of the list covers a whole half of a root. */
export const isTicked = (scopes: readonly string[], root: ScopeRoot, access: Access): boolean =>
  scopes.includes(root) || scopes.includes(`${root}:${access}`);

/** The list after a box was clicked; both halves are written as one. */
export function toggled(scopes: readonly string[], root: ScopeRoot, access: Access): string[] {
  const halves = accesses(root).filter((one) => isTicked(scopes, root, one) !== (one === access));
  const others = scopes.filter((scope) => scope !== root && !scope.startsWith(`${root}:`));
  const whole = halves.length === 2;
  return [...others, ...(whole ? [root] : halves.map((half) => `${root}:${half}`))];
}

/** Scopes narrower than a box, such as `private-intel/incident:read`. */
export const narrower = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => scope.includes('/'));

/** The list with others in the place of the narrower ones. */
export const withNarrower = (scopes: readonly string[], text: string): string[] => [
  ...scopes.filter((scope) => !scope.includes('/')),
  ...new Set(text.split(/[\s,]+/).filter((one) => one !== '')),
];

export const ALL_SCOPES: readonly string[] = ROOTS.map((root) =>
  SCOPE_ROOTS[root] === 'read' ? `${root}:read` : root,
);

/** What a client's program needs, ready to paste. */
export const credentialsText = (id: string, password: string): string =>
  `client_id=${id}\nclient_password=${password}`;

/** `10 minutes`, `8 hours`. */
export const lifetimeText = (seconds: number): string =>
  seconds < 3600 ? `${seconds / 60} minutes` : `${seconds / 3600} hour${seconds === 3600 ? '' : 's'}`;

/** A scope in words: what its root is about, and which half. */
export function textOf(scope: string): string {
  const [path = '', access] = scope.split(':');
  const root = path.split('/')[0] ?? '';
  const text = Object.hasOwn(SCOPE_TEXT, root) ? SCOPE_TEXT[root as ScopeRoot] : scope;
  return access === undefined || accesses(root as ScopeRoot).length === 1 ? text : `${text}: ${access}`;
}
