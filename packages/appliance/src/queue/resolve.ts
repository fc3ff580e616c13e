/** From a route to the addresses that can be tried, in order (RFC 5321 section 5.1, RFC 7505, RFC 3974). */
import { isIP } from 'node:net';
import type { Reply } from '@sightline/api';
import type { Hop } from './route.ts';

export interface Resolver {
  /** Rejects with `code` ENODATA where the domain has no MX, ENOTFOUND where there is no such domain. */
  mx(domain: string): Promise<{ exchange: string; priority: number }[]>;
  /** IPv4 and IPv6 addresses of a host, in the order in which they are to be tried; rejects as `mx`. */
  addresses(host: string): Promise<string[]>;
}

/** One address of one host. */
export interface Target {
  host: string;
  ip: string;
  port: number;
}

/** Where to go; or what the DNS has to say against it. `final`: another attempt would not change it. */
export type Way = { targets: Target[] } | { reply: Reply; final: boolean };

/** Most addresses of one way that are tried in one attempt. */
const MOST = 12;

export interface ResolveParts {
  resolver: Resolver;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Our own name: mail must not come back to us. */
  self: string;
}

export async function resolve(hop: Hop, domain: string, parts: ResolveParts): Promise<Way> {
  try {
    if (!hop.mx) return await ofHosts(hop.hosts, parts.resolver);
    const literal = /^\[(?:ipv6:)?(.+)\]$/i.exec(domain)?.[1];
    if (literal && isIP(literal)) return { targets: [{ host: domain, ip: literal, port: hop.port }] };
    return await ofDomain(domain, hop.port, parts);
  } catch (error) {
    return trouble(domain, error);
  }
}

/** Hosts of a route in their order; one that is unknown does not stop the others. */
async function ofHosts(hosts: readonly { host: string; port: number }[], resolver: Resolver): Promise<Way> {
  const targets: Target[] = [];
  let last: unknown;
  for (const { host, port } of hosts) {
    try {
      const ips = await addresses(host, resolver);
      targets.push(...ips.map((ip) => ({ host, ip, port })));
    } catch (error) {
      last = error;
    }
  }
  if (targets.length > 0) return { targets: targets.slice(0, MOST) };
  const text = `The next hop ${hosts.map(({ host }) => host).join(', ')} has no address: ${words(last)}`;
  // A host of ours that is missing is a mistake of the configuration: it will be mended.
  return { reply: { code: 0, status: '4.4.4', text }, final: false };
}

const addresses = async (host: string, resolver: Resolver): Promise<string[]> =>
  isIP(host) ? [host] : resolver.addresses(host);

async function ofDomain(domain: string, port: number, parts: ResolveParts): Promise<Way> {
  const records = await parts.resolver.mx(domain).catch((error: unknown) => {
    // No MX: the domain itself is the host (RFC 5321 section 5.1).
    if (codeOf(error) === 'ENODATA') return [{ exchange: domain, priority: 0 }];
    throw error;
  });
  const list = records.length > 0 ? records : [{ exchange: domain, priority: 0 }];
  if (list.length === 1 && /^\.?$/.test(list[0]?.exchange ?? ''))
    return finally_('5.1.10', `The domain ${domain} takes no mail (null MX).`);
  const hosts = notUs(sorted(list, parts.random), parts.self);
  if (hosts.length === 0)
    return finally_('5.4.6', `The mail of ${domain} leads back to this host; it may go in circles.`);
  return ofExchanges(domain, hosts, port, parts.resolver);
}

async function ofExchanges(domain: string, hosts: string[], port: number, resolver: Resolver): Promise<Way> {
  const targets: Target[] = [];
  let unsure: unknown;
  for (const host of hosts) {
    if (targets.length >= MOST) break;
    try {
      targets.push(...(await resolver.addresses(host)).map((ip) => ({ host, ip, port })));
    } catch (error) {
      if (!isMissing(error)) unsure = error;
    }
  }
  if (targets.length > 0) return { targets: targets.slice(0, MOST) };
  if (unsure) throw unsure;
  return finally_('5.4.4', `No host for the mail of ${domain} has an address.`);
}

/** By preference; those of the same one in any order. */
function sorted(records: { exchange: string; priority: number }[], random: () => number): typeof records {
  return records
    .map((one) => ({ ...one, exchange: one.exchange.replace(/\.$/, '').toLowerCase(), lot: random() }))
    .sort((a, b) => a.priority - b.priority || a.lot - b.lot);
}

/** Of a list with ourselves in it only hosts that come before us may be used (RFC 5321 section 5.1). */
function notUs(records: { exchange: string; priority: number }[], self: string): string[] {
  const us = records.find((one) => one.exchange === self.toLowerCase());
  const usable = us ? records.filter((one) => one.priority < us.priority) : records;
  return usable.map((one) => one.exchange).filter((one) => one !== '');
}

const finally_ = (status: string, text: string): Way => ({ reply: { code: 556, status, text }, final: true });

function trouble(domain: string, error: unknown): Way {
  if (isMissing(error)) return finally_('5.1.2', `There is no domain ${domain}.`);
  const text = `The DNS did not say where the mail of ${domain} goes: ${words(error)}`;
  return { reply: { code: 0, status: '4.4.3', text }, final: false };
}

const codeOf = (error: unknown): string => (error as { code?: string })?.code ?? '';
const isMissing = (error: unknown): boolean => /^(ENOTFOUND|ENODATA|EAI_NONAME)$/.test(codeOf(error));
const words = (error: unknown): string => codeOf(error) || (error as Error)?.message || String(error);
