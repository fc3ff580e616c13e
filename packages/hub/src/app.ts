/** Builds a hub from its parts: exchange and response portal of one region. The only place that does. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  AskedSighting,
  type Device,
  type Endpoint,
  fail,
  inspectFile,
  MAX_FILE,
  MAX_SNAPSHOT,
  type OneTimeLink,
  saveSnapshot,
} from '@sightline/api';
import { httpApp, type Mount, mounter } from '@sightline/api/http';
import { type SessionCookie, sessionCookie } from '@sightline/api/web/cookie';
import { securityHeaders } from '@sightline/api/web/headers';
import { mountHealth } from '@sightline/api/web/health';
import { sameOrigin } from '@sightline/api/web/origin';
import { passwords } from '@sightline/api/web/password';
import { type Peers, peers } from '@sightline/api/web/peer';
import { quota } from '@sightline/api/web/quota';
import { closed, type Listen, listen, serverOf } from '@sightline/api/web/server';
import { hashed, newSecret } from '@sightline/api/web/session';
import { staticFiles } from '@sightline/api/web/static';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Logger, pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { type Db, oneAtATime, openSqlite } from './db.ts';
import type { Deps } from './deps.ts';
import { docsRoutes } from './docs/routes.ts';
import { type Asking, asking } from './exchange/ask.ts';
import { append, appendIn } from './exchange/audit.ts';
import { admitted, connectorRoutes, noteRefusal } from './exchange/connector.ts';
import { diary } from './exchange/diary.ts';
import type { Region } from './exchange/enrol.ts';
import { forgetEvents, type Note, record } from './exchange/event.ts';
import { type OrderKey, orderKey } from './exchange/hubkey.ts';
import { journal } from './exchange/journal.ts';
import { lanes } from './exchange/lanes.ts';
import type { Line } from './exchange/line.ts';
import { type Link, link } from './exchange/link.ts';
import { nonces } from './exchange/nonce.ts';
import { shutOut } from './exchange/presence.ts';
import type { ProofDeps } from './exchange/proof.ts';
import { exchangeRoutes, usableDevices, welcomeFrame } from './exchange/routes.ts';
import { isEnabled } from './exchange/service.ts';
import { slower } from './exchange/slow.ts';
import { sseRoutes } from './exchange/sse.ts';
import { shown, deviceOf as storedDevice } from './exchange/store.ts';
import { MINIMUM_VERSIONS, type MinimumVersions } from './exchange/version.ts';
import { fileReader } from './file/reader.ts';
import { fileRoutes } from './file/routes.ts';
import { type Caller, gate } from './http.ts';
import { readAny } from './intel/entities.ts';
import type { FeedDeps } from './intel/feed-routes.ts';
import { intelRoutes } from './intel/mount.ts';
import { PRIVATE_INTELLIGENCE, privateKind } from './intel/private.ts';
import { lanes as places } from './investigate/lanes.ts';
import { investigateRoutes } from './investigate/routes.ts';
import { type Metrics, metrics, timed } from './metrics.ts';
import { migrations } from './migrate/list.ts';
import { migrate } from './migrate/run.ts';
import { applianceKinds } from './module/appliance.ts';
import { integrationRoutes } from './module/int-routes.ts';
import { addBuiltIn, type ModuleDeps, targetsOf } from './module/manage.ts';
import { messageRoutes } from './module/message.ts';
import { webKinds } from './module/native.ts';
import { registry } from './module/registry.ts';
import { relayKind } from './module/relay/kind.ts';
import { moduleRoutes } from './module/routes.ts';
import { stats as moduleStats } from './module/stats.ts';
import { addedTypes } from './module/types-added.ts';
import { type Outbound, outbound } from './outbound/outbound.ts';
import { type Place, placeOf } from './place.ts';
import { openPostgres } from './postgres.ts';
import { respondRoutes } from './respond/routes.ts';
import { sealer } from './secret/seal.ts';
import { snapshotRoutes } from './snapshot/routes.ts';
import { accountRoutes } from './who/account.ts';
import { authorizeRoutes } from './who/authorize.ts';
import { requireScope, verifyToken } from './who/bearer.ts';
import { clientRoutes } from './who/client-routes.ts';
import { clientOf, secretsOf, touchClient } from './who/clients.ts';
import { grantsIn } from './who/grants.ts';
import { KEY_FILES, type KeyPair, signClaims, signingKey } from './who/jwt.ts';
import { type OauthDeps, oauthRoutes } from './who/oauth.ts';
import { addOrganisation } from './who/organisation.ts';
import { organisationRoutes } from './who/organisation-routes.ts';
import { profileRoutes } from './who/profile.ts';
import { enter, sessionUser, userRoutesOf, type WhoDeps, whoRoutes } from './who/routes.ts';
import { ssoRoutes } from './who/sso/routes.ts';
import { hasUsers, homeOrganisation, keepSetupToken, organisationName } from './who/store.ts';

export interface HubOptions {
  /** Folder of the database and the keys; made if it is not there. */
  dataDir: string;
  /** `postgres://…` where the data is to be there, and not in a file of the data folder. */
  database?: string | undefined;
  listen: Listen;
  /** Address that browsers, appliances and clients use, when it is not that of `listen` (a proxy with TLS). */
  publicUrl?: string | undefined;
  /** `AMERICAS` */
  region: string;
  /** All exchanges of the installation, so that an appliance at the wrong one can be told the right one. */
  regions: readonly Region[];
  minimumVersions?: MinimumVersions | undefined;
  /** Folder with the portal's built files. */
  uiDir?: string | undefined;
  /** Networks of the proxies in front of this hub, whose X-Forwarded-For counts: `10.0.0.0/8`. */
  trustedProxies?: readonly string[] | undefined;
  /** Lets others than this machine read /metrics. */
  metricsToken?: string | undefined;
  log?: Logger | undefined;
  /** Epoch milliseconds. */
  clock?: (() => number) | undefined;
  heartbeatMs?: number | undefined;
  /** SHA-256 (base64) of public keys that appliances are to expect in this hub's certificate chain. */
  pins?: readonly string[] | undefined;
  /** Networks that are not public inside which modules may be asked: `10.0.0.0/8`. */
  outboundAllow?: readonly string[] | undefined;
  /** Connections of appliances that are let in a second, 200 if left out. */
  handshakesPerS?: number | undefined;
}

