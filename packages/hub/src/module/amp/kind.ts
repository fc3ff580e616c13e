/** Asks Cisco Secure Endpoint (API v1), and has it act. */
import { fail } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { read, statusFault } from '../../outbound/json.ts';
import { each } from '../each.ts';
import type { Instance, Kind, Limits, Offer, Outcome, Problem } from '../kind.ts';
import { addressProblem, asking, type WebKindDeps } from '../web.ts';
import { Activity, Events, Lists, ofActivity, ofEvents, Version } from './answer.ts';
import { AMP } from './type.ts';

const OBSERVED = ['sha256', 'ip', 'ipv6', 'url', 'domain', 'file_name'] as const;
/** Computers, and events, of one observable. */
const MOST = 100;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function ampKind(deps: WebKindDeps): Kind {
  return {
    type: AMP,
    check: (settings) => addressProblem(settings, 'url'),
    async observe(instance, observables, limits) {
      const more: Problem[] = [];
      const found = await each(observables, OBSERVED, (one) => looked(deps, instance, one, limits, more));
      return { ...found, errors: [...found.errors, ...more] };
    },
    refer: async (instance, observables) => ({
      refs: observables.filter(({ type }) => type === 'sha256').map((one) => refOf(instance, one)),
      errors: [],
    }),
    respond: (instance, observables, limits) => offered(deps, instance, observables, limits),
    trigger: (instance, action, query, limits) => triggered(deps, instance, { action, query }, limits),
    async health(instance, limits) {
      const { version } = read(await get(deps, instance, '/v1/version', limits), Version);
      return { text: `Secure Endpoint accepts the credentials; its API is ${version}.` };
    },
  };
}

const addressOf = ({ settings }: Instance, path: string): string =>
  String(settings.url).replace(/\/+$/, '') + path;

const headersOf = ({ settings }: Instance) => ({
  authorization: `Basic ${Buffer.from(`${settings.custom_client_id}:${settings.custom_api_key}`).toString('base64')}`,
});

const get = (deps: WebKindDeps, instance: Instance, path: string, limits: Limits) =>
  asking(
    deps,
    instance,
    limits,
  )({
    method: 'GET',
    url: addressOf(instance, path),
    headers: headersOf(instance),
  });

async function looked(
  deps: WebKindDeps,
  instance: Instance,
  asked: Observable,
  limits: Limits,
  more: Problem[],
): Promise<Record<string, unknown[]>> {
  const speaker = { source: instance.name, instanceId: instance.id, tlp: 'amber' as const };
  const activity = read(
    await get(
      deps,
      instance,
      `/v1/computers/activity?${new URLSearchParams({ q: asked.value, limit: String(MOST) })}`,
      limits,
    ),
    Activity,
  );
  note(more, asked, activity.metadata?.results?.total ?? 0);
  const seen = ofActivity(activity.data.slice(0, MOST), { asked, speaker, now: deps.clock() });
  if (asked.type !== 'sha256') return seen;
  const query = new URLSearchParams({
    detection_sha256: asked.value,
    limit: String(MOST),
    ...sinceOf(limits),
  });
  const events = read(await get(deps, instance, `/v1/events?${query}`, limits), Events);
  note(more, asked, events.metadata?.results?.total ?? 0);
  const detections = ofEvents(events.data.slice(0, MOST), { asked, speaker });
  return { ...detections, sightings: [...(seen.sightings ?? []), ...(detections.sightings ?? [])] };
}

const sinceOf = ({ window }: Limits): Record<string, string> =>
  window?.from === undefined ? {} : { start_date: new Date(window.from).toISOString() };

function note(more: Problem[], { value }: Observable, total: number): void {
  if (total > MOST)
    more.push({
      code: 'too-many-messages-warning',
      message: `${total} entries about ${value}; the first ${MOST} are shown. The console has the rest.`,
      type: 'warning',
    });
}

