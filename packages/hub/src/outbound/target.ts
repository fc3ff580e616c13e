/** An address that a person typed, as a place to connect to. Pure. */
import { isIP } from 'node:net';
import { type Fault, fail } from '@sightline/api';

export interface Target {
  secure: boolean;
  /** Canonical: lower case, A-labels, IPv6 without brackets. */
  host: string;
  port: number;
  /** With its query. */
  path: string;
  /** `https://host:port` */
  origin: string;
  /** What the Host header says. */
  authority: string;
}

const MAX = 4096;

const malformed = (reason: string): Fault => fail('malformed_api_url', { reason });

/** @throws `malformed_api_url` with what is wrong; the address itself may hold secrets and is not repeated */
export function targetOf(text: string): Target {
  if (text.length > MAX) throw malformed(`it is longer than ${MAX} characters`);
  const url = URL.parse(text);
  if (!url) throw malformed('it is no address. Write it like https://relay.example.com');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw malformed('it must begin with https://');
  if (url.username !== '' || url.password !== '')
    throw malformed('it must not hold a user name or password. Enter them in their own fields');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host === '') throw malformed('it names no host');
  const secure = url.protocol === 'https:';
  return {
    secure,
    host,
    port: Number(url.port || (secure ? 443 : 80)),
    path: url.pathname + url.search,
    origin: url.origin,
    authority: url.host,
  };
}

/** '' or why connections to such a port are refused: ports below 1024 belong to other protocols. */
export const portRefusal = ({ port, secure }: Target): string =>
  port >= 1024 || port === 443 || (!secure && port === 80)
    ? ''
    : `port ${port} belongs to another protocol; 443 and those from 1024 on are open`;

/** The same for mailboxes: IMAP (RFC 9051) has two ports below 1024, and connections to it no other. */
export const mailPortRefusal = (port: number): string =>
  port >= 1024 || port === 143 || port === 993
    ? ''
    : `port ${port} belongs to another protocol; 143, 993 and those from 1024 on are open`;

/** Whether the host is written as an address, so that no name is asked for. */
export const isAddress = (host: string): boolean => isIP(host) !== 0;