export interface Hub {
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Public address; final after `start` when the port was 0. */
  readonly url: string;
  /** One-time token of the first setup; undefined when there were users already. */
  readonly setupToken: string | undefined;
  /** A further organisation; its administrator comes with the link. Throws `name_taken`. */
  addOrganisation: (given: { name: string; admin: string }) => Promise<OneTimeLink>;
  readonly http: Hono;
  /** Everything that is mounted, for the permission matrix. */
  readonly endpoints: readonly Endpoint[];
}

const UI = fileURLToPath(new URL('../../ui/dist/portal', import.meta.url));
/** A pasted text of a million characters, as JSON. */
const BODY_MAX = 4 * 1024 * 1024;
/** Token, key, facts and two proofs. */
const CONNECTOR_BODY_MAX = 16 * 1024;
const tooLarge = (): never => {
  throw fail('too_large', { limit: '16 KiB' });
};
const { version } = packageJson;

/** A hub that is ready to start: its database is open and of this program's schema. */
export async function app(options: HubOptions): Promise<Hub> {
  mkdirSync(options.dataDir, { recursive: true });
  chmodSync(options.dataDir, 0o700);
  const log = options.log ?? pino({ name: 'hub' });
  const clock = options.clock ?? Date.now;
  const db = await readyDatabase(options, log, clock());
  const home = await theHome(db, clock());
  const setupToken = await freshSetupToken(db, home, clock());
  const place = placeOf(options.listen, options.publicUrl);
  const parts = await assemble(options, {
    db,
    log,
    clock,
    home,
    place,
    peers: peers(options.trustedProxies ?? []),
    cookie: sessionCookie(() => `sl_hub_${options.region.toLowerCase()}_${place.port}`, place.isHttps),
    key: await orderKey(options.dataDir),
    note: (event, tx) => record(tx ?? db, event, clock()),
  });
  const server = serverOf(parts.http);
  server.on('upgrade', parts.link.upgrade);
  return {
    http: parts.http,
    endpoints: parts.endpoints,
    get url() {
      return place.publicUrl();
    },
    setupToken,
    addOrganisation: (given) =>
      addOrganisation({ db, audit: auditIn(db, clock), url: place.publicUrl() }, given, clock()),
    start: async () => {
      await forgetEvents(db, clock());
      place.port = await listen(server, options.listen, 'The hub');
      log.info({ url: place.publicUrl(), region: options.region }, 'hub is up');
      if (setupToken)
        log.info(`First start: open ${place.publicUrl()} and set up with the token ${setupToken}`);
    },
    stop: once(async () => {
      await parts.link.stop();
      await closed(server);
      parts.out.close();
      await db.destroy();
    }),
  };
}

