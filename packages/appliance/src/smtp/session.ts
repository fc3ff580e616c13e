import type { SMTPServerSession } from 'smtp-server';
import { plainIp } from './relay.ts';

export interface Dns {
  reverse(ip: string): Promise<string[]>;
}

/** What we know of one connection besides what smtp-server knows. */
export interface Peer {
  icid: number;
  ip: string;
  relay: boolean;
  /** '' if unknown; never waits longer than the limit. */
  reverseDns: Promise<string>;
  messages: number;
  receiving: boolean;
}

const HOST = /^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*$/;

/** The first host name of an address that is one; DNS can hold anything. */
export async function reverseName(dns: Dns, ip: string, ms: number): Promise<string> {
  const late = new Promise<string[]>((resolve) => setTimeout(resolve, ms, []).unref());
  const names = await Promise.race([dns.reverse(ip).catch(() => []), late]);
  const name = (names[0] ?? '').replace(/\.$/, '');
  return name.length <= 253 && HOST.test(name) ? name.toLowerCase() : '';
}

/** TLS protocol and cipher, '' without TLS. */
export const tlsOf = (session: SMTPServerSession): string =>
  session.secure && session.tlsOptions ? `${session.tlsOptions.version} ${session.tlsOptions.name}` : '';

export const ipOf = (session: SMTPServerSession): string => plainIp(session.remoteAddress);

/** HELO argument, printable and bounded. */
export const heloOf = (session: SMTPServerSession): string =>
  String(session.hostNameAppearsAs || '')
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 255);
