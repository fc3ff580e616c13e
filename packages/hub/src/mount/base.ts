/** What everything that is mounted is built from. */

import type { SessionCookie } from '@sightline/api/web/cookie';
import type { Peers } from '@sightline/api/web/peer';
import type { Listen } from '@sightline/api/web/server';
import type { Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import { append, appendIn } from '../exchange/audit.ts';
import type { Region } from '../exchange/enrol.ts';
import type { Note } from '../exchange/event.ts';
import type { OrderKey } from '../exchange/hubkey.ts';
import type { MinimumVersions } from '../exchange/version.ts';
import type { Retention } from '../intel/retain.ts';
import type { Place } from '../place.ts';
import type { Sealer } from '../secret/seal.ts';
import type { Rate } from '../who/rate.ts';

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
  /** Calls of all programs of an organisation within an hour, 8000 if left out, as in CTR. */
  requestsPerHour?: number | undefined;
  /** How long and how many events of the intel store are kept; a year and a million if left out. */
  events?: Retention | undefined;
  /** Connections of appliances that are let in a second, 200 if left out. */
  handshakesPerS?: number | undefined;
}

export interface Base extends Pick<Deps, 'db' | 'log' | 'clock'> {
  home: string;
  place: Place;
  peers: Peers;
  cookie: SessionCookie;
  key: OrderKey;
  sealer: Sealer;
  rate: Rate;
  /** Notes an event of the exchange. */
  note: Note;
}

export const auditIn =
  (db: Db, clock: () => number): Deps['audit'] =>
  (line, tx) =>
    tx ? appendIn(tx, line, clock()) : append(db, line, clock());

export const { version } = packageJson;
