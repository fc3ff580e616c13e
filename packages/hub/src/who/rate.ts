/** How often programs call within an hour that moves along, by organisation and by client. Kept in memory, bounded. */
import { type Fault, fail } from '@sightline/api';

const MINUTE_MS = 60_000;
const MINUTES = 60;

export interface Rate {
  /** Calls that the programs of an organisation have together within an hour. */
  readonly limit: number;
  /** Counts one call. @returns how many are left. @throws 429 that says when there is one again */
  take(orgId: string, clientId: string, now: number): number;
  /** Calls of an organisation or a client within the last hour. */
  used(id: string, now: number): number;
}

/** Calls by minute, oldest first. */
type Minutes = { minute: number; count: number }[];

/** @param keys organisations and clients that are kept; beyond them the one that rested longest is forgotten */
export function rate(limit: number, keys = 20_000): Rate {
  const calls = new Map<string, Minutes>();
  const recent = (id: string, minute: number): Minutes =>
    (calls.get(id) ?? []).filter((one) => one.minute > minute - MINUTES);
  const sum = (minutes: Minutes): number => minutes.reduce((all, { count }) => all + count, 0);
  const add = (id: string, minute: number): void => {
    const kept = recent(id, minute);
    const last = kept.at(-1);
    if (last?.minute === minute) last.count++;
    else kept.push({ minute, count: 1 });
    calls.delete(id);
    calls.set(id, kept);
    const [first] = calls.keys();
    if (calls.size > keys && first !== undefined) calls.delete(first);
  };
  return {
    limit,
    take(orgId, clientId, now) {
      const minute = Math.floor(now / MINUTE_MS);
      const past = recent(orgId, minute);
      const left = limit - sum(past);
      if (left <= 0) throw exceeded(limit, ((past[0]?.minute ?? minute) + MINUTES) * MINUTE_MS - now);
      add(orgId, minute);
      add(clientId, minute);
      return left - 1;
    },
    used: (id, now) => sum(recent(id, Math.floor(now / MINUTE_MS))),
  };
}

/** As CTR and CTIA say where an organisation stands. */
export const rateHeaders = (limit: number, left: number): Record<string, string> => ({
  'X-RateLimit-ORG-Limit': String(limit),
  'X-RateLimit-ORG-Remaining': String(left),
});

function exceeded(limit: number, waitMs: number): Fault {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return fail('too_many_requests', { seconds }, { headers: rateHeaders(limit, 0) });
}
