/** Why an exchange could not be reached, in words that say what to check. */
import { Fault, type Obstacle } from '@sightline/api';
import { z } from 'zod';

/** Said by the connector itself when the other end answers in a way an exchange never does. */
export class NotAnExchange extends Error {}

/** The proxy on the way did not answer (`status` 0, with a cause) or did not open the way. */
export class ProxyError extends Error {
  readonly status: number;

  constructor(status: number, options?: ErrorOptions) {
    super(status === 0 ? 'proxy not reached' : `proxy answered ${status}`, options);
    this.name = 'ProxyError';
    this.status = status;
  }
}

const WORDS: Record<string, (host: string) => string> = {
  ENOTFOUND: (host) => `the name ${host} is not known. Check the DNS servers of this appliance`,
  EAI_AGAIN: (host) => `the DNS servers do not answer for ${host}. Check the DNS servers of this appliance`,
  ECONNREFUSED: (host) =>
    `${host} refused the connection. Check that the exchange is running and the port is right`,
  ECONNRESET: (host) => `${host} closed the connection. Check firewalls and proxies on the way`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection. Check firewalls and proxies on the way`,
  EHOSTUNREACH: (host) => `there is no route to ${host}. Check the network of this appliance`,
  ENETUNREACH: (host) => `there is no route to ${host}. Check the network of this appliance`,
  ETIMEDOUT: (host) => `${host} does not answer. Check that the firewall lets this appliance out to it`,
  CERT_HAS_EXPIRED: (host) =>
    `the certificate of ${host} has expired. Check it and the clock of this appliance`,
  CERT_NOT_YET_VALID: (host) =>
    `the certificate of ${host} is not valid yet. Check the clock of this appliance`,
  ERR_TLS_PIN: (host) =>
    `the certificate of ${host} has none of the keys known from the registration. A proxy on the way may be inspecting TLS`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) =>
    `the certificate is not for ${host}. A proxy on the way may be inspecting TLS`,
};
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);
const SLOW = new Set(['TimeoutError', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);

/** The cause without a full stop at its end; `url` is the exchange's address. */
export function causeOf(error: unknown, url: string): string {
  const { host } = new URL(url);
  if (error instanceof Fault) return error.message.replace(/\.$/, '');
  const proxy = proxyErrorIn(error);
  if (proxy) return proxyWords(proxy, host);
  const code = codeOf(error);
  if (code in WORDS) return (WORDS[code] as (host: string) => string)(host);
  if (SLOW.has(code)) return (WORDS.ETIMEDOUT as (host: string) => string)(host);
  if (UNTRUSTED.has(code))
    return `the certificate of ${host} is not trusted. A proxy on the way may be inspecting TLS`;
  if (/^(EPROTO|ERR_SSL|HPE_|ERR_TLS)/.test(code))
    return `${host} does not speak the expected protocol. Check http or https and the port in its address`;
  if (error instanceof NotAnExchange || error instanceof z.ZodError || error instanceof SyntaxError)
    return `${host} answers, but not as an exchange. Check the address of the server`;
  return code === '' ? `the connection to ${host} failed` : `the connection to ${host} failed (${code})`;
}

const OBSTACLES: Record<string, Obstacle> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  CERT_NOT_YET_VALID: 'clock',
  CERT_HAS_EXPIRED: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
  ERR_TLS_PIN: 'tls',
};

/** Where the way was broken; '' for no error. */
export function obstacleOf(error: unknown): Obstacle {
  if (error instanceof Fault) return 'refusal';
  if (proxyErrorIn(error)) return 'proxy';
  const code = codeOf(error);
  if (UNTRUSTED.has(code)) return 'tls';
  if (SLOW.has(code)) return 'timeout';
  if (/^(EPROTO|ERR_SSL|HPE_|ERR_TLS)/.test(code)) return OBSTACLES[code] ?? 'protocol';
  if (error instanceof NotAnExchange || error instanceof z.ZodError || error instanceof SyntaxError)
    return 'protocol';
  return OBSTACLES[code] ?? 'network';
}

function proxyErrorIn(error: unknown, depth = 0): ProxyError | undefined {
  if (error instanceof ProxyError) return error;
  return error instanceof Error && depth < 5 ? proxyErrorIn(error.cause, depth + 1) : undefined;
}

function proxyWords({ status, cause }: ProxyError, host: string): string {
  if (status === 407) return 'the proxy wants another user name or password. Check both under Edit Settings';
  if (status === 403) return `the proxy does not let this appliance reach ${host}. Allow it there`;
  if (status !== 0) return `the proxy did not reach ${host} (it answered ${status}). Check the proxy`;
  const code = codeOf(cause);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'the name of the proxy is not known. Check its address';
  if (code === 'ECONNREFUSED') return 'the proxy refused the connection. Check its address and port';
  if (UNTRUSTED.has(code))
    return 'the certificate of the proxy is not trusted. Add its authority under Edit Settings';
  return `the proxy does not answer${code === '' ? '' : ` (${code})`}. Check its address and port`;
}

/** The innermost error code: fetch wraps the socket's error, and one try per address wraps those again. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return '';
  const parts = error instanceof AggregateError ? error.errors : [];
  const inner = codeOf(error.cause, depth + 1) || codeOf(parts[0], depth + 1);
  if (inner) return inner;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return error.name === 'TimeoutError' ? error.name : '';
}

const SKEW_MS = 5 * 60_000;

/** A sentence when the clocks differ by more than five minutes, '' otherwise. `offset`: theirs minus ours, ms. */
export function skewSentence(offset: number): string {
  if (Math.abs(offset) <= SKEW_MS) return '';
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const way = offset > 0 ? 'behind' : 'ahead of';
  return `The clock of this appliance is ${minutes} minutes ${way} the exchange. Set it right.`;
}
