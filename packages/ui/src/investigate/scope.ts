/** Whom an investigation asks, about what time, and whether at once: chosen beside the query, kept in the link. Pure. */
export interface Scope {
  /** Nobody is asked until the analyst says so, node by node or for all. */
  manual: boolean;
  /** Ids of module instances; undefined: all that are enabled. */
  modules: readonly string[] | undefined;
  /** How far back; undefined: as far as each module is set to look. */
  days: number | undefined;
}

export const ALL: Scope = { manual: false, modules: undefined, days: undefined };

/** The scope's part of the address. */
export interface ScopeSearch {
  mode?: string | undefined;
  modules?: string | undefined;
  days?: string | undefined;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 3650;
const ID = /^[0-9a-f-]{36}$/i;

export function scopeOf({ mode, modules, days }: ScopeSearch): Scope {
  const ids = (modules ?? '').split(',').filter((id) => ID.test(id));
  const n = Number(days);
  return {
    manual: mode === 'manual',
    modules: ids.length > 0 ? ids : undefined,
    days: Number.isInteger(n) && n > 0 && n <= MOST_DAYS ? n : undefined,
  };
}

export const searchOf = ({ manual, modules, days }: Scope): ScopeSearch => ({
  ...(manual ? { mode: 'manual' } : {}),
  ...(modules ? { modules: modules.join(',') } : {}),
  ...(days === undefined ? {} : { days: String(days) }),
});

/** What of a question the scope decides. */
export const limitsOf = (
  { modules, days }: Scope,
  now: number,
): { modules?: string[]; start_time?: string } => ({
  ...(modules ? { modules: [...modules] } : {}),
  ...(days === undefined ? {} : { start_time: new Date(now - days * DAY_MS).toISOString() }),
});

/** `last 7 days · 2 modules`; '' where nothing was chosen. */
export function scopeWords({ manual, modules, days }: Scope): string {
  const parts: string[] = [];
  if (manual) parts.push('manual');
  if (days !== undefined) parts.push(days === 1 ? 'last 24 hours' : `last ${days} days`);
  if (modules) parts.push(modules.length === 1 ? '1 module' : `${modules.length} modules`);
  return parts.join(' · ');
}

/** Text and scope as one, to tell one link from another; undefined without a text. */
export const linkOf = (q: string | undefined, scope: Scope): string | undefined =>
  q === undefined ? undefined : [q, ...Object.entries(searchOf(scope)).flat()].join('\n');
