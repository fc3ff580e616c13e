/** What every request of the console passes: security headers, and no changes on behalf of other sites. */
import { fail } from '@sightline/api';
import type { Context, MiddlewareHandler } from 'hono';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Record<string, string> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** `secure`: the console is reached by https. */
export function securityHeaders(secure: boolean): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    if (secure) c.header('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
    if (c.req.path.startsWith('/api/')) c.header('Cache-Control', 'no-store');
  };
}

/**
 * Refuses changes that a page of another site asks for (`bad_origin`), and bodies that a plain form could send.
 * Programs that are no browsers send neither header and are let through: they have no one's cookies.
 */
export function ownOrigin(publicUrl?: string): MiddlewareHandler {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const site = c.req.header('sec-fetch-site');
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw fail('bad_origin');
      const origin = c.req.header('origin');
      if (origin !== undefined && !isOwn(hostOf(origin), [own, c.req.header('host')]))
        throw fail('bad_origin');
      needJson(c);
    }
    await next();
  };
}

function needJson(c: Context): void {
  const type = c.req.header('content-type');
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
    throw fail('bad_request', { reason: 'the body has to be application/json' });
}

const isOwn = (host: string | undefined, own: (string | undefined)[]): boolean =>
  host !== undefined && own.includes(host);

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
