/** The intel store: CTIA's routes for every kind of entity, made from the kinds' definitions. */
import { ENTITIES, ENTITY_NAMES, type Entity, type EntityName } from '@sightline/ctim';
import { z } from 'zod';
import { type Endpoint, endpoint } from './endpoint.ts';

/** `?a=1&a=2`, `?a=1` or nothing. */
export const many = z.union([z.string().max(2048), z.array(z.string().max(2048)).max(100)]).optional();
export const one = z.string().max(2048).optional();
export const number = (max: number) => z.coerce.number().int().min(0).max(max);

/** Results that can be reached by offset, as CTIA has it. */
export const WINDOW = 10_000;

const common = {
  /** Lucene's syntax: `title:phish* AND NOT severity:Low`. */
  query: z.string().max(8192).optional(),
  /** Words, with `|`, `-` and quotes; never an error. */
  simple_query: z.string().max(8192).optional(),
  search_fields: many,
  from: one,
  to: one,
  id: many,
  revision: many,
  language: many,
  tlp: many,
  source: many,
};
export const paging = {
  fields: many,
  sort_by: one,
  sort_order: z.enum(['asc', 'desc']).optional(),
  offset: number(1_000_000).default(0),
  limit: number(WINDOW).default(100),
  search_after: many,
  wait_for: z.string().max(8).optional(),
};
export const shapeOf = (e: Entity): typeof common => ({
  ...common,
  ...Object.fromEntries(e.filters.map((name) => [name, many])),
});

export const Waiting = z.object({ wait_for: z.string().max(8).optional() });
export const byId = z.object({ id: z.string().min(1).max(2200) });
/** A whole number that says how many. */
export const Count = z.int().min(0);

export const Metric = z.object({
  data: z.record(z.string(), z.unknown()),
  type: z.string(),
  filters: z.record(z.string(), z.unknown()),
});
export const metricQuery = {
  from: z.string().max(64),
  to: z.string().max(64).optional(),
  'aggregate-on': z.string().min(1).max(128),
};

/** Where a kind is and what its calls need. */
function placeOf(e: { name: string }) {
  const tag = e.name;
  const write = { tag, permission: `private-intel/${e.name}:write` };
  /** What only an administrator in the portal may. */
  const develop = { tag, permission: `developer/${e.name}:write` };
  return {
    at: `/ctia/${e.name}`,
    read: { tag, permission: `private-intel/${e.name}:read` },
    write,
    develop,
    /** Events are the store's own to write. */
    own: e.name === 'event' ? develop : write,
  };
}

/** Calls that change one. */
function writing<S extends z.ZodObject>(e: Entity<S>) {
  const { at, write, develop, own } = placeOf(e);
  return {
    create: endpoint({
      method: 'POST',
      path: at,
      summary: `Add one: ${e.name}`,
      ...own,
      query: Waiting,
      body: e.fresh,
      answer: e.schema,
    }),
    update: endpoint({
      method: 'PUT',
      path: `${at}/:id`,
      summary: `Replace one: ${e.name}`,
      ...(e.name === 'judgement' ? develop : write),
      params: byId,
      query: Waiting,
      body: e.fresh,
      answer: e.schema,
    }),
    patch: endpoint({
      method: 'PATCH',
      path: `${at}/:id`,
      summary: `Change some fields of one: ${e.name}`,
      ...write,
      params: byId,
      query: Waiting,
      body: e.fresh.partial(),
      answer: e.schema,
    }),
  };
}

/** Calls that end one, or many. */
function ending<S extends z.ZodObject>(e: Entity<S>) {
  const { at, write, own } = placeOf(e);
  const shape = shapeOf(e as unknown as Entity);
  return {
    clear: endpoint({
      method: 'DELETE',
      path: `${at}/search`,
      summary: `Delete all that a search finds, or say how many there are: ${e.name}`,
      ...own,
      query: z.object({
        ...shape,
        wait_for: z.string().max(8).optional(),
        REALLY_DELETE_ALL_THESE_ENTITIES: z.string().max(8).optional(),
      }),
      answer: Count,
    }),
    remove: endpoint({
      method: 'DELETE',
      path: `${at}/:id`,
      summary: `Delete one: ${e.name}`,
      ...own,
      params: byId,
      query: Waiting,
    }),
    expire: endpoint({
      method: 'POST',
      path: `${at}/:id/expire`,
      summary: `End the validity of one now: ${e.name}`,
      ...write,
      params: byId,
      query: Waiting.extend({
        reason:
          e.name === 'judgement' ? z.string('Give a reason.').max(1024) : z.string().max(1024).optional(),
      }),
      answer: e.schema,
    }),
  };
}

