import { domainToASCII } from 'node:url';
import { type BounceProfile, type Config, Destination, type Route, USE_DNS } from '@sightline/api';

/** Where a domain's mail goes next. */
export interface Hop {
  /** The MX records of the recipient's domain say it; otherwise `hosts`. */
  mx: boolean;
  /** In the order in which they are tried. */
  hosts: { host: string; port: number }[];
  /** Of hosts that the DNS names. */
  port: number;
  lmtp: boolean;
  /** Account at the next hop. */
  auth?: { user: string; password: string };
}

/** Domain of an address in lower-case ASCII (RFC 5890), without a trailing dot; '' where it has none. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (!address.includes('@') || domain.startsWith('[')) return domain.startsWith('[') ? domain : '';
  return domainToASCII(domain.replace(/\.$/, ''));
}

/** Whether a table's entry covers a domain; `.example.com` stands for every subdomain of example.com. */
const covers = (entry: string, domain: string): boolean =>
  entry.startsWith('.') ? domain.endsWith(entry) && domain.length > entry.length : entry === domain;

/** In place of a domain: the next hop that a content filter chose. */
export const hopDomain = ({ host, port }: { host: string; port: number }): string => `=${host}:${port}`;

/** The next hop that stands in place of a domain. */
export function chosenHop(domain: string): Hop | undefined {
  const [, host, port] = /^=(.+):(\d+)$/.exec(domain) ?? [];
  if (host === undefined) return undefined;
  return { mx: false, hosts: [{ host, port: Number(port) }], port: Number(port), lmtp: false };
}

const rank = (entry: string): number => (entry.startsWith('.') ? entry.length : 1000 + entry.length);

/** The entry for a domain: the exact one, else the longest parent, else ALL; undefined where there is none. */
function entryOf<T extends { domain: string }>(table: readonly T[], domain: string): T | undefined {
  let best: T | undefined;
  for (const one of table) {
    if (one.domain === 'ALL' || !covers(one.domain, domain)) continue;
    if (!best || rank(one.domain) > rank(best.domain)) best = one;
  }
  return best ?? table.find((one) => one.domain === 'ALL');
}

/** The SMTP route of a domain. */
export const routeOf = (routes: readonly Route[], domain: string): Route | undefined =>
  entryOf(routes, domain);

export function hopOf(route: Route, accounts: Config['outgoingAuth']): Hop {
  const account = accounts.find((one) => one.name === route.auth);
  return {
    mx: route.host.toUpperCase() === USE_DNS,
    hosts: [{ host: route.host, port: route.port }, ...route.fallback],
    port: route.port,
    lmtp: route.protocol === 'lmtp',
    ...(account ? { auth: { user: account.user, password: account.password } } : {}),
  };
}

/** Destination Controls of a domain. */
export function destinationOf(
  { destinations, delivery }: Pick<Config, 'destinations' | 'delivery'>,
  domain: string,
): Destination {
  return (
    entryOf(destinations, domain) ?? Destination.parse({ domain: 'ALL', connections: delivery.connections })
  );
}

/** How long delivery to a domain is tried, and what the sender hears. */
export function bouncingOf(
  config: Pick<Config, 'destinations' | 'delivery' | 'bounceProfiles'>,
  domain: string,
): Omit<BounceProfile, 'name'> {
  const { bounceProfile } = destinationOf(config, domain);
  return config.bounceProfiles.find((one) => one.name === bounceProfile) ?? config.delivery;
}
