/** For tests: real servers on loopback, and a way out that may reach them. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { lanes } from '../investigate/lanes.ts';
import { type Outbound, type OutboundOptions, outbound } from './outbound.ts';

export interface Site {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  /** Connections that were made so far. */
  connections(): number;
  close(): Promise<void>;
}

/** A server that answers as `listener` does; with `tls` over TLS. */
export async function site(listener: RequestListener, tls?: { key: string; cert: string }): Promise<Site> {
  const server: Server = tls ? createTls(tls, listener) : createServer(listener);
  let count = 0;
  server.on('connection', () => {
    count += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    connections: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A way out to loopback, where tests have their servers. */
export const open = (options: Partial<OutboundOptions> = {}): Outbound =>
  outbound({
    allow: ['127.0.0.0/8'],
    enter: lanes().enter,
    userAgent: 'Sightline test',
    clock: Date.now,
    random: Math.random,
    ...options,
  });

export const patience = (): AbortSignal => AbortSignal.timeout(15_000);

/** A certificate of nobody, signed by itself for 127.0.0.1, good until 2126. */
export const TLS = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPOyqi68vfVHyR0JX
HYZ8ojfl43sqNpwOAV4R4r2I4pWhRANCAAQuUMfjtsmOjnUouq8ZnKoD/JJqJ4Lq
FYAM5mUDufv07LmLfVTDJFBfKCIKwewy60S4rblLGw+A31/2HYZX1XBJ
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBoTCCAUagAwIBAgIUVOsyv8PqoUtGm+sQuuN4PLJpBm4wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRZXNhMDMuZXhhbXBsZS5jb20wIBcNMjYxMTI1MDg0MzM0WhgP
MjEyNjExMDEwODQzMzRaMBwxGjAYBgNVBAMMEWVzYTAzLmV4YW1wbGUuY29tMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELlDH47bJjo51KLqvGZyqA/ySaieC6hWA
DOZlA7n79Oy5i31UwyRQXygiCsHsMutEuK25SxsPgN9f9h2GV9VwSaNkMGIwHQYD
VR0OBBYEFBi9KXZ06LzlyHEifmsiZ383jb3qMB8GA1UdIwQYMBaAFBi9KXZ06Lzl
yHEifmsiZ383jb3qMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAK
BggqhkjOPQQDAgNJADBGAiEAjhroC0o8QduwIBZjU7ZDwr8HGLaR7qryyuTGX+Ib
e2ICIQCEyBn/qQNYS0n6QSCWgkdibKkQP9liNS7+/4NJ36sL5g==
-----END CERTIFICATE-----`,
};
