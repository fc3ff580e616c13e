/** What every answer of the hub carries, and which requests of browsers it does not take. OWASP ASVS 3.4, 3.5. */
import { fail } from '@sightline/api';
import type { Context, MiddlewareHandler } from 'hono';

/** Mantine and the graph set style attributes; nothing else is inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Record<string, string> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Sets the security headers; answers of the API are not kept by any cache. */
export const securityHeaders =
  (https: () => boolean): MiddlewareHandler =>
  async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    if (https()) c.header('Strict-Transport-Security', 'max-age=31536000');
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  };

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that change something and that another site's page made a browser send: by
 * `Sec-Fetch-Site`, by `Origin`, and by asking for JSON, which a page cannot send across sites unasked.
 */
export const sameOrigin =
  (publicUrl: () => string): MiddlewareHandler =>
  async (c, next) => {
    if (!READS.has(c.req.method)) checkOrigin(c, publicUrl());
    await next();
  };

function checkOrigin(c: Context, publicUrl: string): void {
  const site = c.req.header('sec-fetch-site');
  if (site && site !== 'same-origin' && site !== 'none') throw fail('bad_origin');
  const origin = c.req.header('origin');
  if (origin && origin !== new URL(publicUrl).origin && hostOf(origin) !== c.req.header('host'))
    throw fail('bad_origin');
  if (c.req.path.startsWith('/api/') && hasBody(c) && !isJson(c))
    throw fail('bad_request', { reason: 'send the body as application/json' });
}

const hasBody = (c: Context): boolean =>
  Number(c.req.header('content-length') ?? 0) > 0 || c.req.header('transfer-encoding') !== undefined;

const isJson = (c: Context): boolean => /^application\/json\b/i.test(c.req.header('content-type') ?? '');

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
