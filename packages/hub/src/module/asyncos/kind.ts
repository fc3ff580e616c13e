/** Asks a Cisco ESA or SMA by its own API (AsyncOS API 2.0). */
import type { KeyValue, LookupAnswer, TrackRow } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { z } from 'zod';
import { targetOf } from '../../outbound/target.ts';
import { lookupOf } from '../email/ask.ts';
import { sightings } from '../email/sight.ts';
import { messageKey, type Source } from '../email/source.ts';
import type { Found, Instance, Kind, Limits } from '../kind.ts';
import { rangeOf } from '../range.ts';
import { addressProblem, type WebKindDeps } from '../web.ts';
import { detailed } from './details.ts';
import { messageUrl, messageUrlProblems } from './page.ts';
import { quarantineOffers, quarantineTrigger } from './quarantine.ts';
import { type Attributes, Messages, rowOf } from './row.ts';
import { datesOf, searchesOf } from './search.ts';
import { type Appliance, answerOf, appliances } from './session.ts';
import { ASYNCOS } from './type.ts';

/** Messages for one observable. */
const EACH = 100;
/** Newest messages of an answer whose details are asked for too: files are only there. */
const DETAILED = 10;
const Privileges = z.looseObject({ data: z.array(z.string()).default([]) });

export function asyncOsKind(deps: WebKindDeps): Kind {
  const call = appliances(deps);
  return {
    type: ASYNCOS,
    deadlineMs: 30_000,
    check: (settings) => [...addressProblem(settings, 'url'), ...messageUrlProblems(settings)],
    observe: (instance, observables, limits) =>
      observe(call, instance, observables, { ...limits, now: deps.clock() }),
    respond: (instance, observables, limits) =>
      quarantineOffers(call, instance, observables, { ...limits, now: deps.clock() }),
    trigger: (instance, action, query, limits) =>
      quarantineTrigger(call, instance, { action, query }, limits),
    async health(instance, limits) {
      const reply = await call(instance, { method: 'GET', path: '/login/privileges' }, limits);
      const { data } = answerOf(reply, Privileges);
      const tracks = data.includes('e_message_tracking_messages');
      const may = tracks ? 'may search message tracking' : 'may not search message tracking';
      return { text: `${reply.host} lets ${instance.settings.user} in, who ${may}.` };
    },
  };
}

async function observe(
  call: Appliance,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits & { now: number },
): Promise<Found> {
  const range = rangeOf(instance, limits, limits.now);
  const { lookup } = lookupOf(observables, range, EACH);
  if (!lookup) return { entities: {}, errors: [] };
  const keys = lookup.keys.filter((key) => searchesOf(key).length > 0);
  const results = await Promise.all(keys.map((key) => found(call, instance, { key, range }, limits)));
  const answer: LookupAnswer = {
    results: await withDetails(call, instance, results, limits),
    indexedUntil: limits.now,
  };
  const { findings, warnings } = sightings(answer, observables, sourceOf(instance));
  const entities = Object.fromEntries(Object.entries(findings).map(([name, { docs }]) => [name, docs]));
  return { entities, errors: warnings };
}

const sourceOf = (instance: Instance): Source => ({
  module: instance.name,
  device: { id: instance.id, name: instance.name, version: 'AsyncOS' },
  messageUrl: (row) => messageUrl(instance.settings, row),
});

type Result = LookupAnswer['results'][number];

/** What all searches for one value find, each message once, newest first. */
async function found(
  call: Appliance,
  instance: Instance,
  { key, range }: { key: KeyValue; range: { from: number; to: number } },
  limits: Limits,
): Promise<Result> {
  const { host } = targetOf(String(instance.settings.url));
  const parts = await Promise.all(
    searchesOf(key).map((criteria) =>
      pages(call, instance, { ...datesOf(range), ...hosts(instance), ...criteria }, limits),
    ),
  );
  const rows = parts.flatMap((part) => part.rows.flatMap((one) => rowOf(one, host) ?? []));
  const each = [...new Map(rows.map((row) => [messageKey(row), row])).values()];
  each.sort((a, b) => b.received - a.received);
  const total = Math.max(each.length, ...parts.map((part) => part.total));
  return { ...key, total, rows: each.slice(0, EACH) };
}

const hosts = ({ settings }: Instance): Record<string, string> =>
  settings.product === 'sma' ? { ciscoHost: 'All_Hosts' } : {};

/** Pages until there is no more: what `totalCount` counts differs between releases. */
async function pages(
  call: Appliance,
  instance: Instance,
  query: Record<string, string>,
  limits: Limits,
): Promise<{ rows: Attributes[]; total: number }> {
  const rows: Attributes[] = [];
  let total = 0;
  while (rows.length <= EACH) {
    const paged = { ...query, searchOption: 'messages', offset: String(rows.length), limit: String(EACH) };
    const reply = await call(
      instance,
      { method: 'GET', path: '/message-tracking/messages', query: paged },
      limits,
    );
    const { meta, data } = answerOf(reply, Messages);
    rows.push(...data.map((one) => one.attributes));
    total = Math.max(total, meta?.totalCount ?? 0, rows.length);
    if (data.length < EACH) break;
  }
  return { rows, total };
}

/** The newest messages with what only their details say. A message whose details fail stays as it was. */
async function withDetails(
  call: Appliance,
  instance: Instance,
  results: readonly Result[],
  limits: Limits,
): Promise<Result[]> {
  const all = new Map(results.flatMap((result) => result.rows).map((row) => [messageKey(row), row]));
  const newest = [...all.values()].sort((a, b) => b.received - a.received).slice(0, DETAILED);
  const whole = await Promise.all(
    newest.map((row) => detailed(call, instance, row, limits).catch(() => row)),
  );
  for (const row of whole) all.set(messageKey(row), row);
  const now = (row: TrackRow): TrackRow => all.get(messageKey(row)) ?? row;
  return results.map((result) => ({ ...result, rows: result.rows.map(now) }));
}
