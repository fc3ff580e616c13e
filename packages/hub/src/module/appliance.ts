/** Modules that ask the message tracking of a registered appliance. */
import { type Device, fail, type Health, type ModuleType } from '@sightline/api';
import { isoTime, type Observable } from '@sightline/ctim';
import type { Deps } from '../deps.ts';
import { lookupOf } from './email/ask.ts';
import { sightings } from './email/sight.ts';
import type { Source } from './email/source.ts';
import type { Found, Instance, Kind, Limits } from './kind.ts';
import { EMAIL_SECURITY_APPLIANCE, SECURITY_MANAGEMENT_APPLIANCE } from './types.ts';

export interface ApplianceDeps extends Pick<Deps, 'ask' | 'clock' | 'publicUrl'> {
  deviceOf(orgId: string, id: string): Promise<Device | undefined>;
}

const DAY_MS = 86_400_000;
/** How far an appliance's clock may be ahead of ours without its newest mail being missed. */
const SKEW_MS = 5 * 60_000;
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

/** The time that was asked about, else the request timeframe of the module. */
export function rangeOf(
  { settings }: Instance,
  { window }: Limits,
  now: number,
): { from: number; to: number } {
  const to = window?.to ?? now + SKEW_MS;
  const from = window?.from ?? Math.min(to, now) - Number(settings.timeframe_days) * DAY_MS;
  return { from: Math.max(0, Math.min(from, to)), to: Math.max(0, to) };
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
