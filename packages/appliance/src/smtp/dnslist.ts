/** DNS lists (RFC 5782): whether an address is in a zone that somebody keeps. */
import { type Dns, within } from './dns.ts';

export interface DnsListLimits {
  /** How long one question may take, milliseconds; then nobody is listed. */
  ms: number;
  /** Answers are kept for as long as they say, within these, seconds. */
  shortest: number;
  longest: number;
  /** How long "not listed" is kept, and a failure, seconds. */
  absent: number;
  failed: number;
  /** Answers kept. */
  most: number;
}

export const DNSLIST_LIMITS: DnsListLimits = {
  ms: 2000,
  shortest: 30,
  longest: 3600,
  absent: 300,
  failed: 30,
  most: 50_000,
};

export type DnsLists = (ip: string, zone: string) => Promise<boolean>;

interface Kept {
  until: number;
  listed: Promise<boolean>;
}

/** A list that fails or is slow lists nobody: mail goes on without it. */
export function dnsLists(
  dns: Pick<Dns, 'addresses'>,
  clock: () => number,
  limits: DnsListLimits = DNSLIST_LIMITS,
): DnsLists {
  const known = new Map<string, Kept>();
  const ask = async (name: string, kept: Kept): Promise<boolean> => {
    const found = await within<Found | undefined>(limits.ms, undefined, look(dns, name));
    kept.until = clock() + 1000 * seconds(found, limits);
    return found?.listed ?? false;
  };
  return (ip, zone) => {
    const name = `${reversed(ip)}.${zone}`;
    const past = known.get(name);
    if (past && past.until > clock()) return past.listed;
    const kept: Kept = { until: Number.POSITIVE_INFINITY, listed: Promise.resolve(false) };
    kept.listed = ask(name, kept);
    known.delete(name);
    known.set(name, kept);
    const [oldest] = known.keys();
    if (known.size > limits.most && oldest !== undefined) known.delete(oldest);
    return kept.listed;
  };
}

interface Found {
  listed: boolean;
  ttl: number | undefined;
}

async function look(dns: Pick<Dns, 'addresses'>, name: string): Promise<Found> {
  try {
    const answers = await dns.addresses(name, 4);
    const listings = answers.filter(({ address }) => isListing(address));
    return { listed: listings.length > 0, ttl: Math.min(...answers.map(({ ttl }) => ttl)) };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { listed: false, ttl: undefined };
    throw error;
  }
}

function seconds(found: Found | undefined, { shortest, longest, absent, failed }: DnsListLimits): number {
  if (!found) return failed;
  return found.ttl === undefined ? absent : Math.min(Math.max(found.ttl, shortest), longest);
}

/** 127.255.255.252 to .255 say that the list refuses to answer us; other networks that somebody bought the zone. */
const isListing = (address: string): boolean =>
  address.startsWith('127.') && !/^127\.255\.255\.25[2-5]$/.test(address);

/** `192.0.2.7` is asked for as `7.2.0.192`, IPv6 by its 32 digits. */
export const reversed = (ip: string): string =>
  ip.includes(':') ? [...digits(ip)].reverse().join('.') : ip.split('.').reverse().join('.');

function digits(ip: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  const hex = (a = '0', b = '0'): string => (Number(a) * 256 + Number(b)).toString(16);
  const plain = dotted
    ? `${ip.slice(0, dotted.index)}${hex(dotted[1], dotted[2])}:${hex(dotted[3], dotted[4])}`
    : ip;
  const [front = '', back] = plain.split('::');
  const words = (text: string): string[] => text.split(':').filter((word) => word !== '');
  const [left, right] = [words(front), words(back ?? '')];
  const gap = back === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...right]
    .map((word) => word.padStart(4, '0'))
    .join('');
}