const refOf = (instance: Instance, { type, value }: Observable) => ({
  id: `ref-amp-search-${type}-${value}`,
  title: 'File trajectory',
  description: 'Where this file went, in the console of Secure Endpoint',
  url: `${String(instance.settings.url).replace('//api.', '//console.').replace(/\/+$/, '')}/file/trajectory/${value}`,
  categories: ['Search', 'AMP for Endpoints'],
});

// ---- actions

async function offered(
  deps: WebKindDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<{ offers: Offer[]; errors: Problem[] }> {
  const hashes = observables.filter(({ type }) => type === 'sha256');
  const computers = observables.filter(({ type, value }) => type === 'amp_computer_guid' && GUID.test(value));
  const lists = hashes.length > 0 ? await listsOf(deps, instance, limits) : [];
  return {
    offers: [...hashes.flatMap((one) => lists.flatMap(onList(one))), ...computers.flatMap(isolation)],
    errors: [],
  };
}

const listsOf = async (deps: WebKindDeps, instance: Instance, limits: Limits) =>
  read(await get(deps, instance, '/v1/file_lists/simple_custom_detections', limits), Lists).data;

const queryOf = ({ type, value }: Observable) => ({ observable_type: type, observable_value: value });

const onList =
  (hash: Observable) =>
  ({ guid, name }: { guid: string; name: string }): Offer[] => [
    {
      id: 'amp-add-sha256-scd',
      title: `Add SHA-256 to custom detections ${name}`,
      description: `Computers stop the file ${hash.value}`,
      categories: ['AMP for Endpoints', 'Block'],
      query: { ...queryOf(hash), list_guid: guid },
    },
    {
      id: 'amp-remove-sha256-scd',
      title: `Remove SHA-256 from custom detections ${name}`,
      description: `Computers no longer stop the file ${hash.value} by this list`,
      categories: ['AMP for Endpoints', 'Allow'],
      query: { ...queryOf(hash), list_guid: guid },
    },
  ];

const isolation = (computer: Observable): Offer[] => [
  {
    id: 'amp-start-isolation',
    title: 'Isolate this computer',
    description: 'It reaches nothing but the console until it is released',
    categories: ['AMP for Endpoints', 'Contain'],
    query: queryOf(computer),
  },
  {
    id: 'amp-stop-isolation',
    title: 'Release this computer from isolation',
    description: 'It reaches the network again',
    categories: ['AMP for Endpoints', 'Contain'],
    query: queryOf(computer),
  },
];

interface Act {
  method: 'PUT' | 'POST' | 'DELETE';
  path: string;
  body?: string;
}

const COMMENT = 'From a Sightline investigation';

function actOf(
  action: string,
  { observable_value: value = '', list_guid: list = '' }: Record<string, string>,
): Act | undefined {
  const file =
    /^[0-9a-f]{64}$/i.test(value) && GUID.test(list) ? `/v1/file_lists/${list}/files/${value}` : '';
  const isolated = GUID.test(value) ? `/v1/computers/${value}/isolation` : '';
  if (action === 'amp-add-sha256-scd' && file)
    return { method: 'POST', path: file, body: JSON.stringify({ description: COMMENT }) };
  if (action === 'amp-remove-sha256-scd' && file) return { method: 'DELETE', path: file };
  if (action === 'amp-start-isolation' && isolated)
    return { method: 'PUT', path: isolated, body: JSON.stringify({ comment: COMMENT }) };
  return action === 'amp-stop-isolation' && isolated ? { method: 'DELETE', path: isolated } : undefined;
}

async function triggered(
  deps: WebKindDeps,
  instance: Instance,
  { action, query }: { action: string; query: Record<string, string> },
  limits: Limits,
): Promise<Outcome> {
  const act = actOf(action, query);
  if (!act) throw fail('action_unknown', { module: instance.name });
  const { path, ...more } = act;
  const ask = asking(deps, instance, limits);
  const reply = await ask({
    ...more,
    url: addressOf(instance, path),
    headers: headersOf(instance),
    reads: false,
  });
  if (reply.status < 200 || reply.status > 299) throw statusFault(reply);
  return { status: 'success', errors: [] };
}
