/** What CTIA answers when something is refused: its own words, and ours beside them. */
import { Fault, fail } from '@sightline/api';

/** @param extra what CTIA's clients read */
export function refusal(reason: string, extra: Record<string, unknown>): Fault {
  const fault = fail('bad_request', { reason });
  return fail('bad_request', { reason }, { wire: { ...fault.body(), ...extra } });
}

export const badQuery = (reason: string): Fault =>
  refusal(reason, { type: 'ES Invalid Request', message: reason });

/** @param extra where CTIA has other words for it */
export const notThere = (type: string, extra: Record<string, unknown> = {}): Fault => {
  const fault = fail('not_found', { what: type });
  const wire = { ...fault.body(), message: `${type} not found`, ...extra };
  return fail('not_found', fault.details, { wire });
};

/** The verbs of CTIA's capabilities by method. */
const VERBS: Record<string, string> = {
  GET: 'read',
  POST: 'create',
  PUT: 'create',
  PATCH: 'create',
  DELETE: 'delete',
};

/** Refusals of API clients at `/ctia` in the words that its clients look for. */
export function ctiaWords(fault: Fault, at: { method: string; path: string; needed: string }): Fault {
  if (fault.status === 401) {
    const wire = {
      ...fault.wire,
      error: 'not_authenticated',
      message: 'Only authenticated users allowed',
      error_description: fault.message,
    };
    return new Fault(fault.code, fault.details, { wire, headers: fault.headers });
  }
  if (fault.status === 429) {
    const wire = { ...fault.body(), error: 'Too Many Requests' };
    return new Fault(fault.code, fault.details, { wire, headers: fault.headers });
  }
  if (fault.code !== 'scope_missing') return fault;
  const wire = {
    ...fault.wire,
    message: 'Missing capability',
    error: 'missing_capability',
    capabilities: capabilities(at),
    owner: fault.wire?.['user-id'],
  };
  return new Fault(fault.code, fault.details, { wire, headers: fault.headers });
}

function capabilities({ method, path, needed }: { method: string; path: string; needed: string }): string[] {
  const kind = /^(?:private-intel|developer)\/([a-z-]+)/.exec(needed)?.[1] ?? 'private-intel';
  const search = path.includes('/search') ? [`search-${kind}`] : [];
  const developer = needed.startsWith('developer') ? ['developer'] : [];
  return [...search, ...developer, `${VERBS[method] ?? 'read'}-${kind}`];
}