/** The same as a hub's `addOrganisation`, for the command line: beside a hub that runs, or without one. */
export async function addOrganisationTo(
  options: HubOptions,
  given: { name: string; admin: string },
): Promise<OneTimeLink> {
  const now = Date.now();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const db = await readyDatabase(options, pino({ level: 'silent' }), now);
  try {
    await theHome(db, now);
    const url = placeOf(options.listen, options.publicUrl).publicUrl();
    return await addOrganisation({ db, audit: auditIn(db, () => now), url }, given, now);
  } finally {
    await db.destroy();
  }
}

const theHome = (db: Db, now: number): Promise<string> =>
  db.transaction().execute(async (tx) => {
    await oneAtATime(tx, 'home organisation');
    return homeOrganisation(tx, now);
  });

const auditIn =
  (db: Db, clock: () => number): Deps['audit'] =>
  (line, tx) =>
    tx ? appendIn(tx, line, clock()) : append(db, line, clock());

/** Open and of this program's schema. */
async function readyDatabase({ database, dataDir }: HubOptions, log: Logger, now: number): Promise<Db> {
  const lost = (err: Error): void => log.warn({ err }, 'a connection to the database was lost');
  const opened = database ? openPostgres({ url: database, lost }) : openSqlite(join(dataDir, 'hub.sqlite'));
  await migrate(opened, migrations, now);
  return opened.db;
}

/** However often it is called, the work is done once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** Until there is a user: a new token at each start, which is nowhere but in the log. */
async function freshSetupToken(db: Db, home: string, now: number): Promise<string | undefined> {
  if (await hasUsers(db, home)) return undefined;
  const token = newSecret();
  await keepSetupToken(db, home, hashed(token), now);
  return token;
}

interface Base extends Pick<Deps, 'db' | 'log' | 'clock'> {
  home: string;
  place: Place;
  peers: Peers;
  cookie: SessionCookie;
  key: OrderKey;
  /** Notes an event of the exchange. */
  note: Note;
}

/** Everything that depends on the exchange's live connections, in the order of its dependence. */
async function assemble(options: HubOptions, base: Base) {
  const { db, clock, place } = base;
  const audit = auditIn(db, clock);
  const proofs: ProofDeps & { db: Db } = { db, nonces: nonces(), publicUrl: place.publicUrl, clock };
  const stats = metrics(() => lines.count());
  const questions = questionsOf(options, base, stats, (id) => lines.line(id));
  const lines: Link = linkOf(options, base, audit, proofs, questions);
  const deps: Deps = {
    db,
    ask: questions.ask,
    devices: usableDevices({ db, link: lines }),
    audit,
    clock,
    publicUrl: place.publicUrl,
    log: base.log,
  };
  const moduleKey = await signingKey(options.dataDir, KEY_FILES.module);
  const oauth = await oauthOf(options, deps, base.peers, moduleKey);
  const out = outboundOf(options, clock);
  const http = webOf(options, base, stats);
  const on = mounter<Caller>(http, gateOf(base, oauth));
  mountWho(on, options, base, deps);
  mountExchange(on, options, base, deps, { lines, proofs, stats });
  oauthRoutes(on, oauth);
  authorizeRoutes(on, { ...deps, clientOf: oauth.clientOf, grants: oauth.grants });
  mountModules(on, options, deps, { lines, out, moduleKey });
  docsRoutes(on, { version });
  http.use(staticFiles(options.uiDir ?? UI));
  return { http, link: lines, out, endpoints: on.endpoints };
}

