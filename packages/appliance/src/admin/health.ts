/** `/healthz` for whoever watches this program, `/metrics` for Prometheus. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { fail } from '@sightline/api';
import type { Context, Hono } from 'hono';
import type { Registry } from 'prom-client';

export interface HealthParts {
  version: string;
  registry: Registry;
  /** Cheap checks by name; one that throws is a part that does not work. */
  checks: Record<string, () => Promise<unknown>>;
  /** Bearer token for `/metrics`; without one only this machine may read them. */
  metricsToken?: string;
  peer(c: Context): string;
}

export function mountHealth(app: Hono, parts: HealthParts): void {
  app.get('/healthz', async (c) => {
    const failing = await broken(parts.checks);
    const status = failing.length === 0 ? 'ok' : 'failing';
    c.header('Cache-Control', 'no-store');
    return c.json({ status, version: parts.version, failing }, status === 'ok' ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    if (!mayRead(c, parts)) throw fail('forbidden', { permission: 'metrics:read' });
    c.header('Content-Type', parts.registry.contentType);
    return c.body(await parts.registry.metrics());
  });
}

/** Names of the checks that fail. */
async function broken(checks: HealthParts['checks']): Promise<string[]> {
  const names = Object.keys(checks);
  const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
  return names.filter((_, i) => results[i]?.status === 'rejected');
}

const LOCAL = /^(127\.|::1$|::ffff:127\.)/;

/** A proxy on this machine makes everybody look local, so a forwarded request needs the token. */
function mayRead(c: Context, { metricsToken, peer }: HealthParts): boolean {
  const given = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (given !== undefined) return metricsToken !== undefined && same(given, metricsToken);
  const forwarded = c.req.header('x-forwarded-for') ?? c.req.header('forwarded');
  return forwarded === undefined && LOCAL.test(peer(c));
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
