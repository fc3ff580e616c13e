/** What came of delivery to each domain since the start. */
import type { Reply } from '@sightline/api';
import type { Outcome } from './schedule.ts';

export interface Counts {
  delivered: number;
  softBounced: number;
  hardBounced: number;
  /** The last thing that did not work. */
  reply: Reply | null;
}

export interface Tally {
  count(domain: string, kind: Outcome['kind'], reply: Reply): void;
  of(domain: string): Counts;
  domains(): string[];
}

/** Domains kept; of more than these, those that were not heard of longest are forgotten. */
const MOST = 10_000;

const COLUMN = { delivered: 'delivered', deferred: 'softBounced', bounced: 'hardBounced' } as const;
const none = (): Counts => ({ delivered: 0, softBounced: 0, hardBounced: 0, reply: null });

export function createTally(): Tally {
  const all = new Map<string, Counts>();
  return {
    count(domain, kind, reply) {
      const counts = all.get(domain) ?? none();
      counts[COLUMN[kind]]++;
      counts.reply = kind === 'delivered' ? null : reply;
      all.delete(domain);
      all.set(domain, counts);
      const oldest = all.size > MOST ? all.keys().next().value : undefined;
      if (oldest !== undefined) all.delete(oldest);
    },
    of: (domain) => all.get(domain) ?? none(),
    domains: () => [...all.keys()],
  };
}
