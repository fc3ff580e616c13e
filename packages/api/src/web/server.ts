/** The HTTP server of a program. TLS is a proxy's work. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listen {
  host: string;
  /** 0 takes any free one. */
  port: number;
}

const HEADER_MAX = 16 * 1024;
/** How long requests that are under way may take when the server closes, ms. */
const CLOSING_MS = 2000;

export function serverOf(app: Hono): Server {
  const serverOptions = { maxHeaderSize: HEADER_MAX, headersTimeout: 10_000, requestTimeout: 60_000 };
  return createAdaptorServer({ fetch: app.fetch, serverOptions }) as Server;
}

/** @returns the port. Rejects with what to do when it cannot be had; `what` is listening: `The console`. */
export const listen = (server: Server, { host, port }: Listen, what: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void =>
      reject(new Error(`${what} cannot listen on ${host}:${port}: ${reason(cause)}`, { cause }));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });

const reason = ({ code, message }: NodeJS.ErrnoException): string => {
  if (code === 'EADDRINUSE') return 'another program uses this port. Stop it, or choose another port.';
  if (code === 'EACCES') return 'this user may not use this port. Choose one above 1023.';
  return message;
};

/** Running requests get a moment; connections that only wait are closed at once. */
export async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), CLOSING_MS).unref();
  });
}

/** `[::1]`: how an address is written in a URL. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