const questionsOf = (
  options: HubOptions,
  { db, key, clock }: Base,
  stats: Metrics,
  line: (deviceId: string) => Line | undefined,
): Asking =>
  asking({
    target: async (orgId, id) => {
      const row = await storedDevice(db, orgId, id);
      return row && { name: row.name, lastSeen: row.last_seen ?? row.registered };
    },
    enabled: (orgId) => isEnabled(db, orgId),
    line,
    region: options.region,
    sign: key.sign,
    clock,
    asked: (verb, result, ms) => stats.asks.observe({ verb, result }, ms / 1000),
    dropped: () => stats.dropped.inc(),
  });

const linkOf = (
  options: HubOptions,
  base: Base,
  audit: Deps['audit'],
  proofs: ProofDeps & { db: Db },
  questions: Asking,
): Link =>
  link({
    ...diary({ ...base, audit, journal: journal(base.db) }),
    prove: admitted(proofs),
    welcome: async ({ id, org_id }) =>
      welcomeFrame(id, await organisationName(base.db, org_id), await isEnabled(base.db, org_id)),
    replied: questions.replied,
    gone: questions.gone,
    refused: (proof, fault, peer) => noteRefusal(base, proof, fault, peer),
    shutOut: (since) => shutOut(base.db, since),
    refusals: quota(30, 60),
    peer: base.peers.ofRequest,
    clock: base.clock,
    log: base.log,
    heartbeatMs: options.heartbeatMs,
    handshakesPerS: options.handshakesPerS,
  });

const oauthOf = async (
  options: HubOptions,
  { db, clock, publicUrl }: Deps,
  { ofContext }: Peers,
  moduleKey: KeyPair,
): Promise<OauthDeps> => ({
  key: await signingKey(options.dataDir),
  otherKeys: [moduleKey.shown],
  clientOf: (id) => clientOf(db, id),
  secretsOf: (id, now) => secretsOf(db, id, now),
  used: (id, secretId, at) => touchClient(db, id, secretId, at),
  grants: grantsIn(db),
  clientQuota: quota(60, 60),
  peerQuota: quota(20, 60),
  peer: ofContext,
  publicUrl,
  clock,
});

const gateOf = (base: Base, oauth: OauthDeps) =>
  gate({
    secret: base.cookie.read,
    peer: base.peers.ofContext,
    session: sessionUser(base),
    verifyToken: (authorization) => verifyToken(oauth, authorization),
    requireScope,
  });

/** The web application without its routes: limits, headers, origin check, one place for errors. */
function webOf(options: HubOptions, { db, home, log, place, peers }: Base, stats: Metrics): Hono {
  const http = httpApp((error, trace) => log.error({ err: error, trace }, 'request failed'), BODY_MAX, {
    [inspectFile.path]: MAX_FILE,
    [saveSnapshot.path]: MAX_SNAPSHOT,
  });
  http.use('/connector/*', bodyLimit({ maxSize: CONNECTOR_BODY_MAX, onError: tooLarge }));
  http.use(timed(stats.requests), securityHeaders(place.isHttps), sameOrigin(place.publicUrl));
  mountHealth(http, {
    facts: { region: options.region, version },
    checks: { database: () => hasUsers(db, home) },
    registry: stats.registry,
    metricsToken: options.metricsToken,
    peer: peers.ofContext,
  });
  return http;
}

function mountWho(on: Mount<Caller>, options: HubOptions, base: Base, deps: Deps): void {
  const who: WhoDeps = {
    ...deps,
    home: base.home,
    region: options.region,
    version,
    cookie: base.cookie,
    passwords: passwords(),
    accountQuota: quota(5, 60),
    peerQuota: quota(20, 60),
    sealer: sealer(options.dataDir),
  };
  const secret = (c: Context): string => base.cookie.read(c) ?? '';
  whoRoutes(on, who);
  const { changeUser } = userRoutesOf(on, who);
  accountRoutes(on, { ...who, secret });
  organisationRoutes(on, { ...deps, secret });
  profileRoutes(on, { ...deps, changeUser });
  ssoRoutes(on, {
    ...who,
    log: deps.log,
    cookie: () => `sl_sso_${base.place.port}`,
    isHttps: base.place.isHttps,
    peerQuota: quota(30, 60),
    enter: (c, user, peer) => enter(who, c, user, peer, 'sso'),
  });
  clientRoutes(on, deps);
}

