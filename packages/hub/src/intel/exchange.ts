/** Many entities at once: bundles, bulks and GraphQL over HTTP. */
import {
  createBulk,
  type Endpoint,
  exportBundle,
  exportBundleOf,
  graphql,
  importBundle,
  PLATFORM,
  readBulk,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { BY_PLURAL, ENTITIES, type Entity } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import { type Around, EVERYTHING, giveOut, type Result, takeIn } from './bundle.ts';
import { type IntelDeps, readAny, shown } from './entities.ts';
import { badQuery } from './fault.ts';
import { countEntities, findEntities } from './find.ts';
import { type Field, GraphqlError, readGraphql } from './graphql.ts';
import { judgementsOn, sightingsWith, verdictOn } from './observable.ts';
import { type Answering, firstOf, mount, type Request } from './routes.ts';
import { type Asked, groundOf, wanted } from './search.ts';
import type { Doc } from './store.ts';

export function exchangeIntelRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  bundleRoutes(on, deps);
  mount(on, createBulk, async ({ caller, body, c }) => {
    await firstOf(deps, caller.orgId);
    return c.json(bulked(await takeIn(deps, caller, body)), 201);
  });
  mount(on, readBulk, ({ caller, query }) => bulk(deps, caller, query));
  mount(on, graphql, ({ caller, body, c }) => answered(deps, caller, body, c));
}

function bundleRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const out = (ids: unknown, { caller, query }: Request) =>
    giveOut(deps, caller, [ids ?? []].flat().map(String).slice(0, 1000), aroundOf(query));
  mount(on, exportBundle, (given) => out(given.query.ids, given));
  mount(on, exportBundleOf, (given) => out(given.body.ids, given));
  const take: Answering = async ({ caller, query, body }) => {
    await firstOf(deps, caller.orgId);
    const prefixes = String(query.external_key_prefixes ?? '')
      .split(',')
      .filter((one) => one !== '');
    return { results: await takeIn(deps, caller, body, prefixes) };
  };
  mount(on, importBundle, take);
  mount(on, PLATFORM.importBundle as Endpoint, take);
}

function aroundOf(query: Asked): Around {
  const list = (value: unknown): string[] => [value ?? []].flat().map(String);
  const ends = list(query.related_to).filter((end) => end === 'source_ref' || end === 'target_ref');
  return {
    ends: ends.length > 0 ? ends : EVERYTHING.ends,
    sourceTypes: list(query.source_type),
    targetTypes: list(query.target_type),
    related: query.include_related_entities !== 'false',
  };
}

/** By plural the id of each, or why there is none; and what became of transient ids. */
function bulked(results: readonly Result[]): Record<string, unknown> {
  const plurals = new Map([...BY_PLURAL].map(([plural, { name }]) => [name, plural]));
  const found: Record<string, unknown[]> = {};
  const tempids: Record<string, string> = {};
  for (const one of results) {
    const plural = plurals.get(one.type) ?? one.type;
    found[plural] ??= [];
    found[plural].push(one.id ?? { error: one.error, msg: one.msg });
    if (one.id && one.original_id) tempids[one.original_id] = one.id;
  }
  return { ...found, tempids };
}

async function bulk(deps: IntelDeps, caller: Caller, query: Asked): Promise<Record<string, Doc[]>> {
  const found: Record<string, Doc[]> = {};
  for (const [plural, ids] of Object.entries(query)) {
    if (!BY_PLURAL.has(plural)) continue;
    const name = BY_PLURAL.get(plural)?.name;
    found[plural] = [];
    for (const id of [ids ?? []].flat()) {
      const kept = await readAny(deps.db, deps, caller, String(id));
      if (kept && kept.type === name) found[plural].push(shown(deps, kept));
    }
  }
  return found;
}

type C = Request['c'];

