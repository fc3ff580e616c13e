/** Refuses changes that the page of another site makes a browser ask for. OWASP ASVS 5.0, 3.5. */
import type { Context, MiddlewareHandler } from 'hono';
import { fail } from '../error.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Looks at `Sec-Fetch-Site` and `Origin` (`bad_origin`), and under /api/ takes JSON or bytes only, which no plain
 * form can send (`bad_request`). Programs that are no browsers send neither header and are let through: they have no one's
 * cookies. `publicUrl`: the address browsers use, when it is not the one they name as the host.
 */
export const sameOrigin =
  (publicUrl: () => string | undefined): MiddlewareHandler =>
  async (c, next) => {
    if (!READS.has(c.req.method)) {
      checkOrigin(c, publicUrl());
      if (c.req.path.startsWith('/api/')) checkType(c);
    }
    await next();
  };

function checkOrigin(c: Context, publicUrl: string | undefined): void {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw fail('bad_origin');
  const origin = c.req.header('origin');
  if (origin === undefined) return;
  const isPublic = publicUrl !== undefined && origin === new URL(publicUrl).origin;
  if (!isPublic && (!URL.canParse(origin) || new URL(origin).host !== c.req.header('host')))
    throw fail('bad_origin');
}

function checkType(c: Context): void {
  const type = c.req.header('content-type');
  if (type === undefined && !hasBody(c)) return;
  if (!/^application\/(json|octet-stream)\s*(;|$)/i.test(type ?? ''))
    throw fail('bad_request', {
      reason: 'send the body as application/json, a file as application/octet-stream',
    });
}

const hasBody = (c: Context): boolean =>
  Number(c.req.header('content-length') ?? 0) > 0 || c.req.header('transfer-encoding') !== undefined;
