/** One delivery connection to a next hop, used for many messages. */
import type { Reply } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseReply, replyOf } from './reply.ts';
import type { Hop } from './route.ts';
import { type Content, read } from './spool.ts';

interface Letter {
  sender: string;
  recipients: string[];
  content: Content;
}

export interface Link {
  dcid: number;
  ip: string;
  /** The reply for each recipient of the letter, in its order. Never throws. */
  send(letter: Letter): Promise<Reply[]>;
  /** False once the connection cannot carry another message. */
  usable(): boolean;
  quit(): void;
  close(): void;
}

/** Time limits in milliseconds (RFC 5321 section 4.5.3.2 allows longer ones for the final dot only). */
export interface LinkLimits {
  connectMs: number;
  idleMs: number;
}

interface SendFault {
  code?: string;
  responseCode?: number;
  rejectedErrors?: { recipient?: string; response?: string | false }[];
}

/** @throws what kept the connection from being made, with the next hop's reply if there was one */
export async function connect(hop: Hop, name: string, dcid: number, limits: LinkLimits): Promise<Link> {
  const connection = new SMTPConnection({
    host: hop.host,
    port: hop.port,
    name,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    socketTimeout: limits.idleMs,
    opportunisticTLS: true,
    tls: { rejectUnauthorized: false },
  });
  let broken = false;
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('The next hop closed the connection.')));
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  connection.removeAllListeners('error');
  for (const event of ['error', 'end']) {
    connection.on(event, () => {
      broken = true;
    });
  }
  const socket = connection._socket;
  return {
    dcid,
    ip: socket ? (socket.remoteAddress ?? '') : '',
    async send(letter) {
      try {
        return await sendOn(connection, letter);
      } catch (error) {
        broken = broken || !(await recovered(connection, error as SendFault));
        return refused(letter, error as SendFault);
      }
    },
    usable: () => !broken && !connection.destroyed,
    quit: () => connection.quit(),
    close: () => connection.close(),
  };
}

function sendOn(connection: SMTPConnection, { sender, recipients, content }: Letter): Promise<Reply[]> {
  // Without its size announced, a message that is too large is refused in the next hop's own words.
  const body = read(content);
  const envelope = { from: sender || (false as const), to: [...recipients], use8BitMime: true };
  return new Promise((resolve, reject) => {
    connection.send(envelope, body, (error, info) => {
      body.destroy();
      if (error || !info) return reject(error ?? new Error('The next hop gave no reply.'));
      const rejected = byRecipient(info.rejectedErrors ?? []);
      const reply = parseReply(info.response);
      resolve(recipients.map((address) => rejected.get(address) ?? reply));
    });
  });
}

function byRecipient(errors: NonNullable<SendFault['rejectedErrors']>): Map<string, Reply> {
  return new Map(errors.map((error) => [error.recipient ?? '', replyOf(error)]));
}

/** One fault for a whole letter, but word for word what was said to each recipient where that is known. */
function refused(letter: Letter, fault: SendFault): Reply[] {
  const rejected = byRecipient(fault.rejectedErrors ?? []);
  return letter.recipients.map((address) => rejected.get(address) ?? replyOf(fault));
}

/** After a refusal the session goes on with RSET; after anything else the connection is given up. */
async function recovered(connection: SMTPConnection, fault: SendFault): Promise<boolean> {
  if (!fault.responseCode || fault.responseCode === 421 || connection.destroyed) {
    connection.close();
    return false;
  }
  return new Promise((resolve) => {
    const ended = (): void => resolve(false);
    connection.once('end', ended);
    connection.reset((error) => {
      connection.removeListener('end', ended);
      if (error) connection.close();
      resolve(!error);
    });
  });
}
