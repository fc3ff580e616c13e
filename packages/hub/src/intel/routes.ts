/** CTIA's routes, the same for every kind of entity: each kind's definition says which of them it has. */
import { type Endpoint, fail, INTEL, offered, PLATFORM } from '@sightline/api';
import type { Handler, Mount } from '@sightline/api/http';
import { ENTITIES, ENTITY_NAMES, type Entity, SCHEMA_VERSION } from '@sightline/ctim';
import type { Context } from 'hono';
import type { Caller } from '../http.ts';
import { NEVER } from './complete.ts';
import { valueIs } from './condition.ts';
import { change, create, type IntelDeps, inTransaction, read, remove, shown } from './entities.ts';
import { refusal } from './fault.ts';
import { countEntities, findEntities } from './find.ts';
import { isPostgres } from './fulltext.ts';
import { metricHandlers } from './metric.ts';
import {
  type Asked,
  chosen,
  groundOf,
  isListed,
  isNarrowed,
  isTelling,
  pageHeaders,
  pageOf,
  wanted,
} from './search.ts';
import { countKinds, type Doc } from './store.ts';

type Verb = ReturnType<typeof offered>[number];
/** What all these handlers are given: the parts of the request by their kind's schema. */
export interface Request {
  caller: Caller;
  c: Context;
  params: Doc;
  query: Asked;
  body: Doc;
}
export type Answering = (given: Request) => Promise<unknown>;

const kinds = ENTITY_NAMES.map((name) => ENTITIES[name] as unknown as Entity);

/** Mounts `/ctia/<kind>…` for all kinds, and what `/iroh/private-intel` offers of them. */
export function entityRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const handlers = new Map<Endpoint, Answering>();
  for (const entity of kinds) {
    const by = { ...handlersOf(deps, entity), ...metricHandlers(deps, entity) };
    for (const verb of offered(entity)) {
      const endpoint = INTEL[entity.name as keyof typeof INTEL][verb] as unknown as Endpoint;
      handlers.set(endpoint, by[verb]);
      mount(on, endpoint, by[verb]);
    }
  }
  for (const alias of Object.values(PLATFORM) as Endpoint[]) {
    const ctia = alias.path.replace('/iroh/private-intel', '/ctia');
    const of = [...handlers].find(([e]) => e.path === ctia && e.method === alias.method);
    if (of) mount(on, alias, of[1]);
  }
}

/** Mounts one, with the headers that CTIA's clients read. */
export function mount(on: Mount<Caller>, endpoint: Endpoint, answer: Answering): void {
  on(endpoint, (async (given: Request) => {
    given.c.header('X-Ctia-Version', '1');
    given.c.header('X-Ctia-Config', 'sightline');
    given.c.header('X-Ctim-Version', SCHEMA_VERSION);
    return answer(given);
  }) as Handler<Endpoint, Caller>);
}

function handlersOf(deps: IntelDeps, entity: Entity) {
  return {
    ...writing(deps, entity),
    ...reading(deps, entity),
    ...ending(deps, entity),
  } satisfies Partial<Record<Verb, Answering>>;
}

function writing(deps: IntelDeps, entity: Entity) {
  const changing = (make: (given: Request, before: Doc) => Doc): Answering => {
    return async (given) => {
      const id = String(given.params.id);
      const kept = await inTransaction(deps, (tx) =>
        change(tx, given.caller, entity, id, ({ doc }) => make(given, doc)),
      );
      return shown(deps, kept);
    };
  };
  return {
    create: async ({ caller, body, c }: Request) => {
      await firstOf(deps, caller.orgId);
      const doc = shown(deps, await inTransaction(deps, (tx) => create(tx, caller, entity, body)));
      return c.json(doc, 201, { Location: String(doc.id) });
    },
    update: changing(({ body }, { intervals }) => ({ ...body, intervals })),
    patch: changing(({ body }, before) => checked(entity, merged(before, body))),
  } satisfies Partial<Record<Verb, Answering>>;
}

/** An organisation's first entity: from now on its investigations ask the store too. */
export async function firstOf(deps: IntelDeps, orgId: string): Promise<void> {
  if (!deps.first) return;
  const kinds = await countKinds(deps.db, orgId);
  if (Object.keys(kinds).length === 0) await deps.first(orgId);
}

/** Objects are merged, everything else is replaced, as CTIA's PATCH does. */
function merged(before: Doc, given: Doc): Doc {
  const isObject = (value: unknown): value is Doc =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(given).map(([key, value]) => {
    const old = before[key];
    return [key, isObject(old) && isObject(value) ? merged(old, value) : value] as const;
  });
  return { ...before, ...Object.fromEntries(entries) };
}

