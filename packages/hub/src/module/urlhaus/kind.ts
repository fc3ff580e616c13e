/** Asks URLhaus (API v1). */
import { fail } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { read } from '../../outbound/json.ts';
import { each } from '../each.ts';
import type { Found, Instance, Kind, Limits } from '../kind.ts';
import { asking, type WebKindDeps } from '../web.ts';
import { Entry, entitiesOf, pageOf, questionOf } from './entry.ts';
import { URLHAUS } from './type.ts';

const TYPES = ['url', 'domain', 'ip', 'md5', 'sha256'] as const;

export function urlhausKind(deps: WebKindDeps): Kind {
  const observe = (instance: Instance, observables: readonly Observable[], limits: Limits): Promise<Found> =>
    each(observables, TYPES, (observable) => looked(deps, instance, observable, limits));
  return {
    type: URLHAUS,
    observe,
    deliberate: observe,
    refer: async (_, observables) => ({
      refs: observables.filter((one) => questionOf(one)).map(refOf),
      errors: [],
    }),
    async health(instance, limits) {
      const reply = await asking(
        deps,
        instance,
        limits,
      )({
        method: 'GET',
        url: addressOf(instance, '/urls/recent/limit/1/'),
        headers: keyOf(instance),
      });
      statusOf(read(reply, Entry), reply.host);
      return { text: 'URLhaus accepts the Auth-Key.' };
    },
  };
}

const addressOf = ({ settings }: Instance, path: string): string =>
  `${String(settings.url).replace(/\/+$/, '')}${path}`;
const keyOf = ({ settings }: Instance) => ({ 'auth-key': String(settings.custom_auth_key) });

async function looked(deps: WebKindDeps, instance: Instance, observable: Observable, limits: Limits) {
  const question = questionOf(observable);
  if (!question) return {};
  const reply = await asking(
    deps,
    instance,
    limits,
  )({
    method: 'POST',
    url: addressOf(instance, question.path),
    headers: { ...keyOf(instance), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(question.form).toString(),
  });
  const entry = read(reply, Entry);
  if (statusOf(entry, reply.host) !== 'ok') return {};
  const speaker = { source: instance.name, instanceId: instance.id, tlp: 'white' as const };
  return entitiesOf(entry, { observable, speaker, now: deps.clock() });
}

/** What it says of the key comes with status 200. @throws `authorization_error` */
function statusOf({ query_status: status }: Entry, host: string): string {
  if (/auth_key/.test(status)) throw fail('authorization_error', { host, status });
  return status;
}

const refOf = (observable: Observable) => ({
  id: `ref-urlhaus-search-${observable.type}-${encodeURIComponent(observable.value)}`,
  title: 'Search in URLhaus',
  description: `The page of URLhaus about this ${observable.type}`,
  url: pageOf(observable),
  categories: ['Search', 'URLhaus'],
});
