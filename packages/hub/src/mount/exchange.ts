/** Devices, and the way appliances come in. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mount } from '@sightline/api/http';
import { quota } from '@sightline/api/web/quota';
import type { Deps } from '../deps.ts';
import { connectorRoutes } from '../exchange/connector.ts';
import { lanes } from '../exchange/lanes.ts';
import type { Link } from '../exchange/link.ts';
import type { ProofDeps } from '../exchange/proof.ts';
import { exchangeRoutes } from '../exchange/routes.ts';
import { slower } from '../exchange/slow.ts';
import { sseRoutes } from '../exchange/sse.ts';
import { MINIMUM_VERSIONS } from '../exchange/version.ts';
import type { Caller } from '../http.ts';
import type { Metrics } from '../metrics.ts';
import { organisationName } from '../who/store.ts';
import type { Base, HubOptions } from './base.ts';

export function mountExchange(
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
