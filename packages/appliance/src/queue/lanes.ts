import type { Config } from '@sightline/api';
import type { Link } from './link.ts';
import { type Hop, routeOf } from './route.ts';
import type { Due } from './store.ts';

/** Recipients of one message that share a next hop. */
export interface Job {
  mid: number;
  sender: string;
  received: number;
  recipients: Due[];
}

/** All that goes to one next hop; without a hop there is no route for it. */
export interface Lanes {
  hop: Hop | undefined;
  pending: Job[];
  /** Held in memory, waiting or in transfer. */
  recipients: number;
  domains: Set<string>;
  running: Set<Promise<void>>;
  /** Connections that wait for something to do. */
  idle: (() => void)[];
  links: Set<Link>;
}

export const createLanes = (hop: Hop | undefined): Lanes => ({
  hop,
  pending: [],
  recipients: 0,
  domains: new Set(),
  running: new Set(),
  idle: [],
  links: new Set(),
});

/** Waits for the next job of a hop, at most `ms`. */
export function linger(lanes: Lanes, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      lanes.idle = lanes.idle.filter((one) => one !== wake);
      resolve();
    }, ms);
    lanes.idle.push(wake);
  });
}

/** Recipients of the same message for the same hop travel together; the key names the hop. */
export function group(
  due: Due[],
  routes: Config['routes'],
): { where: string; hop: Hop | undefined; job: Job }[] {
  const jobs = new Map<string, { where: string; hop: Hop | undefined; job: Job }>();
  for (const one of due) {
    const hop = routeOf(routes, one.domain);
    const where = hop ? `${hop.host} ${hop.port}` : '';
    const id = `${one.mid} ${where}`;
    const found = jobs.get(id);
    if (found) found.job.recipients.push(one);
    else {
      const { mid, sender, received } = one;
      jobs.set(id, { where, hop, job: { mid, sender, received, recipients: [one] } });
    }
  }
  return [...jobs.values()];
}
