/** The whole system on one machine: two exchanges with their portals, an appliance, the server behind it. */
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pair } from '@sightline/appliance/pair';
import { app as hub } from '@sightline/hub';
import pino from 'pino';
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
  /** The appliance is two processes under supervision, as in production, instead of a part of this one. */
  processes?: boolean;
}
type HubOptions = Parameters<typeof hub>[0];

/** Starts everything; what has started is stopped again if a later part fails. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { dataDir, ports, processes } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const running: Started[] = [];
  const started = async <T extends Started>(part: T): Promise<T> => {
    await part.start();
    running.unshift(part);
    return part;
  };
  // Processes of its own start while the exchanges do, and stop before them.
  const apart = processes ? inProcesses(options) : undefined;
  const ready = apart?.start();
  ready?.catch(() => undefined);
  const stop = async (): Promise<void> => {
    await apart?.stop();
    for (const part of running) await part.stop();
  };
  try {
    const mailbox = await openMailbox(mailboxOf(options));
    running.push({ start: async () => {}, stop: mailbox.stop });
    const hubs = {} as Record<Region, Place>;
    for (const region of REGIONS) {
      const { url, setupToken } = await started(await hub(hubOf(options, region)));
      hubs[region] = { url, setupToken };
    }
    await ready;
    const esa = apart ?? (await started(await here(options)));
    const { consoleUrl: url, setupToken, smtpPort: port } = esa;
    return { ports, hubs, console: { url, setupToken }, smtp: { host: HOST, port }, mailbox, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const mailboxOf = ({ dataDir, ports, busyMs }: WorldOptions): Parameters<typeof openMailbox>[0] => ({
  dir: join(dataDir, 'mailbox'),
  smtpPort: ports.mailboxSmtp,
  webPort: ports.mailboxWeb,
  ...(busyMs === undefined ? {} : { busyMs }),
});

const hubOf = ({ dataDir, ports, clock, outboundAllow, log }: WorldOptions, region: Region): HubOptions => ({
  dataDir: join(dataDir, `hub-${region.toLowerCase()}`),
  listen: { host: HOST, port: ports[region] },
  region,
  regions: regionsOf(ports),
  clock,
  outboundAllow,
  log,
});

const regionsOf = (ports: Ports): { name: Region; url: string }[] =>
  REGIONS.map((name) => ({ name, url: `http://${HOST}:${ports[name]}` }));

const applianceOf = ({ dataDir, ports, seed, applianceVersion, log }: WorldOptions) => ({
  dataDir: join(dataDir, 'appliance'),
  console: { host: HOST, port: ports.console },
  seed: { ...firstConfig(ports), ...seed },
  version: applianceVersion,
  log,
});

/** Loaded only where it is needed: it is the larger part of a start. */
async function here(options: WorldOptions): Promise<Esa> {
  const { app } = await import('@sightline/appliance');
  return app(applianceOf(options));
}

type Esa = Started & { consoleUrl: string; setupToken: string | undefined; smtpPort: number };

/** The appliance as `sightline appliance` runs it. */
function inProcesses(options: WorldOptions): Esa {
  const { dataDir, console, seed, log = pino({ level: 'silent' }) } = applianceOf(options);
  const first = join(options.dataDir, 'appliance-first.json');
  writeFileSync(first, JSON.stringify(seed, null, 2));
  const flags = { data: dataDir, host: console.host, port: console.port, 'first-config': first };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const both = pair({ args, log, out: openSync(logFile(options.dataDir), 'a') });
  return {
    async start() {
      await both.start();
      await answers(options.ports.smtp);
    },
    stop: both.stop,
    get consoleUrl() {
      return both.hello.consoleUrl ?? '';
    },
    get setupToken() {
      return both.hello.setupToken;
    },
    get smtpPort() {
      return both.hello.smtpPort ?? 0;
    },
  };
}

/** The log of everything, of the appliance's processes too. */
export const logFile = (dataDir: string): string => join(dataDir, 'logs', 'sightline.log');

/** The mail process listens a moment after the console is open, on a busy machine. */
async function answers(port: number): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await connects(port)) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const tell = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('data', () => tell(true)).once('error', () => tell(false));
  });

/** What an installer would have answered: our domain, our network, the server behind, the two exchanges. */
const firstConfig = (ports: Ports): Record<string, unknown> => ({
  hostname: `esa03.${HOME}`,
  listener: { host: HOST, port: ports.smtp },
  recipientDomains: [HOME],
  relayNetworks: ['127.0.0.1/32'],
  routes: [{ domain: 'ALL', host: HOST, port: ports.mailboxSmtp }],
  delivery: { retrySeconds: [25, 60, 300, 900, 1800, 3600] },
  cloud: { servers: regionsOf(ports) },
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
