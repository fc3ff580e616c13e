/** One connection, logged in to one mailbox. */
import { isIP } from 'node:net';
import { Fault, fail } from '@sightline/api';
import { ImapFlow, type ImapFlowError } from 'imapflow';
import { reasonOf } from '../../outbound/dial.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { Mailbox } from './recipient.ts';
import type { MailServer } from './settings.ts';

export interface ConnectDeps {
  /** Addresses of a mail server that may be connected to. */
  mail: Outbound['mail'];
}

/** Milliseconds for a connection, for the greeting. */
const CONNECT_MS = 8000;
/** Bytes of one line, of one literal, of one answer: headers and lists of folders are smaller. */
const LARGEST = { maxLineLength: 1 << 20, maxLiteralSize: 1 << 18, maxResponseSize: 1 << 21 };
const MOST_TOKENS = 50_000;

/** The server took the connection and not the log-in. */
export class Refused extends Error {
  override name = 'Refused';
}

/**
 * Logs in to a mailbox, works in it and leaves. The connection is cut when the signal is aborted.
 * @throws `address_refused`, `connection_error`, `Refused`, what `work` throws, the reason of the signal
 */
export async function inMailbox<T>(
  deps: ConnectDeps,
  server: MailServer,
  mailbox: Pick<Mailbox, 'login' | 'authzid'>,
  signal: AbortSignal,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const addresses = await deps.mail(server);
  const client = await connected(addresses.slice(0, 4), server, mailbox, signal);
  const cut = (): void => client.close();
  signal.addEventListener('abort', cut, { once: true });
  try {
    const value = await work(client);
    await client.logout().catch(() => {});
    return value;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Fault ? error : lost(server, error);
  } finally {
    signal.removeEventListener('abort', cut);
    client.close();
  }
}

/** The first address that there is a connection to. */
async function connected(
  addresses: readonly string[],
  server: MailServer,
  mailbox: Pick<Mailbox, 'login' | 'authzid'>,
  signal: AbortSignal,
): Promise<ImapFlow> {
  let last: unknown;
  for (const address of addresses) {
    signal.throwIfAborted();
    const client = clientOf(address, server, mailbox);
    const cut = (): void => client.close();
    signal.addEventListener('abort', cut, { once: true });
    try {
      await client.connect();
      if (!isOurs(client, server)) throw new Refused('it did not ask who we are, or takes no SASL PLAIN');
      return client;
    } catch (error) {
      client.close();
      signal.throwIfAborted();
      if (error instanceof Refused) throw error;
      if (isRefusal(error as ImapFlowError)) throw new Refused(wordsOf(error as ImapFlowError));
      last = error;
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }
  throw lost(server, last);
}

function clientOf(
  address: string,
  server: MailServer,
  { login, authzid }: Pick<Mailbox, 'login' | 'authzid'>,
): ImapFlow {
  const named = isIP(server.host) === 0;
  const client = new ImapFlow({
    host: address,
    port: server.port,
    secure: server.implicit,
    ...(server.implicit ? {} : { doSTARTTLS: true }),
    ...(named ? { servername: server.host } : {}),
    tls: { minVersion: 'TLSv1.2', ...(server.ca ? { ca: server.ca } : {}) },
    auth: {
      user: login,
      pass: server.password,
      ...(authzid ? { authzid, loginMethod: 'AUTH=PLAIN' } : {}),
    },
    logger: false,
    clientInfo: { name: 'Sightline' },
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: Math.max(CONNECT_MS, server.mailboxMs),
    ...LARGEST,
    maxResponseTokens: MOST_TOKENS,
  });
  // What fails is told to whoever waits for it; unheard, this event would end the program.
  client.on('error', () => {});
  return client;
}

/** Ways to log in that this connection has used, by what the server calls them; the library keeps them unannounced. */
const usedBy = (client: ImapFlow): ReadonlyMap<string, boolean> =>
  (client as unknown as { authCapabilities: ReadonlyMap<string, boolean> }).authCapabilities;

/**
 * A server that greets with PREAUTH, or takes nothing that can name another mailbox, would open some mailbox that
 * nobody asked for.
 */
function isOurs(client: ImapFlow, { logIn }: MailServer): boolean {
  const used = usedBy(client);
  return logIn === 'master-plain' ? used.get('AUTH=PLAIN') === true : [...used.values()].includes(true);
}

/** Servers that take the master's word and then find no mailbox hang up instead of saying NO. */
const isRefusal = ({ authenticationFailed, code }: ImapFlowError): boolean =>
  authenticationFailed === true || code === 'ClosedAfterConnectTLS';

const wordsOf = ({ responseText, code }: ImapFlowError): string =>
  responseText?.trim().slice(0, 200) || (code === 'ClosedAfterConnectTLS' ? 'it hung up' : 'it said no');

const WORDS: Record<string, string> = {
  CONNECT_TIMEOUT: 'it does not answer',
  GREETING_TIMEOUT: 'it does not greet as an IMAP server does',
  UPGRADE_TIMEOUT: 'it does not begin TLS',
  ETIMEOUT: 'it stopped answering',
  NoConnection: 'it ended the connection',
  EConnectionClosed: 'it ended the connection',
  ClosedAfterConnectText: 'it ended the connection',
  STARTTLS_INJECTION: 'it sent something before TLS began',
};

/** A connection that failed, as a fault; what is not the network's or the server's fault stays what it is. */
function lost(server: MailServer, error: unknown): unknown {
  if (error instanceof Refused) return error;
  const { code = '', tlsFailed, responseText, message } = error as ImapFlowError;
  const answer = responseText ? `it answered "${responseText.trim().slice(0, 200)}"` : undefined;
  const untold = tlsFailed && code === '' ? message : undefined;
  const reason = WORDS[code] ?? answer ?? untold ?? sizeWords(code) ?? reasonOf(error);
  return fail('connection_error', { host: server.host, reason }, { cause: error });
}

const sizeWords = (code: string): string | undefined => {
  if (/TooLarge$|^TooMany/.test(code)) return 'it sent more than an IMAP server has to say';
  return code.startsWith('Parser') || code === 'InvalidResponse' ? 'it does not speak IMAP' : undefined;
};

/** What a fault or refusal is called in the result of a mailbox. */
export const sentenceOf = (error: Error): string =>
  error instanceof Refused ? `The server refused the log-in: ${error.message}.` : error.message;
