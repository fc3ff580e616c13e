/**
 * Scopes of API clients, `root[/sub…][:read|:write]`. A parent covers its children, a scope without suffix
 * covers both reading and writing.
 */

export interface Scope {
  path: string[];
  access: 'read' | 'write' | 'both';
}

const FORM = /^([a-z][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)*)(?::(read|write))?$/;

/** The parts of a scope, or undefined where the text is none. */
export function parseScope(text: string): Scope | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  return { path: (match[1] as string).split('/'), access: (match[2] as 'read' | 'write') ?? 'both' };
}

const ASSETS = ['asset', 'asset-mapping', 'asset-properties', 'target-record'];
/** Roots that stand for kinds of entity of the intel store (CTIA). */
const KINDS: Record<string, readonly string[]> = {
  casebook: ['casebook'],
  investigation: ['investigation'],
  feedback: ['feedback'],
  asset: ASSETS,
};

/** A scope with what it stands for beside itself: `casebook:read` is `private-intel/casebook:read` too. */
function meanings(scope: Scope | undefined): Scope[] {
  if (!scope) return [];
  const [root = '', ...rest] = scope.path;
  const kinds = rest.length === 0 && Object.hasOwn(KINDS, root) ? (KINDS[root] ?? []) : [];
  return [scope, ...kinds.map((kind) => ({ path: ['private-intel', kind], access: scope.access }))];
}

/** Whether these scopes allow all that `needed` names; what is no scope allows nothing and is never allowed. */
export function scopeCovers(granted: readonly string[], needed: string): boolean {
  const wanted = parseScope(needed);
  if (!wanted) return false;
  const fitting = granted
    .flatMap((scope) => meanings(parseScope(scope)))
    .filter((scope) => isWithin(wanted.path, scope.path));
  const has = (access: 'read' | 'write') =>
    fitting.some((scope) => scope.access === 'both' || scope.access === access);
  return wanted.access === 'both' ? has('read') && has('write') : has(wanted.access);
}

const isWithin = (path: string[], parent: string[]): boolean => parent.every((part, at) => path[at] === part);

/** The scopes of a space-separated list (RFC 6749 3.3), each once. */
export const scopesOf = (list: string): string[] => [...new Set(list.split(' ').filter((s) => s !== ''))];
