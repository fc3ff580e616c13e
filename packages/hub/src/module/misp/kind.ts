/** Asks a MISP instance (automation API). */
import type { Observable } from '@sightline/ctim';
import { z } from 'zod';
import { read } from '../../outbound/json.ts';
import type { Found, Instance, Kind, Limits } from '../kind.ts';
import { addressProblem, asking, type WebKindDeps } from '../web.ts';
import { Attributes, entitiesOf, SEARCHED, typesFor } from './attribute.ts';
import { MISP } from './type.ts';

const Version = z.looseObject({ version: z.string() });

export function mispKind(deps: WebKindDeps): Kind {
  const observe = (instance: Instance, observables: readonly Observable[], limits: Limits) =>
    search(deps, instance, observables, limits);
  return {
    type: MISP,
    check: (settings) => addressProblem(settings, 'custom_HOST'),
    observe,
    deliberate: observe,
    refer: async (instance, observables) => ({
      refs: observables
        .filter(({ type }) => SEARCHED.includes(type))
        .map((one) => refOf(baseOf(instance), one)),
      errors: [],
    }),
    async health(instance, limits) {
      const reply = await send(deps, instance, { method: 'GET', path: '/servers/getVersion' }, limits);
      return { text: `MISP ${read(reply, Version).version} accepts the key.` };
    },
  };
}

const baseOf = ({ settings }: Instance): string => String(settings.custom_HOST).replace(/\/+$/, '');

const send = (
  deps: WebKindDeps,
  instance: Instance,
  { method, path, body }: { method: 'GET' | 'POST'; path: string; body?: unknown },
  limits: Limits,
) =>
  asking(
    deps,
    instance,
    limits,
  )({
    method,
    url: baseOf(instance) + path,
    headers: { authorization: String(instance.settings.custom_AuthKey) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    pin: String(instance.settings['certificate-fingerprint'] ?? '') || undefined,
  });

async function search(
  deps: WebKindDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<Found> {
  const asked = observables.filter(({ type }) => SEARCHED.includes(type));
  if (asked.length === 0) return { entities: {}, errors: [] };
  const limit = Number(instance.settings.limit);
  const body = {
    returnFormat: 'json',
    value: asked.flatMap(({ value }) => [value, `${value}|%`, `%|${value}`]),
    type: typesFor(asked),
    limit,
    page: 1,
    includeEventTags: true,
    ...windowOf(limits),
  };
  const reply = await send(deps, instance, { method: 'POST', path: '/attributes/restSearch', body }, limits);
  const { Attribute: attributes } = read(reply, Attributes).response;
  const speaker = { source: instance.name, instanceId: instance.id, tlp: 'amber' as const };
  const entities = entitiesOf(attributes, asked, { speaker, base: baseOf(instance), now: deps.clock() });
  const isFull = attributes.length >= limit;
  return {
    entities,
    errors: isFull
      ? [
          {
            code: 'too-many-messages-warning',
            message: `Only the first ${limit} attributes are shown; open ${baseOf(instance)} for the rest.`,
            type: 'warning',
          },
        ]
      : [],
  };
}

/** Epoch seconds between which attributes were changed. */
const windowOf = ({ window }: Limits) =>
  window?.from === undefined && window?.to === undefined
    ? {}
    : {
        timestamp: [
          String(Math.floor((window.from ?? 0) / 1000)),
          String(Math.floor((window.to ?? 4_102_444_800_000) / 1000)),
        ],
      };

const refOf = (base: string, { type, value }: Observable) => ({
  id: `ref-misp-search-${type}-${encodeURIComponent(value)}`,
  title: 'Search in MISP',
  description: `Events of MISP that hold this ${type}`,
  url: `${base}/events/index/searchall:${encodeURIComponent(value)}`,
  categories: ['Search', 'MISP'],
});
