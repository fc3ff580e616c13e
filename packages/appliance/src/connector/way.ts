/**
 * The way out to an exchange: directly or through an HTTP proxy (CONNECT), with further authorities to trust and
 * keys that its certificate chain must show. Requests and the link take the same way.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import tls, { rootCertificates, type TLSSocket } from 'node:tls';
import { ProxyError } from './cause.ts';

export interface WayOptions {
  /** Address of the exchange. */
  url: string;
  /** `http://user:password@proxy:3128` or `https://…`; '' for none. */
  proxy?: string | undefined;
  /** PEM certificates to trust beside the usual ones. */
  ca?: string | undefined;
  /** SHA-256 (base64) of public keys; with any, the chain must have one of them. */
  pins?: readonly string[] | undefined;
  /** Own address to go out from. */
  localAddress?: string | undefined;
}

export interface Way {
  /** For the WebSocket. */
  agent: http.Agent;
  /** Requests to the exchange; knows what the connector's client needs, text bodies and no redirects. */
  fetch: typeof fetch;
}

/** The certificate chain has none of the pinned keys: someone else's TLS, valid or not. */
export class PinError extends Error {
  readonly code = 'ERR_TLS_PIN';

  constructor() {
    super('the certificate of the exchange has none of the keys that were pinned at registration');
  }
}

const CONNECT_MS = 10_000;

export function wayTo(options: WayOptions): Way {
  const isTls = new URL(options.url).protocol === 'https:';
  const settings = { localAddress: options.localAddress, maxSockets: 8 };
  const agent = isTls ? new https.Agent(settings) : new http.Agent(settings);
  const open = opener(options, isTls);
  agent.createConnection = (_, done) => {
    open().then(
      (socket) => done?.(null, socket),
      (error: Error) => done?.(error, undefined as never),
    );
    return undefined as never;
  };
  return { agent, fetch: fetchBy(agent, isTls) };
}

/** Opens one connection to the exchange. */
function opener(options: WayOptions, isTls: boolean): () => Promise<Duplex> {
  const { hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const end = { host, port: Number(port) || (isTls ? 443 : 80) };
  return async () => {
    const socket = options.proxy ? await tunnel(options, end) : undefined;
    if (isTls) return secured(socket, { ...end, ...trusted(options), pins: options.pins ?? [] }, options);
    return socket ?? connected(end, options.localAddress);
  };
}

const trusted = ({ ca }: WayOptions) => (ca ? { ca: [...rootCertificates, ca] } : {});

interface End {
  host: string;
  port: number;
}

function connected(end: End, localAddress: string | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // an agent without pooling opens it, with Node's own handling of several addresses
    const socket = http.globalAgent.createConnection({ ...end, localAddress }) as Socket;
    within(socket, 'connect', resolve, reject);
  });
}

function secured(
  socket: Duplex | undefined,
  end: End & { ca?: string[]; pins: readonly string[] },
  { localAddress }: WayOptions,
): Promise<TLSSocket> {
  const { host, port, ca, pins } = end;
  const servername = isIP(host) ? '' : host;
  const common = { host, servername, ca, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] } as const;
  return new Promise((resolve, reject) => {
    const secure = socket
      ? tls.connect({ ...common, socket })
      : tls.connect({ ...common, port, localAddress } as tls.ConnectionOptions);
    const checked = (): void => {
      if (pins.length === 0 || hasPin(secure, pins)) {
        resolve(secure);
        return;
      }
      secure.destroy();
      reject(new PinError());
    };
    within(secure, 'secureConnect', checked, reject);
  });
}

/** Waits for the event that opens a socket, for an error, or ten seconds. */
function within<T extends Duplex>(
  socket: T,
  event: string,
  resolve: (socket: T) => void,
  reject: (error: Error) => void,
): void {
  const late = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' }));
  }, CONNECT_MS);
  const failed = (error: Error): void => {
    clearTimeout(late);
    reject(error);
  };
  socket.once('error', failed);
  socket.once('close', () => failed(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  socket.once(event, () => {
    clearTimeout(late);
    socket.off('error', failed);
    resolve(socket);
  });
}

/** Whether a certificate from the exchange's up to its authority's has one of these public keys. */
function hasPin(socket: TLSSocket, pins: readonly string[]): boolean {
  let one: X509Certificate | undefined = socket.getPeerX509Certificate();
  for (let depth = 0; one && depth < 10; depth++) {
    if (pins.includes(spkiPin(one))) return true;
    one = one.issuerCertificate;
  }
  return false;
}

/** The pin of a certificate's public key: SHA-256 of its SPKI, base64 (as in RFC 7469). */
export const spkiPin = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

/** A connection through the proxy. @throws ProxyError */
function tunnel(options: WayOptions, end: End): Promise<Duplex> {
  const proxy = new URL(options.proxy ?? '');
  const target = `${end.host.includes(':') ? `[${end.host}]` : end.host}:${end.port}`;
  const request = (proxy.protocol === 'https:' ? https : http).request({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.port) || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...credentials(proxy) },
    localAddress: options.localAddress,
    agent: false,
    timeout: CONNECT_MS,
    ...trusted(options),
  });
  return new Promise((resolve, reject) => {
    request.once('connect', (res: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (res.statusCode === 200 && head.length === 0) return resolve(socket);
      socket.destroy();
      reject(new ProxyError(res.statusCode ?? 502));
    });
    request.once('response', (res) => {
      request.destroy();
      reject(new ProxyError(res.statusCode ?? 502));
    });
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
    );
    request.once('error', (cause) => reject(new ProxyError(0, { cause })));
    request.end();
  });
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { 'proxy-authorization': `Basic ${pair.toString('base64')}` };
}

/** What the client of the exchange needs of fetch, over this agent. */
const fetchBy =
  (agent: http.Agent, isTls: boolean): typeof fetch =>
  (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const body = typeof init.body === 'string' ? init.body : '';
    if (body !== '') headers['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).request(url, {
        agent,
        method: init.method ?? 'GET',
        headers,
        ...(init.signal ? { signal: init.signal } : {}),
      });
      request.once('response', (res) => resolve(responseOf(res)));
      request.once('error', (error) => reject(init.signal?.aborted ? init.signal.reason : error));
      request.end(body);
    });
  };

const EMPTY = new Set([204, 304]);

function responseOf(res: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(res.headers))
    if (value !== undefined) headers.set(name, String(value));
  const status = res.statusCode ?? 502;
  if (EMPTY.has(status)) res.resume();
  const body = EMPTY.has(status) ? null : (Readable.toWeb(res) as ReadableStream);
  return new Response(body, { status, headers });
}
