/** Asks VirusTotal (API v3). */
import type { Quotas } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { z } from 'zod';
import { read } from '../../outbound/json.ts';
import { each } from '../each.ts';
import type { Found, Instance, Kind, Limits } from '../kind.ts';
import { asking, type WebKindDeps } from '../web.ts';
import { entitiesOf, pageOf, pathOf, Report, TYPES } from './report.ts';
import { VIRUSTOTAL } from './type.ts';

const Bucket = z.looseObject({ user: z.looseObject({ allowed: z.number(), used: z.number() }) });
const OverallQuotas = z.looseObject({
  data: z.looseObject({
    api_requests_hourly: Bucket.optional(),
    api_requests_daily: Bucket.optional(),
    api_requests_monthly: Bucket.optional(),
  }),
});

export function virusTotalKind(deps: WebKindDeps): Kind {
  const observe = (instance: Instance, observables: readonly Observable[], limits: Limits): Promise<Found> =>
    each(observables, TYPES, (observable) => report(deps, instance, observable, limits));
  return {
    type: VIRUSTOTAL,
    observe,
    deliberate: observe,
    refer: async (_, observables) => ({
      refs: observables.filter(({ type }) => TYPES.includes(type)).map(refOf),
      errors: [],
    }),
    async health(instance, limits) {
      const { data } = read(
        await get(deps, instance, `/users/${key(instance)}/overall_quotas`, limits),
        OverallQuotas,
      );
      const all = {
        hour: data.api_requests_hourly,
        day: data.api_requests_daily,
        month: data.api_requests_monthly,
      };
      return { text: 'VirusTotal accepts the API key.', quotas: quotasOf(all) };
    },
  };
}

const key = ({ settings }: Instance): string => encodeURIComponent(String(settings.custom_API_KEY));

const get = (deps: WebKindDeps, instance: Instance, path: string, limits: Limits) =>
  asking(
    deps,
    instance,
    limits,
  )({
    method: 'GET',
    url: `${String(instance.settings.url).replace(/\/+$/, '')}${path}`,
    headers: { 'x-apikey': String(instance.settings.custom_API_KEY) },
  });

async function report(deps: WebKindDeps, instance: Instance, observable: Observable, limits: Limits) {
  const reply = await get(deps, instance, pathOf(observable), limits);
  if (reply.status === 404) return {};
  const speaker = { source: instance.name, instanceId: instance.id, tlp: 'white' as const };
  const from = Number(instance.settings.malicious_from);
  return entitiesOf(read(reply, Report), { observable, speaker, from, now: deps.clock() });
}

const refOf = (observable: Observable) => ({
  id: `ref-virustotal-search-${observable.type}-${encodeURIComponent(observable.value)}`,
  title: 'Search in VirusTotal',
  description: `The page of VirusTotal about this ${observable.type}`,
  url: pageOf(observable),
  categories: ['Search', 'VirusTotal'],
});

const quotasOf = (buckets: Record<string, z.infer<typeof Bucket> | undefined>): Quotas =>
  Object.fromEntries(
    Object.entries(buckets).flatMap(([unit, bucket]) =>
      bucket
        ? [
            [
              `requests per ${unit}`,
              {
                description: `Requests a ${unit}`,
                values: {
                  bucket_unit: unit,
                  bucket_limit: bucket.user.allowed,
                  current_bucket_consumption: bucket.user.used,
                },
              },
            ],
          ]
        : [],
    ),
  );
