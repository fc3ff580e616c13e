/** The whole system on one machine: two exchanges with their portals, an appliance, the server behind it. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { app as appliance } from '@sightline/appliance';
import { app as hub } from '@sightline/hub';
import { HOME } from './mail/people.ts';
import { openMailbox } from './mailbox/server.ts';

export const REGIONS = ['AMERICAS', 'EUROPE'] as const;
export type Region = (typeof REGIONS)[number];
const HOST = '127.0.0.1';

export interface Ports {
  AMERICAS: number;
  EUROPE: number;
  console: number;
  smtp: number;
  mailboxSmtp: number;
  mailboxWeb: number;
}

/** Where `npm start` puts everything. */
export const DEMO_PORTS: Ports = {
  AMERICAS: 7400,
  EUROPE: 7401,
  console: 7410,
  smtp: 7425,
  mailboxSmtp: 7426,
  mailboxWeb: 7427,
};

export interface Place {
  url: string;
  /** Present while the place has not been set up. */
  setupToken: string | undefined;
}

export interface World {
  ports: Ports;
  hubs: Record<Region, Place>;
  console: Place;
  smtp: { host: string; port: number };
  mailbox: Awaited<ReturnType<typeof openMailbox>>;
  stop(): Promise<void>;
}

type Started = { start(): Promise<void>; stop(): Promise<void> };

export interface WorldOptions {
  dataDir: string;
  ports: Ports;
  log?: HubOptions['log'];
  /** How long a `busy.` recipient has to wait, ms. */
  busyMs?: number;
  /** Clock of the exchanges, epoch ms. */
  clock?: () => number;
  /** Version that the appliance says it has. */
  applianceVersion?: string;
  /** Networks that are not public inside which the exchanges may ask modules. */
  outboundAllow?: readonly string[];
  /** First configuration of the appliance beside the usual one. */
  seed?: Record<string, unknown>;
}
type HubOptions = Parameters<typeof hub>[0];

/** Starts everything; what has started is stopped again if a later part fails. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const running: Started[] = [];
  const started = async <T extends Started>(part: T): Promise<T> => {
    await part.start();
    running.unshift(part);
    return part;
  };
  try {
    return await open(options, started, running);
  } catch (error) {
    for (const part of running) await part.stop();
    throw error;
  }
}

async function open(
  options: WorldOptions,
  started: <T extends Started>(part: T) => Promise<T>,
  running: Started[],
): Promise<World> {
  const { dataDir, ports } = options;
  mkdirSync(dataDir, { recursive: true });
  const mailbox = await openMailbox({
    dir: join(dataDir, 'mailbox'),
    smtpPort: ports.mailboxSmtp,
    webPort: ports.mailboxWeb,
    ...(options.busyMs === undefined ? {} : { busyMs: options.busyMs }),
  });
  running.push({ start: async () => {}, stop: mailbox.stop });
  const regions = REGIONS.map((name) => ({ name, url: `http://${HOST}:${ports[name]}` }));
  const hubs = {} as Record<Region, Place>;
  for (const region of REGIONS) {
    const part = await hub({
      dataDir: join(dataDir, `hub-${region.toLowerCase()}`),
      listen: { host: HOST, port: ports[region] },
      region,
      regions,
      clock: options.clock,
      outboundAllow: options.outboundAllow,
      log: options.log,
    });
    await started(part);
    hubs[region] = { url: part.url, setupToken: part.setupToken };
  }
  const esa = await started(
    await appliance({
      dataDir: join(dataDir, 'appliance'),
      console: { host: HOST, port: ports.console },
      seed: { ...firstConfig(ports, regions), ...options.seed },
      version: options.applianceVersion,
      log: options.log,
    }),
  );
  return {
    ports,
    hubs,
    console: { url: esa.consoleUrl, setupToken: esa.setupToken },
    smtp: { host: HOST, port: esa.smtpPort },
    mailbox,
    stop: async () => {
      for (const part of running) await part.stop();
    },
  };
}

/** What an installer would have answered: our domain, our network, the server behind, the two exchanges. */
const firstConfig = (ports: Ports, servers: { name: string; url: string }[]): Record<string, unknown> => ({
  hostname: `esa03.${HOME}`,
  listener: { host: HOST, port: ports.smtp },
  recipientDomains: [HOME],
  relayNetworks: ['127.0.0.1/32'],
  routes: [{ domain: 'ALL', host: HOST, port: ports.mailboxSmtp }],
  delivery: { retrySeconds: [25, 60, 300, 900, 1800, 3600] },
  cloud: { servers },
});

/** Ports that are free now, for tests that run beside others. */
export async function freePorts(): Promise<Ports> {
  const names = Object.keys(DEMO_PORTS) as (keyof Ports)[];
  const held = await Promise.all(names.map(hold));
  const ports = {} as Ports;
  for (const [i, name] of names.entries()) ports[name] = held[i]?.port ?? 0;
  await Promise.all(held.map((h) => h.release()));
  return ports;
}

function hold(): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  return new Promise((done, failed) => {
    server.on('error', failed);
    server.listen(0, HOST, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      done({ port, release: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}
