/** A module that is a CTR relay: somebody's web service that speaks for a source. */
import { fail, type ModuleType, Quotas } from '@sightline/api';
import { z } from 'zod';
import { fitting } from '../../outbound/json.ts';
import { targetOf } from '../../outbound/target.ts';
import type { Found, Instance, Kind, Limits, Offer, Outcome, Problem, Ref, Wellness } from '../kind.ts';
import { bare, call, type RelayDeps, type Said, throwFirst } from './call.ts';
import { checkRelay, type Relay, relayOf, takesOf } from './settings.ts';

/** Relays wait up to half a minute for their own sources. */
const DEADLINE_MS = 30_000;
/** References, and actions, of one answer. */
const MOST = 1000;

const text = z.string().max(8192);
const Link = z.looseObject({
  id: text,
  title: text,
  description: text.default(''),
  url: z.url({ protocol: /^https?$/ }).max(8192),
  categories: z.array(text).max(20).optional(),
});
const RelayAction = z.looseObject({
  id: text.min(1),
  title: text,
  description: text.default(''),
  categories: z.array(text).max(20).optional(),
  'query-params': z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
const Entities = z.record(z.string(), z.looseObject({ docs: z.array(z.unknown()).default([]) }));
const Health = z.looseObject({ status: z.string().optional(), quotas: Quotas.optional().catch(undefined) });
const Done = z.looseObject({ status: z.enum(['success', 'failure']) });

/** What a type of relay can do; its `properties` and an instance's settings say where it is. */
export function relayKind(type: ModuleType, deps: RelayDeps): Kind {
  const asked = (api: 'observe' | 'deliberate' | 'refer' | 'respond') =>
    (async (instance, observables, limits) => {
      const relay = relayOf(type, instance.settings);
      const question = { api: `${api}/observables` as const, body: bare(observables), reads: true };
      return { said: await call(deps, relay, instance, question, limits), host: hostOf(relay) };
    }) satisfies (...args: Parameters<NonNullable<Kind['observe']>>) => Promise<{ said: Said; host: string }>;
  const [observe, deliberate, refer, respond] = (['observe', 'deliberate', 'refer', 'respond'] as const).map(
    asked,
  ) as [Asked, Asked, Asked, Asked];
  return {
    type,
    deadlineMs: DEADLINE_MS,
    takes: takesOf,
    hides: (key) => key.startsWith('custom_') || key === 'custom-jwt-key' || key === 'custom-jwt-claims',
    check: (settings) => checkRelay(type, settings),
    observe: async (...args) => foundOf(await observe(...args)),
    deliberate: async (...args) => foundOf(await deliberate(...args)),
    refer: async (...args) => refsOf(await refer(...args)),
    respond: async (...args) => offersOf(await respond(...args)),
    trigger: (instance, action, query, limits) => triggered(deps, type, instance, { action, query }, limits),
    health: (instance, limits) => health(deps, type, instance, limits),
  };
}
type Asked = (...args: Parameters<NonNullable<Kind['observe']>>) => Promise<{ said: Said; host: string }>;

const hostOf = ({ url }: Relay): string => targetOf(url).host;

function foundOf({ said: { data, errors }, host }: { said: Said; host: string }): Found {
  if (data === undefined || data === null) return { entities: {}, errors };
  const kinds = fitting(data, Entities, host);
  return {
    entities: Object.fromEntries(Object.entries(kinds).map(([kind, { docs }]) => [kind, docs])),
    errors,
  };
}

function refsOf({ said, host }: { said: Said; host: string }): { refs: Ref[]; errors: Problem[] } {
  const { good, errors } = valid(said, host, Link, 'references');
  return { refs: good, errors };
}

function offersOf({ said, host }: { said: Said; host: string }): { offers: Offer[]; errors: Problem[] } {
  const { good, errors } = valid(said, host, RelayAction, 'actions');
  const offers = good.map(({ 'query-params': query, ...action }) => ({
    ...action,
    query: Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)])),
  }));
  return { offers, errors };
}

/** Published relays answer `{}` where they have no list to give. */
const isNothing = (data: unknown): boolean =>
  data === undefined || data === null || (typeof data === 'object' && Object.keys(data).length === 0);

/** Those of a list that are as they must be, and a warning about the others. */
function valid<S extends z.ZodType>({ data, errors }: Said, host: string, schema: S, what: string) {
  const all = fitting(isNothing(data) ? [] : data, z.array(z.unknown()), host);
  const read = all.slice(0, MOST).map((one) => schema.safeParse(one));
  const good = read.flatMap((one) => (one.success ? [one.data as z.output<S>] : []));
  const bad = all.length - good.length;
  const warning: Problem = {
    code: 'invalid-entities-warning',
    message: `${bad} of the ${what} of the module were not valid and are left out.`,
    type: 'warning',
  };
  return { good, errors: bad > 0 ? [...errors, warning] : errors };
}

async function triggered(
  deps: RelayDeps,
  type: ModuleType,
  instance: Instance,
  { action, query }: { action: string; query: Record<string, string> },
  limits: Limits,
): Promise<Outcome> {
  const relay = relayOf(type, instance.settings);
  const body = { ...query, 'action-id': action };
  const question = { api: 'respond/trigger', body, reads: false } as const;
  const { data, errors } = await call(deps, relay, instance, question, limits);
  if (data === undefined && errors.length === 0) throw fail('action_unknown', { module: instance.name });
  const done = Done.safeParse(data);
  return { status: done.success ? done.data.status : 'failure', errors };
}

async function health(
  deps: RelayDeps,
  type: ModuleType,
  instance: Instance,
  limits: Limits,
): Promise<Wellness> {
  const relay = relayOf(type, instance.settings);
  const host = hostOf(relay);
  const { data, errors } = await call(
    deps,
    relay,
    instance,
    { api: 'health', body: {}, reads: true },
    limits,
  );
  throwFirst(errors);
  if (data === undefined) throw fail('health_unknown', { host });
  const { status, quotas } = fitting(data, Health, host);
  if (status !== 'ok')
    throw fail('relay_error', { code: 'health check failed', reason: `status ${status ?? 'missing'}` });
  const warnings = errors.map((one) => one.message).join(' ');
  return { text: `${host} says that it works.${warnings && ` ${warnings}`}`, quotas };
}