function mountExchange(
  on: Mount<Caller>,
  options: HubOptions,
  { db, home, key, note }: Base,
  deps: Deps,
  { lines, proofs, stats }: { lines: Link; proofs: ProofDeps; stats: Metrics },
): void {
  const { region, regions } = options;
  const portal = { ...deps, region, link: lines, organisationName: (id: string) => organisationName(db, id) };
  exchangeRoutes(on, { ...portal, regions, fetch });
  sseRoutes(on, portal);
  connectorRoutes(on, {
    ...deps,
    ...proofs,
    note,
    trust: { hubKeys: [{ kid: key.kid, x: key.x }], pins: [...(options.pins ?? [])] },
    delay: slower(),
    inTurn: lanes(8, 1000),
    pause: sleep,
    home,
    region,
    regions,
    minimumVersions: { ...MINIMUM_VERSIONS, ...options.minimumVersions },
    organisationName,
    peerQuota: quota(10, 60),
    hubQuota: quota(100, 60),
    nonceQuota: quota(120, 60),
    counted: (result) => stats.enrolments.inc({ result }),
    cut: lines.cut,
  });
}

/** Requests at once to one host, of all hosts together, and those that may wait. */
const WAYS_OUT = [8, 64, 500] as const;

const outboundOf = (options: HubOptions, clock: () => number): Outbound =>
  outbound({
    allow: options.outboundAllow ?? [],
    enter: places(...WAYS_OUT).enter,
    userAgent: `Sightline/${version}`,
    clock,
    random: Math.random,
  });

/** With an organisation's first entity comes the module that asks for them, unless its name is in use. */
const intelOf = (deps: Deps): FeedDeps => ({
  ...deps,
  secretQuota: quota(30, 60),
  first: (orgId) => addBuiltIn(deps, orgId, PRIVATE_INTELLIGENCE),
});

const sightingIn =
  (deps: Deps) =>
  async (caller: Caller, id: string): Promise<AskedSighting | undefined> => {
    const kept = await readAny(deps.db, deps, caller, id);
    return kept?.type === 'sighting' ? AskedSighting.parse(kept.doc) : undefined;
  };

function mountModules(
  on: Mount<Caller>,
  options: HubOptions,
  deps: Deps,
  { lines, out, moduleKey }: { lines: Link; out: Outbound; moduleKey: KeyPair },
): void {
  const { db, clock } = deps;
  const deviceOf = async (orgId: string, id: string): Promise<Device | undefined> => {
    const row = await storedDevice(db, orgId, id);
    return row && shown(row, lines.line(id)?.seen, clock());
  };
  const relay = {
    webOf: out.webOf,
    clock,
    sign: (claims: Parameters<typeof signClaims>[1]) => signClaims(moduleKey, claims),
    host: () => new URL(deps.publicUrl()).host,
  };
  const intel = intelOf(deps);
  const kinds = registry([...applianceKinds({ ...deps, deviceOf }), privateKind(intel), ...webKinds(relay)], {
    list: (orgId) => addedTypes(db, orgId),
    kind: (type) => relayKind(type, relay),
  });
  const requests = (id: string) => out.webOf(id).used();
  const sealed = sealer(options.dataDir);
  const modules: ModuleDeps = { ...deps, kinds, deviceOf, requests, sealer: sealed, stats: moduleStats() };
  const asked = {
    ...deps,
    targets: targetsOf(modules),
    lanes: places(),
  };
  moduleRoutes(on, modules);
  messageRoutes(on, deps);
  integrationRoutes(on, modules);
  fileRoutes(on, fileReader());
  snapshotRoutes(on, deps);
  investigateRoutes(on, { ...asked, sightingOf: sightingIn(deps) });
  respondRoutes(on, asked);
  intelRoutes(on, intel);
}
