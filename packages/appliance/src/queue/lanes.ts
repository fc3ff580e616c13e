import type { Config } from '@sightline/api';
import type { Link } from './link.ts';
import type { Dsn } from './message.ts';
import { chosenHop, destinationOf, type Hop, hopOf, routeOf } from './route.ts';
import type { Due } from './store.ts';

/** Recipients of one message that share a next hop and its limits. */
export interface Job {
  mid: number;
  sender: string;
  received: number;
  size: number;
  quiet: boolean;
  /** The Authentication-Results field that it leaves with. */
  authResults?: string | null;
  recipients: Due[];
  /** What the sender wants to be told; known once the message was opened. */
  dsn?: Dsn;
}

/** All that goes to one next hop under the same limits; without a hop there is no route for it. */
export interface Lanes {
  where: string;
  hop: Hop | undefined;
  pending: Job[];
  /** In transfer. */
  busy: Set<Job>;
  /** Held in memory, waiting or in transfer. */
  recipients: number;
  domains: Set<string>;
  running: Set<Promise<void>>;
  /** Connections that wait for something to do. */
  idle: (() => void)[];
  links: Set<Link>;
}

export const createLanes = (where: string, hop: Hop | undefined): Lanes => ({
  where,
  hop,
  pending: [],
  busy: new Set(),
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

type Settings = Pick<Config, 'routes' | 'outgoingAuth' | 'destinations' | 'delivery'>;

/** The next hop of a domain, and a name for it and its limits: what has the same name shares its connections. */
export function placeOf(config: Settings, domain: string): { where: string; hop: Hop | undefined } {
  const chosen = chosenHop(domain);
  if (chosen) return { where: domain, hop: chosen };
  const route = routeOf(config.routes, domain);
  if (!route) return { where: '', hop: undefined };
  const hop = hopOf(route, config.outgoingAuth);
  const hosts = hop.mx
    ? `mx ${domain} ${hop.port}`
    : hop.hosts.map((one) => `${one.host} ${one.port}`).join(' ');
  const limits = destinationOf(config, domain).domain;
  return { where: `${route.protocol} ${hosts} ${route.auth} ${limits}`, hop };
}

/** Recipients of the same message for the same place travel together. */
export function group(due: Due[], config: Settings): { where: string; hop: Hop | undefined; job: Job }[] {
  const places = new Map<string, ReturnType<typeof placeOf>>();
  const jobs = new Map<string, { where: string; hop: Hop | undefined; job: Job }>();
  for (const one of due) {
    const place = places.get(one.domain) ?? placeOf(config, one.domain);
    places.set(one.domain, place);
    const id = `${one.mid} ${place.where}`;
    const found = jobs.get(id);
    if (found) found.job.recipients.push(one);
    else {
      const { mid, sender, received, size, quiet, authResults } = one;
      const job = { mid, sender, received, size, quiet, authResults, recipients: [one] };
      jobs.set(id, { ...place, job });
    }
  }
  return [...jobs.values()];
}
