/** Puts the appliance together: the only place that builds its parts and hands them to one another. */

import { randomBytes } from 'node:crypto';
import { promises as systemDns } from 'node:dns';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceFacts, Endpoint } from '@sightline/api';
import { peers } from '@sightline/api/web/peer';
import { bracketed, closed, listen, serverOf } from '@sightline/api/web/server';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { clearSocket, control, controlSocket } from './admin/control.ts';
import { remoteConsole } from './admin/remote.ts';
import { console_, PRODUCT } from './admin/routes.ts';
import { sessions } from './admin/session.ts';
import { openUsers } from './admin/store.ts';
import type { TrackingParts } from './admin/tracking.ts';
import { type Conf, openConf } from './conf/conf.ts';
import { CONNECTOR_VERSION, Connector } from './connector/connector.ts';
import { loadIdentity } from './connector/identity.ts';
import { openRegistrations } from './connector/store.ts';
import { makeLog } from './log.ts';
import { type Mail, type MailParts, openMail } from './mail.ts';
import { csv } from './track/csv.ts';
import { openTrack, type Track } from './track/track.ts';

export interface Options {
  /** Folder of everything this appliance keeps; made if it is missing. One process at a time. */
  dataDir: string;
  console: {
    host: string;
    /** 0: any free one. */
    port: number;
    /** Address by which browsers reach the console, when a proxy stands before it: `https://esa.example.com`. */
    publicUrl?: string;
    /** Networks of the proxies before the console, whose X-Forwarded-For counts: `10.0.0.0/8`. */
    trustedProxies?: readonly string[];
    /** Bearer token for `/metrics` from other machines. */
    metricsToken?: string;
  };
  /** Any part of the configuration, for the very first start. */
  seed?: Record<string, unknown>;
  /** What this appliance says its version is. */
  version?: string;
  /** Folder of the console's built pages. */
  uiDir?: string;
  log?: Logger;
  /** Epoch milliseconds. */
  clock?: () => number;
  dns?: MailParts['dns'];
  /** For SPF, DKIM, DMARC and ARC. */
  resolver?: MailParts['resolver'];
}

export interface Appliance {
  /** Opens the listener and the console. Rejects with what to do when a port is taken. */
  start(): Promise<void>;
  /** Lets what is under way finish, then closes everything. */
  stop(): Promise<void>;
  /** Known after `start`. */
  readonly consoleUrl: string;
  /** Known after `start`. */
  readonly smtpPort: number;
  /** One-time token for the first administrator; undefined when the console has been set up. */
  readonly setupToken: string | undefined;
  /** Endpoints of the console's API. */
  readonly endpoints: Endpoint[];
}

const HOUR_MS = 3_600_000;
const UI = fileURLToPath(new URL('../../ui/dist/console', import.meta.url));

/** Opens the data and builds all parts; nothing listens before `start`. */
export async function app(options: Options): Promise<Appliance> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const parts = await open({
    ...options,
    log: options.log ?? makeLog('info'),
    clock: options.clock ?? Date.now,
    dns: options.dns ?? { reverse: (ip) => systemDns.reverse(ip) },
    resolver: options.resolver ?? ((name, type) => systemDns.resolve(name, type) as Promise<string[]>),
    version: options.version ?? ownVersion(),
  });
  const users = openUsers(join(options.dataDir, 'users.db'));
  const people = sessions(users, parts.clock);
  let port = 0;
  const web = console_({
    ...parts,
    sessions: people,
    people: users,
    cloud: parts.connector,
    track: tracked(parts.track),
    status: () => parts.mail.status(),
    checks: checks(parts, () => users.anyUser()),
    uiDir: options.uiDir ?? UI,
    publicUrl: options.console.publicUrl,
    metricsToken: options.console.metricsToken,
    port: () => port,
    peer: peers(options.console.trustedProxies ?? []).ofContext,
  });
  const server = serverOf(web.app);
  const commands = serverOf(control({ ...parts, cloud: parts.connector }));
  return life({
    ...parts,
    options,
    server,
    commands,
    users,
    endpoints: web.endpoints,
    setupToken: people.setupToken,
    listening: (at) => {
      port = at;
    },
  });
}

type Given = Options & Required<Pick<Options, 'log' | 'clock' | 'dns' | 'resolver' | 'version'>>;

interface Parts extends Pick<Given, 'log' | 'clock' | 'version'> {
  conf: Conf;
  track: Track;
  mail: Mail;
  connector: Connector;
  registry: Registry;
}

