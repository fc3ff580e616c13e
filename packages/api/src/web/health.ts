/** `/healthz` for whoever watches a program, `/metrics` for Prometheus. */
import type { Context, Hono } from 'hono';
import { fail } from '../error.ts';
import { isSame } from './session.ts';

export interface HealthParts {
  /** Said beside the status: version, region. */
  facts: Record<string, string>;
  /** Cheap checks by name; one that throws is a part that does not work. */
  checks: Record<string, () => Promise<unknown>>;
  registry: { contentType: string; metrics(): Promise<string> };
  /** Bearer token for `/metrics`; without one only this machine may read them. */
  metricsToken?: string | undefined;
  peer(c: Context): string;
}

export function mountHealth(app: Hono, parts: HealthParts): void {
  app.get('/healthz', async (c) => {
    const failing = await broken(parts.checks);
    const status = failing.length === 0 ? 'ok' : 'failing';
    return c.json({ status, ...parts.facts, failing }, status === 'ok' ? 200 : 503);
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
  const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (given !== undefined) return metricsToken !== undefined && isSame(given, metricsToken);
  const forwarded = ['x-forwarded-for', 'forwarded', 'via'].some((name) => c.req.header(name) !== undefined);
  return !forwarded && LOCAL.test(peer(c));
}
