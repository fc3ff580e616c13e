/** What the hub counts, for Prometheus. Every hub of a process has its own. */
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof metrics>;

export function metrics(links: () => number) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'sightline_hub_devices_connected',
    help: 'Devices that are connected now',
    registers,
    collect() {
      this.set(links());
    },
  });
  const requests = new Histogram({
    name: 'sightline_hub_http_seconds',
    help: 'HTTP requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const asks = new Histogram({
    name: 'sightline_hub_ask_seconds',
    help: 'Questions to devices by verb and how they ended',
    labelNames: ['verb', 'result'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const enrolments = new Counter({
    name: 'sightline_hub_enrolments_total',
    help: 'Redemptions of registration tokens by result',
    labelNames: ['result'],
    registers,
  });
  const dropped = new Counter({
    name: 'sightline_hub_answers_dropped_total',
    help: 'Answers of devices that nobody waited for: late, twice or unasked',
    registers,
  });
  return { registry, requests, asks, enrolments, dropped };
}

/** Times every request under the route that took it. */
export const timed =
  (requests: Metrics['requests']): MiddlewareHandler =>
  async (c, next) => {
    const began = performance.now();
    await next();
    const labels = { method: c.req.method, route: routeOf(c), status: String(c.res.status) };
    requests.observe(labels, (performance.now() - began) / 1000);
  };

/** The pattern, not the address, so that nobody can make series without end. */
const routeOf = (c: Context): string =>
  matchedRoutes(c).find((route) => !route.path.endsWith('*'))?.path ?? 'other';
