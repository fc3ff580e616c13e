/** Connections to hosts that a person named: every address is checked, and the checked one is connected to. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { fail } from '@sightline/api';
import type { Rules } from './range.ts';
import { isAddress, mailPortRefusal, portRefusal, type Target } from './target.ts';

export interface DialDeps {
  rules: Rules;
  /** All addresses of a name. */
  resolve(host: string): Promise<readonly string[]>;
  /** Milliseconds for one connection, handshake included. */
  connectMs: number;
}

export interface Route {
  target: Target;
  /** SHA-256 of the certificate that the server must have, in hex; its issuer then does not matter. */
  pin?: string | undefined;
}

export type Dial = (route: Route) => Promise<Socket>;

export const systemResolve: DialDeps['resolve'] = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map((one) => one.address);

/**
 * Resolves the name once, refuses unless all of its addresses may be connected to, and connects to one of these
 * very addresses: what the name says later does not matter. Server name and Host header stay the name.
 * @throws `address_refused`, `connection_error`
 */
export function dialer(deps: DialDeps): Dial {
  return async (route) => {
    const addresses = await checked(deps, route.target);
    let last: unknown;
    for (const address of addresses.slice(0, 4)) {
      try {
        return await connected(address, route, deps.connectMs);
      } catch (error) {
        last = error;
      }
    }
    throw unreachable(route.target.host, last);
  };
}

/** The addresses of a host, all of them allowed. @throws `address_refused`, `connection_error` */
export async function checked(deps: DialDeps, target: Target): Promise<readonly string[]> {
  const { host, secure } = target;
  const addresses = await reachable(deps, host);
  const open = addresses.every(deps.rules.isAllowed);
  if (!secure && !open) throw refused(host, 'its address begins with http://; use https://');
  if (!open && portRefusal(target)) throw refused(host, portRefusal(target));
  return addresses;
}

/**
 * The addresses of a mail server, all of them allowed, for whoever connects to one of these very addresses with TLS.
 * @throws `address_refused`, `connection_error`
 */
export async function checkedMail(
  deps: Pick<DialDeps, 'rules' | 'resolve'>,
  { host, port }: { host: string; port: number },
): Promise<readonly string[]> {
  const wrong = mailPortRefusal(port);
  if (wrong) throw refused(host, wrong);
  return reachable(deps, host);
}

async function reachable(
  { rules, resolve }: Pick<DialDeps, 'rules' | 'resolve'>,
  host: string,
): Promise<readonly string[]> {
  const addresses = isAddress(host)
    ? [host]
    : await resolve(host).catch((cause: unknown) => {
        throw unreachable(host, cause);
      });
  if (addresses.length === 0) throw fail('connection_error', { host, reason: 'its name has no address' });
  for (const address of addresses) {
    const kind = rules.refusal(address);
    if (kind) throw refused(host, `it is a ${kind} address`);
  }
  return addresses;
}

const refused = (host: string, reason: string) => fail('address_refused', { host, reason });

const unreachable = (host: string, cause: unknown) =>
  fail('connection_error', { host, reason: reasonOf(cause) }, { cause });

const REASONS: Record<string, string> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be resolved now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it ended the connection',
  EPIPE: 'it ended the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; enter its fingerprint to trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Why a connection failed, in words. */
export function reasonOf(cause: unknown): string {
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  if (/^(ERR_SSL|EPROTO)/.test(code)) return 'it does not speak TLS as this hub does';
  return REASONS[code] ?? (message || code || 'unknown');
}

function connected(address: string, route: Route, ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = open(address, route);
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), ms);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once(route.target.secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      const wrong = route.pin ? pinProblem(socket as TLSSocket, route.pin) : '';
      if (wrong) socket.destroy(new Error(wrong));
      else resolve(socket);
    });
  });
}

function open(address: string, { target, pin }: Route): Socket {
  const { host, port, secure } = target;
  if (!secure) return connectTcp({ host: address, port });
  return connectTls({
    host: address,
    port,
    ...(isAddress(host) ? {} : { servername: host }),
    ...(pin ? { rejectUnauthorized: false } : {}),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  });
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

function pinProblem(socket: TLSSocket, pin: string): string {
  const has = plain(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
  return has === plain(pin)
    ? ''
    : `its certificate is another one than you trust; it has the fingerprint ${has}`;
}
