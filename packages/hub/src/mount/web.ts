/** The web application, and who is let in. */
import { fail, inspectFile, MAX_FILE, MAX_SNAPSHOT, saveSnapshot } from '@sightline/api';
import { httpApp } from '@sightline/api/http';
import { securityHeaders } from '@sightline/api/web/headers';
import { mountHealth } from '@sightline/api/web/health';
import { sameOrigin } from '@sightline/api/web/origin';
import type { Peers } from '@sightline/api/web/peer';
import { quota } from '@sightline/api/web/quota';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Deps } from '../deps.ts';
import { gate } from '../http.ts';
import { type Metrics, timed } from '../metrics.ts';
import { requireScope, verifyToken } from '../who/bearer.ts';
import { clientOf, secretsOf, touchClient } from '../who/clients.ts';
import { grantsIn } from '../who/grants.ts';
import { type KeyPair, signingKey } from '../who/jwt.ts';
import type { OauthDeps } from '../who/oauth.ts';
import { rateHeaders } from '../who/rate.ts';
import { sessionUser } from '../who/routes.ts';
import { hasUsers } from '../who/store.ts';
import { type Base, type HubOptions, version } from './base.ts';

/** A pasted text of a million characters, as JSON. */
const BODY_MAX = 4 * 1024 * 1024;
/** Token, key, facts and two proofs. */
const CONNECTOR_BODY_MAX = 16 * 1024;
const tooLarge = (): never => {
  throw fail('too_large', { limit: '16 KiB' });
};

export const oauthOf = async (
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

export const gateOf = (base: Base, oauth: OauthDeps) =>
  gate({
    secret: base.cookie.read,
    peer: base.peers.ofContext,
    session: sessionUser(base),
    verifyToken: (authorization) => verifyToken(oauth, authorization),
    counted: ({ orgId, clientId }, c) => {
      const left = base.rate.take(orgId, clientId, base.clock());
      for (const [name, value] of Object.entries(rateHeaders(base.rate.limit, left))) c.header(name, value);
    },
    requireScope,
  });

/** The web application without its routes: limits, headers, origin check, one place for errors. */
export function webOf(options: HubOptions, { db, home, log, place, peers }: Base, stats: Metrics): Hono {
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
