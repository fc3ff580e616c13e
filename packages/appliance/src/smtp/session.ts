import type { FlowPolicy } from '@sightline/api';
import type { SMTPServerSession } from 'smtp-server';
import { plainIp } from './network.ts';
import type { Refusal } from './refusal.ts';

/** What we know of one connection besides what smtp-server knows. */
export interface Peer {
  icid: number;
  ip: string;
  group: string;
  policy: FlowPolicy;
  /** Largest message, bytes: the listener's limit or the policy's. */
  maxSize: number;
  /** '' if unknown; never waits longer than the limit. */
  reverseDns: Promise<string>;
  messages: number;
  receiving: boolean;
  /** Logins that failed. */
  failures: number;
  /** Recipients refused in this transaction. */
  refused: { sender: string; recipients: { address: string; refusal: Refusal }[] };
}

/** TLS protocol and cipher, '' without TLS. */
export const tlsOf = (session: SMTPServerSession): string =>
  session.secure && session.tlsOptions ? `${session.tlsOptions.version} ${session.tlsOptions.name}` : '';

export const ipOf = (session: SMTPServerSession): string => plainIp(session.remoteAddress);

/** Name under which the client logged in, '' without. */
export const userOf = (session: SMTPServerSession): string =>
  typeof session.user === 'string' ? session.user : '';

/** HELO argument, printable and bounded. */
export const heloOf = (session: SMTPServerSession): string =>
  String(session.hostNameAppearsAs || '')
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 255);

/** Protocol of the trace header (RFC 3848, RFC 6531 section 4.3). */
export const protocolOf = ({ transmissionType, envelope }: SMTPServerSession): string =>
  envelope.smtpUtf8 ? `UTF8${transmissionType.replace(/^ESMTP/, 'SMTP')}` : transmissionType;
