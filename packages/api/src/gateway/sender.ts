/** Senders as the Host Access Table names them. Pure. */
import { z } from 'zod';

export type Sender =
  | { kind: 'all' }
  | { kind: 'network'; address: string; prefix: number; version: 4 | 6 }
  | { kind: 'range'; from: string; to: string; version: 4 | 6 }
  /** Host name in reverse DNS. */
  | { kind: 'host'; name: string }
  /** Host names below a domain: `.example.com`. */
  | { kind: 'domain'; suffix: string }
  | { kind: 'dnslist'; zone: string };

const v4 = z.ipv4();
const v6 = z.ipv6();
const HOST = /^\.?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const ipVersion = (text: string): 4 | 6 | undefined =>
  v4.safeParse(text).success ? 4 : v6.safeParse(text).success ? 6 : undefined;

/**
 * `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`, `10.0.0.1-20`, `10.0.0.1-10.0.0.20`, `mail.example.com`,
 * `.example.com`, `dnslist[zen.example.org]`, `ALL`; undefined where it is none of them.
 */
export function senderOf(text: string): Sender | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'all') return { kind: 'all' };
  const zone = /^dnslist\[([^\]]+)\]$/.exec(plain)?.[1];
  if (zone !== undefined) return host(zone) ? { kind: 'dnslist', zone } : undefined;
  return network(plain) ?? range(plain) ?? named(plain);
}

const host = (name: string): boolean => name.length <= 253 && !name.startsWith('.') && HOST.test(name);

function network(text: string): Sender | undefined {
  const [address = '', bits, more] = text.split('/');
  const version = ipVersion(address);
  if (version === undefined || more !== undefined) return undefined;
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = bits === undefined ? most : Number(bits);
  return prefix <= most ? { kind: 'network', address, prefix, version } : undefined;
}

function range(text: string): Sender | undefined {
  const [from = '', end = '', more] = text.split('-');
  const version = ipVersion(from);
  if (version === undefined || more !== undefined || end === '') return undefined;
  const to =
    version === 4 && /^\d{1,3}$/.test(end) ? `${from.slice(0, from.lastIndexOf('.') + 1)}${end}` : end;
  if (ipVersion(to) !== version) return undefined;
  if (version === 4 && number(from) > number(to)) return undefined;
  return { kind: 'range', from, to, version };
}

const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function named(text: string): Sender | undefined {
  if (text.length > 253 || !HOST.test(text)) return undefined;
  return text.startsWith('.') ? { kind: 'domain', suffix: text } : { kind: 'host', name: text };
}