/** @throws 400 when the whole is not valid any more */
function checked(entity: Entity, doc: Doc): Doc {
  const { intervals, ...open } = doc;
  const result = entity.fresh.safeParse(open);
  if (result.success) return { ...result.data, intervals };
  const [issue] = result.error.issues;
  const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw refusal(why, { error: 'Spec Validation Client Error', type: 'Invalid Entity Error', message: why });
}

function reading(deps: IntelDeps, entity: Entity) {
  const search: Answering = async ({ caller, query, c }) => {
    const on = groundOf(deps, deps.db, caller.orgId, entity, query);
    const condition = wanted(on, query);
    const how = { few: isTelling(query), lists: isListed(entity, query) };
    return listed(deps, caller, entity, condition, query, c, how);
  };
  return {
    list: search,
    search,
    count: async ({ caller, query }: Request) => {
      const on = groundOf(deps, deps.db, caller.orgId, entity, query);
      return countEntities(deps.db, caller, entity, wanted(on, query));
    },
    byExternalId: async ({ caller, params, query, c }: Request) => {
      const on = groundOf(deps, deps.db, caller.orgId, entity);
      return listed(deps, caller, entity, valueIs('external_ids', [String(params.xid)], on), query, c, {
        few: true,
      });
    },
    read: async ({ caller, params, query }: Request) =>
      chosen(shown(deps, await read(deps.db, deps, caller, entity, String(params.id))), query.fields),
  } satisfies Partial<Record<Verb, Answering>>;
}

/** What is known beforehand of how much a condition finds. */
interface How {
  /** Few. */
  few?: boolean;
  /** It is counted from lists of its values; when they are few, they are found in the same way. */
  lists?: boolean;
}

/** So many are sorted at once; with more, one goes through the kind in its order until the page is full. */
const FEW = 5000;

/** One page of what a condition finds, with the headers that say so. */
export async function listed(
  deps: IntelDeps,
  caller: Caller,
  entity: Entity,
  condition: ReturnType<typeof wanted>,
  query: Asked,
  c: Context,
  how: How = {},
): Promise<Doc[]> {
  const asked = pageOf(query);
  const lists = how.lists === true && !isPostgres(deps.db);
  const total = await countEntities(deps.db, caller, entity, condition, how.few || lists);
  const page = { ...asked, few: how.few || (lists && total <= FEW) };
  const found = await findEntities(deps.db, caller, entity, condition, page);
  for (const [name, value] of Object.entries(pageHeaders(page, found, total))) c.header(name, value);
  return found.map(({ kept }) => chosen(shown(deps, kept), query.fields));
}

function ending(deps: IntelDeps, entity: Entity) {
  return {
    remove: async ({ caller, params, c }: Request) => {
      await inTransaction(deps, (tx) => remove(tx, caller, entity, String(params.id)));
      return c.body(null, 204);
    },
    expire: async ({ caller, params, query }: Request) => {
      const kept = await inTransaction(deps, (tx) =>
        change(tx, caller, entity, String(params.id), ({ doc }, now) => expired(doc, query.reason, now)),
      );
      return shown(deps, kept);
    },
    clear: async ({ caller, query }: Request) => clear(deps, caller, entity, query),
  } satisfies Partial<Record<Verb, Answering>>;
}

/** Ends now; why is added to why it was made. */
function expired(doc: Doc, reason: unknown, now: number): Doc {
  const { start_time = NEVER } = (doc.valid_time ?? {}) as Doc;
  const end = new Date(now).toISOString();
  const valid_time = { start_time: Date.parse(String(start_time)) > now ? end : start_time, end_time: end };
  return {
    ...doc,
    valid_time,
    ...(reason === undefined ? {} : { reason: `${doc.reason ?? ''} ${reason}`.slice(0, 1024) }),
  };
}

/** Entities deleted in one transaction. */
const AT_ONCE = 200;

async function clear(deps: IntelDeps, caller: Caller, entity: Entity, query: Asked): Promise<number> {
  if (!isNarrowed(entity, query)) {
    const error = 'you must provide at least one of from, to, query or any field filter.';
    const wire = { error, error_description: `Y${error.slice(1)}` };
    throw fail('forbidden', { permission: 'a filter' }, { wire });
  }
  const condition = wanted(groundOf(deps, deps.db, caller.orgId, entity, query), query);
  const total = await countEntities(deps.db, caller, entity, condition);
  if (query.REALLY_DELETE_ALL_THESE_ENTITIES !== 'true') return total;
  const page = { sort: [], offset: 0, limit: AT_ONCE };
  for (let left = total; left > 0; left -= AT_ONCE) {
    await inTransaction(deps, async (tx) => {
      const found = await findEntities(tx.tx, caller, entity, condition, page);
      for (const { kept } of found) await remove(tx, caller, entity, kept.id);
    });
  }
  return total;
}
