/** The hub's HTTP server, and the address it has. TLS is a proxy's work. */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listen {
  host: string;
  /** 0 takes any free one. */
  port: number;
}
type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Where this hub is; the port may be known only once it listens. */
export interface Place {
  port: number;
  publicUrl: () => string;
  isHttps: () => boolean;
}

export function placeOf({ host, port }: Listen, publicUrl: string | undefined): Place {
  const given = publicUrl?.replace(/\/+$/, '');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const place: Place = {
    port,
    publicUrl: () => given ?? `http://${name.includes(':') ? `[${name}]` : name}:${place.port}`,
    isHttps: () => place.publicUrl().startsWith('https:'),
  };
  return place;
}

const HEADER_MAX = 16 * 1024;

export function serverOf(http: Hono, upgrade: Upgrade): Server {
  const serverOptions = { maxHeaderSize: HEADER_MAX, headersTimeout: 10_000, requestTimeout: 60_000 };
  const server = createAdaptorServer({ fetch: http.fetch, serverOptions }) as Server;
  server.on('upgrade', upgrade);
  return server;
}

/** @returns the port */
export const listen = (server: Server, { host, port }: Listen): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

export async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
