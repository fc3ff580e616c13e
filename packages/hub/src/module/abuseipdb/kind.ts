/** Asks AbuseIPDB (API v2). */
import type { Quotas } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { read } from '../../outbound/json.ts';
import type { Reply } from '../../outbound/send.ts';
import { each } from '../each.ts';
import type { Found, Instance, Kind, Limits, Problem } from '../kind.ts';
import { asking, type WebKindDeps } from '../web.ts';
import { Check, entitiesOf, pageOf } from './check.ts';
import { ABUSEIPDB } from './type.ts';

const TYPES = ['ip', 'ipv6'] as const;
const isAsked = ({ type }: Observable): boolean => type === 'ip' || type === 'ipv6';

export function abuseIpDbKind(deps: WebKindDeps): Kind {
  const observe = async (
    instance: Instance,
    observables: readonly Observable[],
    limits: Limits,
  ): Promise<Found> => {
    const more: Problem[] = [];
    const found = await each(observables, TYPES, (one) => checked(deps, instance, one, limits, more));
    return { ...found, errors: [...found.errors, ...more] };
  };
  return {
    type: ABUSEIPDB,
    observe,
    deliberate: observe,
    refer: async (_, observables) => ({ refs: observables.filter(isAsked).map(refOf), errors: [] }),
    async health(instance, limits) {
      const reply = await check(deps, instance, '127.0.0.1', limits);
      read(reply, Check);
      return { text: 'AbuseIPDB accepts the API key.', quotas: quotasOf(reply) };
    },
  };
}

function check(deps: WebKindDeps, instance: Instance, ip: string, limits: Limits): Promise<Reply> {
  const { settings } = instance;
  const query = new URLSearchParams({ ipAddress: ip, maxAgeInDays: String(settings.days), verbose: '' });
  return asking(
    deps,
    instance,
    limits,
  )({
    method: 'GET',
    url: `${String(settings.url).replace(/\/+$/, '')}/check?${query}`,
    headers: { key: String(settings.custom_key) },
  });
}

async function checked(
  deps: WebKindDeps,
  instance: Instance,
  observable: Observable,
  limits: Limits,
  more: Problem[],
): Promise<Record<string, unknown[]>> {
  const reply = await check(deps, instance, observable.value, limits);
  if (reply.status === 422) return {};
  const { settings } = instance;
  const { entities, left } = entitiesOf(read(reply, Check), {
    observable,
    speaker: { source: instance.name, instanceId: instance.id, tlp: 'white' },
    scores: { malicious: Number(settings.malicious_from), suspicious: Number(settings.suspicious_from) },
    now: deps.clock(),
  });
  if (left > 0)
    more.push({
      code: 'too-many-messages-warning',
      message: `${left} more reports about ${observable.value} are at ${pageOf(observable.value)}.`,
      type: 'warning',
    });
  return entities;
}

const refOf = ({ type, value }: Observable) => ({
  id: `ref-abuseipdb-search-${type}-${encodeURIComponent(value)}`,
  title: 'Search for this IP address',
  description: 'The page of AbuseIPDB about this address',
  url: pageOf(value),
  categories: ['Search', 'AbuseIPDB'],
});

function quotasOf({ headers }: Reply): Quotas | undefined {
  const limit = Number(headers['x-ratelimit-limit']);
  const remaining = Number(headers['x-ratelimit-remaining']);
  if (!headers['x-ratelimit-limit'] || Number.isNaN(limit) || Number.isNaN(remaining)) return undefined;
  const values = { bucket_unit: 'day', bucket_limit: limit, current_bucket_consumption: limit - remaining };
  return { checks: { description: 'Checks a day', values } };
}
