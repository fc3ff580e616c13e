/** Puts the appliance together: the only place that builds its parts and hands them to one another. */

import { randomBytes } from 'node:crypto';
import { promises as systemDns } from 'node:dns';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DeviceFacts, fail } from '@sightline/api';
import { passwords } from '@sightline/api/web/password';
import { peers } from '@sightline/api/web/peer';
import { serverOf } from '@sightline/api/web/server';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { control } from './admin/control.ts';
import { remoteConsole } from './admin/remote.ts';
import { console_, PRODUCT } from './admin/routes.ts';
import { sessions } from './admin/session.ts';
import { openUsers } from './admin/store.ts';
import { checks, figuresOf } from './admin/watch.ts';
import { type Conf, openConf } from './conf/conf.ts';
import { answers, type Tracked, tracked } from './connector/answers.ts';
import { CONNECTOR_VERSION, Connector } from './connector/connector.ts';
import { loadIdentity } from './connector/identity.ts';
import { openRegistrations } from './connector/store.ts';
import { type Appliance, life } from './life.ts';
import { makeLog } from './log.ts';
import { type MailParts, openMail } from './mail.ts';
import { type MailProcess, openMta } from './mta/mta.ts';
import { serveMta } from './mta/serve.ts';
import { elsewhere, here, type MailSide } from './mta/side.ts';
import { openApplied } from './mta/store.ts';
import { type Carrier, logFailure, startCarrier } from './queue/outbox.ts';
import { hostDns } from './smtp/dns.ts';
import { login } from './smtp/login.ts';
import { openSubmission } from './smtp/store.ts';
import { openSocket, socketOf } from './socket.ts';
import { csv } from './track/csv.ts';
import { openTrack, type Track } from './track/track.ts';

export interface Options {
  /** Folder of everything this appliance keeps; made if it is missing. One appliance at a time. */
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

type Given = Options & Required<Pick<Options, 'log' | 'clock' | 'dns' | 'resolver' | 'version'>>;

const UI = fileURLToPath(new URL('../../ui/dist/console', import.meta.url));

/** The whole appliance in this process. Opens the data and builds all parts; nothing listens before `start`. */
export async function app(options: Options): Promise<Appliance> {
  const given = complete(options);
  const conf = openConf({ path: join(given.dataDir, 'conf.db'), seed: given.seed, clock: given.clock });
  return consoleWith(given, conf, here(await mailProcess(given, new Registry()), conf));
}

/** The console process: console, connector and message tracking. The mail process is reached over its socket. */
export async function consoleApp(options: Options): Promise<Appliance> {
  const given = complete(options);
  const conf = openConf({ path: join(given.dataDir, 'conf.db'), seed: given.seed, clock: given.clock });
  return consoleWith(
    given,
    conf,
    elsewhere(mtaSocket(given.dataDir), conf, given.log.child({ room: 'mta' })),
  );
}

/** The mail process: receives, scans, queues and delivers, whether or not there is a console process. */
export async function mtaApp(options: Options): Promise<{ start(): Promise<void>; stop(): Promise<void> }> {
  const given = complete(options);
  const path = mtaSocket(given.dataDir);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'sightline_mta_' });
  const mail = await mailProcess(given, registry);
  const channel = serveMta(mail.mta, given.log.child({ room: 'control channel' }));
  return {
    start: async () => {
      await openSocket(channel.server, path);
      await mail.start({ insist: true });
    },
    // The channel stays open until the console process has the last events.
    stop: async () => {
      await mail.stop();
      await channel.close();
    },
  };
}

function complete(options: Options): Given {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  return {
    ...options,
    log: options.log ?? makeLog('info'),
    clock: options.clock ?? Date.now,
    dns: options.dns ?? hostDns,
    resolver: options.resolver ?? ((name, type) => systemDns.resolve(name, type) as Promise<string[]>),
    version: options.version ?? ownVersion(),
  };
}

function mtaSocket(dataDir: string): string {
  const path = socketOf(dataDir, 'mta');
  if (path === undefined)
    throw new Error(`The path of ${dataDir} is too long for a socket. Use a data folder with a shorter one.`);
  return path;
}

/** Written by the console process, read by the mail process. */
const submissionFile = (dataDir: string): string => join(dataDir, 'submission.db');

