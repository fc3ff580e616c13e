/** The links of all appliances, and the questions that go down them. */
import { quota } from '@sightline/api/web/quota';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import { type Asking, asking } from '../exchange/ask.ts';
import { admitted, noteRefusal } from '../exchange/connector.ts';
import { diary } from '../exchange/diary.ts';
import { journal } from '../exchange/journal.ts';
import type { Line } from '../exchange/line.ts';
import { type Link, link } from '../exchange/link.ts';
import { shutOut } from '../exchange/presence.ts';
import type { ProofDeps } from '../exchange/proof.ts';
import { welcomeFrame } from '../exchange/routes.ts';
import { isEnabled } from '../exchange/service.ts';
import { deviceOf as storedDevice } from '../exchange/store.ts';
import type { Metrics } from '../metrics.ts';
import { organisationName } from '../who/store.ts';
import type { Base, HubOptions } from './base.ts';

export const questionsOf = (
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

export const linkOf = (
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
