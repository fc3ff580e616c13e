import { domainToASCII } from 'node:url';
import type { Config } from '@sightline/api';

/** Where a domain's mail goes next. */
export interface Hop {
  host: string;
  port: number;
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
export const hopDomain = ({ host, port }: Hop): string => `=${host}:${port}`;

function chosen(domain: string): Hop | undefined {
  const [, host, port] = /^=(.+):(\d+)$/.exec(domain) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}

/** The SMTP route: the exact domain, else the longest parent, else ALL; undefined where there is none. */
export function routeOf(routes: Config['routes'], domain: string): Hop | undefined {
  const own = chosen(domain);
  if (own) return own;
  const fits = routes
    .filter((route) => route.domain !== 'ALL' && covers(route.domain, domain))
    .sort((a, b) => rank(b.domain) - rank(a.domain));
  return fits[0] ?? routes.find((route) => route.domain === 'ALL');
}

const rank = (entry: string): number => (entry.startsWith('.') ? entry.length : 1000 + entry.length);