async function open(given: Given): Promise<Parts> {
  const { dataDir, log, clock, dns, resolver, version } = given;
  const conf = openConf({ path: join(dataDir, 'conf.db'), seed: given.seed, clock });
  const serial = conf.fact('serial', makeSerial);
  const { hostname: host, tracking } = conf.live();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const track = await openTrack({
    dir: join(dataDir, 'track'),
    host,
    serial,
    clock,
    keepDays: tracking.keepDays,
  });
  const mail = await openMail({
    dir: join(dataDir, 'mail'),
    config: conf.live(),
    append: (events) => track.append(events),
    log: log.child({ room: 'mail' }),
    clock,
    dns,
    resolver,
    registry,
  });
  const connector = new Connector({
    identity: await loadIdentity(join(dataDir, 'device-key.json')),
    registrations: openRegistrations(join(dataDir, 'connector.db')),
    answers: {
      ...answers(track, mail, version, clock),
      console: remoteConsole({
        allowed: () => conf.live().cloud.remoteApi,
        device: () => conf.live().hostname,
        config: () => conf.state(''),
        status: () => mail.status(),
        track: tracked(track),
        log: log.child({ room: 'remote console' }),
      }),
    },
    facts: () => facts(conf, serial, version),
    log: log.child({ room: 'connector' }),
    clock,
    random: Math.random,
    fetch,
  });
  conf.onCommit((config) => mail.apply(config));
  conf.onCommit(async (config) => connector.apply(config));
  return { log, clock, version, conf, track, mail, connector, registry };
}

/** What the console shows of message tracking. */
const tracked = (track: Track): TrackingParts => ({
  search: (...query) => track.search(...query),
  histogram: (...query) => track.histogram(...query),
  top: (...query) => track.top(...query),
  details: (mid) => track.details(mid),
  csv,
});

function answers(track: Track, mail: Mail, version: string, clock: () => number) {
  const started = clock();
  return {
    lookup: (...query: Parameters<Track['lookup']>) => track.lookup(...query),
    search: (...query: Parameters<Track['search']>) => track.search(...query),
    details: (mid: number) => track.details(mid),
    health: () => ({
      version,
      uptimeS: (clock() - started) / 1000,
      queued: mail.status().queued,
      indexedUntil: clock(),
    }),
  };
}

const facts = (conf: Conf, serial: string, version: string): DeviceFacts => ({
  name: conf.live().hostname,
  type: 'ESA',
  product: PRODUCT,
  version,
  serial,
  ip: '127.0.0.1',
  connectorVersion: CONNECTOR_VERSION,
});

const checks = ({ mail, track }: Parts, users: () => unknown) => ({
  console: async () => users(),
  mail: async () => {
    if (mail.port === 0) throw new Error('the listener is closed');
    mail.status();
  },
  tracking: () => track.lookup({ range: { from: 0, to: 0 }, keys: [{ key: 'mid', value: '1' }], limit: 0 }),
});

interface Living extends Parts {
  options: Options;
  server: Server;
  /** For the command line of this machine. */
  commands: Server;
  users: { close(): void };
  endpoints: Endpoint[];
  setupToken: string | undefined;
  listening(port: number): void;
}

function life(parts: Living): Appliance {
  const { conf, track, mail, connector, server, commands, users, log, clock, options } = parts;
  let prune: NodeJS.Timeout | undefined;
  let consoleUrl = '';
  const forget = (): void =>
    void track.prune(clock()).catch((error: unknown) => log.error({ err: error }, 'tracking not pruned'));
  const start = async (): Promise<void> => {
    await mail.start();
    const port = await listen(server, options.console, 'The console');
    parts.listening(port);
    consoleUrl = options.console.publicUrl ?? `http://${bracketed(options.console.host)}:${port}`;
    await openControl(commands, options.dataDir, log);
    connector.apply(conf.live());
    prune = setInterval(forget, HOUR_MS);
    forget();
    announce(log, consoleUrl, parts.setupToken);
  };
  const stop = async (): Promise<void> => {
    clearInterval(prune);
    await Promise.all([closed(server), closed(commands)]);
    await connector.stop();
    await mail.stop();
    await track.close();
    users.close();
    conf.close();
  };
  return {
    start: () =>
      start().catch(async (error: unknown) => {
        await stop();
        throw error;
      }),
    stop,
    get consoleUrl() {
      return consoleUrl;
    },
    get smtpPort() {
      return mail.port;
    },
    setupToken: parts.setupToken,
    endpoints: parts.endpoints,
  };
}

/** The address carries the token: it is worth nothing once the first administrator exists. */
function announce(log: Logger, url: string, setupToken: string | undefined): void {
  log.info({ url }, 'console open');
  if (setupToken !== undefined)
    log.warn({ setup: `${url}/setup?token=${setupToken}` }, 'not set up yet: open this address to begin');
}

/** Without it the appliance works too, only the command line does not reach it. */
async function openControl(server: Living['commands'], dataDir: string, log: Logger): Promise<void> {
  const path = controlSocket(dataDir);
  if (path === undefined) return log.warn({ dataDir }, 'path too long for a control socket: no command line');
  clearSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
}

/** `XXXXXXXXXXXX-XXXXXXX`, as appliances of this kind have it. */
function makeSerial(): string {
  const hex = randomBytes(10).toString('hex').toUpperCase();
  return `${hex.slice(0, 12)}-${hex.slice(12, 19)}`;
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
