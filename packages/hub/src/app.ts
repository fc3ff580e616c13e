/** Builds a hub from its parts: exchange and response portal of one region. The only place that does. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Endpoint, OneTimeLink } from '@sightline/api';
import { mounter } from '@sightline/api/http';
import { sessionCookie } from '@sightline/api/web/cookie';
import { peers } from '@sightline/api/web/peer';
import { closed, listen, serverOf } from '@sightline/api/web/server';
import { hashed, newSecret } from '@sightline/api/web/session';
import { staticFiles } from '@sightline/api/web/static';
import type { Hono } from 'hono';
import { type Logger, pino } from 'pino';
import { type Db, oneAtATime, openSqlite } from './db.ts';
import type { Deps } from './deps.ts';
import { docsRoutes } from './docs/routes.ts';
import { forgetEvents, record } from './exchange/event.ts';
import { orderKey } from './exchange/hubkey.ts';
import type { Link } from './exchange/link.ts';
import { nonces } from './exchange/nonce.ts';
import type { ProofDeps } from './exchange/proof.ts';
import { usableDevices } from './exchange/routes.ts';
import type { Caller } from './http.ts';
import { forgetOldEvents, RETENTION } from './intel/retain.ts';
import { metrics } from './metrics.ts';
import { migrations } from './migrate/list.ts';
import { migrate } from './migrate/run.ts';
import { auditIn, type Base, type HubOptions, version } from './mount/base.ts';
import { mountExchange } from './mount/exchange.ts';
import { linkOf, questionsOf } from './mount/links.ts';
import { mountModules, outboundOf } from './mount/modules.ts';
import { gateOf, oauthOf, webOf } from './mount/web.ts';
import { mountWho } from './mount/who.ts';
import { placeOf } from './place.ts';
import { openPostgres } from './postgres.ts';
import { sealer } from './secret/seal.ts';
import { type Sweep, sweep } from './sweep.ts';
import { authorizeRoutes } from './who/authorize.ts';
import { KEY_FILES, signingKey } from './who/jwt.ts';
import { oauthRoutes } from './who/oauth.ts';
import { addOrganisation } from './who/organisation.ts';
import { rate } from './who/rate.ts';
import { hasUsers, homeOrganisation, keepSetupToken } from './who/store.ts';

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
    sealer: sealer(options.dataDir),
    rate: rate(options.requestsPerHour ?? 8000),
    key: await orderKey(options.dataDir),
    note: (event, tx) => record(tx ?? db, event, clock()),
  });
  const server = serverOf(parts.http);
  let sweeping: Sweep | undefined;
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
      place.port = await listen(server, options.listen, 'The hub');
      sweeping = sweep((signal) => forget(options, db, clock(), signal), SWEEP_MS, log);
      log.info({ url: place.publicUrl(), region: options.region }, 'hub is up');
      if (setupToken)
        log.info(`First start: open ${place.publicUrl()} and set up with the token ${setupToken}`);
    },
    stop: once(async () => {
      await parts.link.stop();
      await closed(server);
      parts.out.close();
      await sweeping?.stop();
      await db.destroy();
    }),
  };
}

/** How often what is old is forgotten, milliseconds. */
const SWEEP_MS = 3_600_000;

async function forget({ events }: HubOptions, db: Db, now: number, signal: AbortSignal): Promise<void> {
  await forgetEvents(db, now);
  await forgetOldEvents(db, events ?? RETENTION, now, signal);
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
  mountModules(on, base, deps, { lines, out, moduleKey });
  docsRoutes(on, { version });
  http.use(staticFiles(options.uiDir ?? UI));
  return { http, link: lines, out, endpoints: on.endpoints };
}
