/** The DNS of the machine, as delivery asks it. */
import { Resolver as Asker, lookup } from 'node:dns/promises';
import type { Resolver } from './resolve.ts';

const TIMEOUT_MS = 5000;
const TRIES = 2;

/** Hosts also from the machine's own table of hosts; the domains of recipients from the DNS only. */
export function systemResolver(): Resolver {
  const asker = new Asker({ timeout: TIMEOUT_MS, tries: TRIES });
  return {
    mx: (domain) => asker.resolveMx(domain),
    addresses: async (host) =>
      (await lookup(host, { all: true, order: 'verbatim' })).map((one) => one.address),
  };
}