async function mailProcess(
  { dataDir, log, clock, dns, resolver, version }: Given,
  registry: Registry,
): Promise<MailProcess> {
  const dir = join(dataDir, 'mail');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return openMta({
    applied: openApplied(join(dir, 'mta.db')),
    open: (config) =>
      openMail({
        dir,
        config,
        log: log.child({ room: 'mail' }),
        clock,
        dns,
        resolver,
        registry,
        login: login({ users: openSubmission(submissionFile(dataDir)), passwords: passwords(), clock }),
      }),
    registry,
    version,
    log: log.child({ room: 'mta' }),
  });
}

interface Parts extends Pick<Given, 'log' | 'clock' | 'version'> {
  conf: Conf;
  mail: MailSide;
  track: Track;
  /** Questions to message tracking, with the time until which the answers are right. */
  asked: Tracked;
  carry(): Carrier;
  connector: Connector;
}

/** Console, connector and message tracking over a mail process. */
async function consoleWith(given: Given, conf: Conf, mail: MailSide): Promise<Appliance> {
  const parts = await open(given, conf, mail);
  const { asked, track } = parts;
  const { mta } = mail;
  const users = openUsers(join(given.dataDir, 'users.db'));
  const people = sessions(users, given.clock);
  const submission = openSubmission(submissionFile(given.dataDir));
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let port = 0;
  const web = console_({
    ...parts,
    mta,
    registry: figuresOf(registry, mta),
    sessions: people,
    people: users,
    cloud: parts.connector,
    track: { ...asked, csv },
    submission,
    dns: given.dns,
    queue: mta.queue,
    status: () => mta.mail.status(),
    checks: checks(mta, track, () => users.anyUser()),
    uiDir: given.uiDir ?? UI,
    publicUrl: given.console.publicUrl,
    metricsToken: given.console.metricsToken,
    port: () => port,
    peer: peers(given.console.trustedProxies ?? []).ofContext,
  });
  return life({
    ...parts,
    dataDir: given.dataDir,
    console: given.console,
    server: serverOf(web.app),
    commands: serverOf(control({ ...parts, mta, cloud: parts.connector })),
    stores: [users, submission],
    endpoints: web.endpoints,
    setupToken: people.setupToken,
    listening: (at) => {
      port = at;
    },
  });
}

async function open(given: Given, conf: Conf, mail: MailSide): Promise<Parts> {
  const { dataDir, log, clock, version } = given;
  const serial = conf.fact('serial', makeSerial);
  const { hostname: host } = conf.live();
  const track = await openTrack({
    dir: join(dataDir, 'track'),
    host,
    serial,
    clock,
  });
  let carrier: Carrier | undefined;
  const until = (): number => carrier?.until() ?? 0;
  const asked = tracked(track, until);
  const connector = new Connector({
    identity: await loadIdentity(join(dataDir, 'device-key.json')),
    registrations: openRegistrations(join(dataDir, 'connector.db')),
    answers: {
      ...answers({
        track: asked,
        mta: mail.mta,
        version,
        clock,
        until,
        remoteResponse: () => conf.live().cloud.remoteResponse,
      }),
      respond: async (order) => {
        const { cloud, hostname: device } = conf.live();
        if (!cloud.remoteResponse) throw fail('remote_response_off', { device });
        return mail.mta.respond.run(order);
      },
      content: async (mid) => {
        const { cloud, hostname: device } = conf.live();
        if (!cloud.remoteContent) throw fail('remote_content_off', { device });
        log.info({ room: 'connector', mid }, 'content of a message shown to the exchange');
        return mail.mta.quarantine.content(mid);
      },
      console: remoteConsole({
        allowed: () => conf.live().cloud.remoteApi,
        device: () => conf.live().hostname,
        config: () => conf.state(''),
        status: () => mail.mta.mail.status(),
        track: { ...asked, csv },
        log: log.child({ room: 'remote console' }),
      }),
    },
    facts: () => facts(conf, serial, version),
    log: log.child({ room: 'connector' }),
    clock,
    random: Math.random,
    fetch,
  });
  conf.onCommit((config, generation) => mail.mta.mail.apply(config, generation));
  conf.onCommit(async (config) => connector.apply(config));
  const carry = (): Carrier => {
    carrier = startCarrier({
      take: (done) => mail.mta.events.take(done),
      append: (events) => track.append(events),
      failed: logFailure(log),
    });
    return carrier;
  };
  return { log, clock, version, conf, mail, track, asked, carry, connector };
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

/** `XXXXXXXXXXXX-XXXXXXX`, as appliances of this kind have it. */
function makeSerial(): string {
  const hex = randomBytes(10).toString('hex').toUpperCase();
  return `${hex.slice(0, 12)}-${hex.slice(12, 19)}`;
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