/** Errors are part of an answer with status 200, as GraphQL has it. */
async function answered(deps: IntelDeps, caller: Caller, body: Doc, c: C) {
  try {
    const roots = readGraphql(String(body.query), (body.variables ?? {}) as Record<string, unknown>);
    const data: Record<string, unknown> = {};
    for (const root of roots) data[root.alias] = await rootOf(deps, caller, root, c);
    return { data };
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error;
    return { data: null, errors: [{ message: error.message }] };
  }
}

async function rootOf(deps: IntelDeps, caller: Caller, root: Field, c: C): Promise<unknown> {
  const plural = BY_PLURAL.get(root.name);
  if (plural) return picked(await connection(deps, caller, plural, root), root.fields);
  if (root.name === 'observable') return observable(deps, caller, root, c);
  const name = root.name.replaceAll('_', '-');
  if (!Object.hasOwn(ENTITIES, name)) throw new GraphqlError(`There is no field "${root.name}".`);
  const kept = await readAny(deps.db, deps, caller, String(root.args.id ?? ''));
  return kept?.type === name ? picked(shown(deps, kept), root.fields) : null;
}

/** Pages of GraphQL: the cursor is an offset. */
async function connection(deps: IntelDeps, caller: Caller, entity: Entity, { args }: Field) {
  const on = groundOf(deps, deps.db, caller.orgId, entity);
  const condition = wanted(on, { query: args.query ?? '*' });
  const offset = Math.max(0, Number(args.after ?? args.offset ?? 0) || 0);
  const limit = Math.min(1000, Math.max(0, Number(args.first ?? 50) || 0));
  if (offset + limit > 10_000) throw badQuery('Only the first 10000 results can be reached.');
  const found = await findEntities(deps.db, caller, entity, condition, {
    sort: sortOf(args.orderBy),
    offset,
    limit,
  });
  const totalCount = await countEntities(deps.db, caller, entity, condition);
  const nodes = found.map(({ kept }) => shown(deps, kept));
  const end = offset + nodes.length;
  return {
    totalCount,
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: String(offset + i + 1) })),
    pageInfo: {
      hasNextPage: end < totalCount,
      hasPreviousPage: offset > 0,
      startCursor: String(offset),
      endCursor: String(end),
    },
  };
}

/** `OBSERVED_TIME_START_TIME` is `observed_time.start_time`. */
function sortOf(orderBy: unknown): { field: string; desc: boolean }[] {
  return [orderBy ?? []].flat().map((one) => {
    const { field = '', direction } = one as { field?: string; direction?: string };
    const path = field.toLowerCase().replace(/_time_(start|end)_time$/, '_time.$1_time');
    return { field: path, desc: direction === 'desc' };
  });
}

async function observable(deps: IntelDeps, caller: Caller, root: Field, c: C): Promise<unknown> {
  const obs = { type: String(root.args.type ?? ''), value: String(root.args.value ?? '') };
  const list = (nodes: Doc[]) => ({
    totalCount: nodes.length,
    nodes,
    edges: nodes.map((node) => ({ node })),
  });
  const asks: Record<string, () => Promise<unknown>> = {
    verdict: async () => (await verdictOn(deps, caller, obs)) ?? null,
    judgements: async () => list(await judgementsOn(deps, caller, obs, {}, c)),
    sightings: async () => list(await sightingsWith(deps, caller, obs, {}, c)),
  };
  const found: Record<string, unknown> = { ...obs };
  for (const { name } of root.fields) if (Object.hasOwn(asks, name)) found[name] = await asks[name]?.();
  return picked(found, root.fields);
}

/** Only the fields that are asked for; those that are not there are null. */
function picked(value: unknown, fields: readonly Field[]): unknown {
  if (Array.isArray(value)) return value.map((one) => picked(one, fields));
  if (value === null || typeof value !== 'object' || fields.length === 0) return value ?? null;
  const own = value as Doc;
  return Object.fromEntries(
    fields.map((f) => [f.alias, picked(Object.hasOwn(own, f.name) ? own[f.name] : null, f.fields)]),
  );
}
