/** What all listeners share: the tables of the configuration, made ready once, and counts by client. */
import type { Config } from '@sightline/api';
import type { Dns } from './dns.ts';
import { type DnsLists, dnsLists } from './dnslist.ts';
import { type Hat, hostAccessTable } from './hat.ts';
import { type Hourly, hourly } from './hourly.ts';
import { type Rat, recipientAccessTable } from './rat.ts';

export interface Tables {
  hat: Hat;
  rat: Rat;
}

export const tablesOf = (config: Config): Tables => ({
  hat: hostAccessTable(config),
  rat: recipientAccessTable(config),
});

/** By address; kept in memory, so a restart forgives. */
export interface Meters {
  /** Open connections. */
  open: Map<string, number>;
  recipients: Hourly;
  invalid: Hourly;
  lists: DnsLists;
}

export const meters = (dns: Dns, clock: () => number): Meters => ({
  open: new Map(),
  recipients: hourly(clock),
  invalid: hourly(clock),
  lists: dnsLists(dns, clock),
});

/** One connection more or less of an address; returns how many there are. */
export function count(open: Meters['open'], ip: string, step: 1 | -1): number {
  const now = (open.get(ip) ?? 0) + step;
  if (now > 0) open.set(ip, now);
  else open.delete(ip);
  return now;
}
