/** Modules that ask the message tracking of a registered appliance. */
import { type Device, fail, type Health, type ModuleType } from '@sightline/api';
import { isoTime, type Observable } from '@sightline/ctim';
import type { Deps } from '../deps.ts';
import { type ActDeps, offered, triggered } from './act.ts';
import { lookupOf } from './email/ask.ts';
import { sightings } from './email/sight.ts';
import type { Source } from './email/source.ts';
import type { Found, Instance, Kind, Limits } from './kind.ts';
import { rangeOf } from './range.ts';
import { EMAIL_SECURITY_APPLIANCE, SECURITY_MANAGEMENT_APPLIANCE } from './types.ts';

export interface ApplianceDeps extends Pick<Deps, 'ask' | 'clock' | 'publicUrl'>, ActDeps {
  deviceOf(orgId: string, id: string): Promise<Device | undefined>;
}

/** Messages for one observable, as CTR's modules have it. */
const EACH = 100;
/** Messages in one answer, so that it stays well below the largest frame. */
const TOGETHER = 4000;

/** The kinds that ask an appliance: one of its own, and one that manages many. */
export const applianceKinds = (deps: ApplianceDeps): Kind[] => [
  kind(EMAIL_SECURITY_APPLIANCE, deps),
  kind(SECURITY_MANAGEMENT_APPLIANCE, deps),
];

const kind = (type: ModuleType, deps: ApplianceDeps): Kind => ({
  type,
  observe: (instance, observables, limits) => observe(deps, instance, observables, limits),
  async respond(instance, observables, limits) {
    const device = await deviceOf(deps, instance);
    return offered(deps, { instance, device }, observables, limits);
  },
  triggerMs: 60_000,
  async trigger(instance, action, query, limits, order) {
    const device = await deviceOf(deps, instance);
    return triggered(deps, { instance, device }, { action, query, order }, limits);
  },
  async health(instance, limits) {
    const device = await deviceOf(deps, instance);
    const answer = await deps.ask(instance.orgId, device.id, { verb: 'health' }, limits);
    return { text: sentence(device.name, answer) };
  },
});

async function observe(
  deps: ApplianceDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<Found> {
  const now = deps.clock();
  const range = rangeOf(instance, limits, now);
  const { lookup } = lookupOf(observables, range, rowsFor(observables.length));
  if (!lookup) return { entities: {}, errors: [] };
  const device = await deviceOf(deps, instance);
  const answer = await deps.ask(instance.orgId, device.id, { verb: 'lookup', body: lookup }, limits);
  const { findings, warnings } = sightings(answer, observables, sourceOf(deps, instance, device));
  const entities = Object.fromEntries(Object.entries(findings).map(([name, { docs }]) => [name, docs]));
  return { entities, errors: warnings, isOurs: true };
}

/** Rows per observable: fewer the more are asked about. */
const rowsFor = (observables: number): number =>
  Math.max(1, Math.min(EACH, Math.floor(TOGETHER / Math.max(1, observables))));

async function deviceOf(deps: ApplianceDeps, { orgId, settings }: Instance): Promise<Device> {
  const device = await deps.deviceOf(orgId, String(settings.device));
  if (!device) throw fail('not_found', { what: 'device for this module' });
  return device;
}

const sourceOf = (deps: ApplianceDeps, instance: Instance, device: Device): Source => ({
  module: instance.name,
  device,
  messageUrl: ({ mid }) => `${deps.publicUrl()}/modules/${instance.id}/messages/${mid}`,
});

function sentence(name: string, { version, uptimeS, queued, indexedUntil }: Health): string {
  const messages = queued === 1 ? '1 message' : `${queued} messages`;
  const until = indexedUntil > 0 ? `, mail tracked up to ${isoTime(indexedUntil)}` : '';
  return `${name} answers: version ${version}, running for ${duration(uptimeS)}, ${messages} in its queue${until}.`;
}

function duration(seconds: number): string {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}
