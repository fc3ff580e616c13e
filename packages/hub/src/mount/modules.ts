/** What can be asked: modules, investigations, the intel store. */
import { AskedSighting, type Device } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { quota } from '@sightline/api/web/quota';
import type { Deps } from '../deps.ts';
import type { Link } from '../exchange/link.ts';
import { shown, deviceOf as storedDevice } from '../exchange/store.ts';
import { fileReader } from '../file/reader.ts';
import { fileRoutes } from '../file/routes.ts';
import type { Caller } from '../http.ts';
import { readAny } from '../intel/entities.ts';
import type { FeedDeps } from '../intel/feed-routes.ts';
import { intelRoutes } from '../intel/mount.ts';
import { PRIVATE_INTELLIGENCE, privateKind } from '../intel/private.ts';
import { lanes as places } from '../investigate/lanes.ts';
import { investigateRoutes } from '../investigate/routes.ts';
import { mailRoutes } from '../mail/routes.ts';
import type { ActDeps } from '../module/act.ts';
import { applianceKinds } from '../module/appliance.ts';
import { imapKind } from '../module/imap/kind.ts';
import { integrationRoutes } from '../module/int-routes.ts';
import { addBuiltIn, type ModuleDeps, targetsOf } from '../module/manage.ts';
import { messageRoutes } from '../module/message.ts';
import { webKinds } from '../module/native.ts';
import { registry } from '../module/registry.ts';
import { relayKind } from '../module/relay/kind.ts';
import { moduleRoutes } from '../module/routes.ts';
import { stats as moduleStats } from '../module/stats.ts';
import { addedTypes } from '../module/types-added.ts';
import { type Outbound, outbound } from '../outbound/outbound.ts';
import { pdfMaker } from '../report/maker.ts';
import { reportRoutes } from '../report/routes.ts';
import { respondRoutes } from '../respond/routes.ts';
import { standing } from '../respond/taken.ts';
import { snapshotRoutes } from '../snapshot/routes.ts';
import { viewRoutes } from '../view/routes.ts';
import { type KeyPair, signClaims } from '../who/jwt.ts';
import { type Base, type HubOptions, version } from './base.ts';

/** Requests at once to one host, of all hosts together, and those that may wait. */
const WAYS_OUT = [8, 64, 500] as const;

export const outboundOf = (options: HubOptions, clock: () => number): Outbound =>
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

export function mountModules(
  on: Mount<Caller>,
  { sealer }: Base,
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
  const stands: ActDeps['standing'] = (orgId, observables) =>
    standing(
      db,
      orgId,
      observables.map(({ value }) => value),
      clock(),
    );
  const appliances = applianceKinds({ ...deps, deviceOf, standing: stands });
  const kinds = registry(
    [...appliances, imapKind({ ...deps, mail: out.mail }), privateKind(intel), ...webKinds(relay)],
    {
      list: (orgId) => addedTypes(db, orgId),
      kind: (type) => relayKind(type, relay),
    },
  );
  const requests = (id: string) => out.webOf(id).used();
  const modules: ModuleDeps = { ...deps, kinds, deviceOf, requests, sealer, stats: moduleStats() };
  const asked = {
    ...deps,
    targets: targetsOf(modules),
    lanes: places(),
    running: new Map<string, AbortController>(),
  };
  moduleRoutes(on, modules);
  messageRoutes(on, deps);
  integrationRoutes(on, modules);
  fileRoutes(on, fileReader());
  snapshotRoutes(on, deps);
  viewRoutes(on, deps);
  mailRoutes(on, deps);
  reportRoutes(on, pdfMaker());
  investigateRoutes(on, { ...asked, sightingOf: sightingIn(deps) });
  respondRoutes(on, asked);
  intelRoutes(on, intel);
}