/** Calls that read. */
function finding<S extends z.ZodObject>(e: Entity<S>) {
  const { at, read } = placeOf(e);
  const shape = shapeOf(e as unknown as Entity);
  const List = z.object({ ...shape, ...paging });
  return {
    list: endpoint({
      method: 'GET',
      path: at,
      summary: `All of this kind, by page: ${e.name}`,
      ...read,
      query: List,
      answer: z.array(e.schema),
    }),
    search: endpoint({
      method: 'GET',
      path: `${at}/search`,
      summary: `Search: ${e.name}`,
      ...read,
      query: List,
      answer: z.array(e.schema),
    }),
    count: endpoint({
      method: 'GET',
      path: `${at}/search/count`,
      summary: `How many a search finds: ${e.name}`,
      ...read,
      query: z.object(shape),
      answer: Count,
    }),
    byExternalId: endpoint({
      method: 'GET',
      path: `${at}/external_id/:xid`,
      summary: `Those with this external id: ${e.name}`,
      ...read,
      params: z.object({ xid: z.string().min(1).max(2200) }),
      query: z.object(paging),
      answer: z.array(e.schema),
    }),
    read: endpoint({
      method: 'GET',
      path: `${at}/:id`,
      summary: `One by its short or long id: ${e.name}`,
      ...read,
      params: byId,
      query: z.object({ fields: many }),
      answer: e.schema,
    }),
  };
}

/** Calls that count by time and value. */
function measuring<S extends z.ZodObject>(e: Entity<S>) {
  const { at, read } = placeOf(e);
  const shape = shapeOf(e as unknown as Entity);
  return {
    histogram: endpoint({
      method: 'GET',
      path: `${at}/metric/histogram`,
      summary: `How many a day, week or month: ${e.name}`,
      ...read,
      query: z.object({
        ...shape,
        ...metricQuery,
        granularity: z.enum(['day', 'week', 'month']),
        timezone: z.string().max(32).optional(),
      }),
      answer: Metric,
    }),
    topn: endpoint({
      method: 'GET',
      path: `${at}/metric/topn`,
      summary: `The most frequent values of a field: ${e.name}`,
      ...read,
      query: z.object({
        ...shape,
        ...metricQuery,
        limit: number(1000).default(10),
        sort_order: z.enum(['asc', 'desc']).default('desc'),
      }),
      answer: Metric,
    }),
    cardinality: endpoint({
      method: 'GET',
      path: `${at}/metric/cardinality`,
      summary: `How many different values a field has: ${e.name}`,
      ...read,
      query: z.object({ ...shape, ...metricQuery }),
      answer: Metric,
    }),
  };
}

/**
 * The endpoints of one kind, in the order in which they are mounted: what has a name comes before `:id`. Which of
 * them are offered, `offered` says.
 */
export const intelOf = <S extends z.ZodObject>(e: Entity<S>) => ({
  ...measuring(e),
  ...finding(e),
  ...ending(e),
  ...writing(e),
});
export type Intel<S extends z.ZodObject = z.ZodObject> = ReturnType<typeof intelOf<S>>;

/** By kind: `INTEL.judgement.search`. */
export const INTEL = Object.fromEntries(
  ENTITY_NAMES.map((name) => [name, intelOf(ENTITIES[name] as unknown as Entity)]),
) as unknown as { [N in EntityName]: Intel<(typeof ENTITIES)[N]['schema']> };

/** The endpoints that a kind really has. */
export function offered(e: Entity): (keyof Intel)[] {
  const { put, patch, expire } = e;
  const has: Partial<Record<keyof Intel, boolean>> = { update: put, patch, expire };
  const all = Object.keys(INTEL.actor) as (keyof Intel)[];
  return all.filter((name) => has[name] ?? true);
}

const capital = (text: string): string =>
  text
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Every generated endpoint under the name of its operation: `searchJudgement`. */
export const INTEL_ENDPOINTS: Record<string, Endpoint> = Object.fromEntries(
  ENTITY_NAMES.flatMap((name) =>
    offered(ENTITIES[name] as unknown as Entity).map(
      (verb) => [`${verb}${capital(name)}`, INTEL[name][verb] as Endpoint] as const,
    ),
  ),
);
