/** Bundles: entities of many kinds taken in at once, and given out with what they are related to. */
import type { Imported } from '@sightline/api';
import { Fault } from '@sightline/api';
import { BUNDLE_MAX, BY_PLURAL, type Entity, shortId } from '@sightline/ctim';
import { valueIs } from './condition.ts';
import {
  create,
  type IntelDeps,
  inTransaction,
  readAny,
  shown,
  type WithTx,
  type Writer,
} from './entities.ts';
import { refusal } from './fault.ts';
import { findEntities, type Viewer } from './find.ts';
import { relationsBy } from './observable.ts';
import { groundOf } from './search.ts';
import type { Doc } from './store.ts';
import { outward } from './wire.ts';

export type Result = Imported['results'][number];

interface One {
  entity: Entity;
  given: Doc;
  /** The id by which others of the bundle know it. */
  original: string | undefined;
  /** Undefined when it is not valid, or there already. */
  id: string | undefined;
  result: Result;
}

/**
 * Takes in what is new; each entity on its own, so that a bad one keeps out no other. Transient ids are replaced
 * everywhere. What has an external id that is known already stays as it is.
 * @param prefixes of the external ids that count; all when empty
 */
export async function takeIn(
  deps: IntelDeps,
  who: Writer,
  bundle: Doc,
  prefixes: readonly string[] = [],
): Promise<Result[]> {
  const given = entitiesOf(bundle);
  if (given.length > BUNDLE_MAX)
    throw refusal(`Bundle max nb of entities: ${BUNDLE_MAX}`, {
      error: `Bundle max nb of entities: ${BUNDLE_MAX}`,
    });
  return inTransaction(deps, async (tx) => {
    const ones: One[] = [];
    for (const [entity, doc] of given) ones.push(await looked(tx, who, entity, doc, prefixes));
    const names = new Map(
      ones.flatMap((one) => (one.original && one.id ? [[one.original, one.id] as const] : [])),
    );
    for (const one of ones) if (one.result.result === 'created') await kept(tx, who, one, names);
    return ones.map(({ result }) => outward(result, deps.publicUrl()));
  });
}

function entitiesOf(bundle: Doc): [Entity, Doc][] {
  return [...BY_PLURAL].flatMap(([plural, entity]) => {
    const list = bundle[plural];
    return Array.isArray(list) ? list.map((doc): [Entity, Doc] => [entity, (doc ?? {}) as Doc]) : [];
  });
}

/** Whether it can be taken in, or is there. */
async function looked(
  tx: WithTx,
  who: Writer,
  entity: Entity,
  given: Doc,
  prefixes: readonly string[],
): Promise<One> {
  const original = typeof given.id === 'string' ? given.id : undefined;
  const external = [given.external_ids ?? []].flat().map(String);
  const base: Result = {
    ...(original === undefined ? {} : { original_id: original }),
    ...(external.length > 0 ? { external_ids: external } : {}),
    result: 'created',
    type: entity.name,
  };
  const checked = entity.fresh.safeParse(given);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const msg = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`;
    return {
      entity,
      given,
      original,
      id: undefined,
      result: { ...base, result: 'error', error: 'Invalid Entity Error', msg },
    };
  }
  const counting =
    prefixes.length > 0 ? external.filter((id) => prefixes.some((p) => id.startsWith(p))) : external;
  const known = await knownAs(tx, who, entity, counting);
  const id = known ?? shortId(entity.name);
  return {
    entity,
    given: checked.data,
    original,
    id,
    result: { ...base, id, result: known ? 'exists' : 'created' },
  };
}

async function knownAs(
  tx: WithTx,
  who: Writer,
  entity: Entity,
  external: readonly string[],
): Promise<string | undefined> {
  if (external.length === 0) return undefined;
  const condition = valueIs('external_ids', external, groundOf(tx, tx.tx, who.orgId, entity));
  const [found] = await findEntities(tx.tx, who, entity, condition, {
    sort: [],
    offset: 0,
    limit: 1,
    few: true,
  });
  return found?.kept.id;
}

async function kept(tx: WithTx, who: Writer, one: One, names: ReadonlyMap<string, string>): Promise<void> {
  const { id: _, ...doc } = renamed(one.given, names) as Doc;
  try {
    await create(tx, who, one.entity, doc, one.id);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    one.result = {
      ...one.result,
      id: undefined,
      result: 'error',
      error: 'Invalid Entity Error',
      msg: error.message,
    };
  }
}

/** With the ids that the store chose in the place of those of the bundle. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, names)]));
}

export interface Around {
  /** Which ends of a relationship count. */
  ends: readonly ('source_ref' | 'target_ref')[];
  sourceTypes: readonly string[];
  targetTypes: readonly string[];
  related: boolean;
}

export const EVERYTHING: Around = {
  ends: ['source_ref', 'target_ref'],
  sourceTypes: [],
  targetTypes: [],
  related: true,
};

/** These entities, their relationships and, one step on, what these lead to. */
export async function giveOut(
  deps: IntelDeps,
  viewer: Viewer,
  ids: readonly string[],
  around: Around,
): Promise<Doc> {
  const docs = new Map<string, Doc>();
  const add = async (id: string): Promise<void> => {
    const entity = docs.has(id) ? undefined : await readAny(deps.db, deps, viewer, id);
    if (entity) docs.set(String(shown(deps, entity).id), shown(deps, entity));
  };
  for (const id of ids) await add(id);
  const own = [...docs.keys()];
  for (const end of around.ends) {
    for (const id of own) {
      for (const link of (await relationsBy(deps, viewer, end, [id])).filter((one) => fits(one, around))) {
        docs.set(String(link.id), link);
        if (around.related) await add(String(link[end === 'source_ref' ? 'target_ref' : 'source_ref']));
      }
    }
  }
  return { type: 'bundle', source: 'ctia', ...byPlural([...docs.values()]) };
}

function fits(link: Doc, { sourceTypes, targetTypes }: Around): boolean {
  const isOf = (ref: unknown, types: readonly string[]): boolean =>
    types.length === 0 || types.some((type) => String(ref).includes(`/${type}/`));
  return isOf(link.source_ref, sourceTypes) && isOf(link.target_ref, targetTypes);
}

export function byPlural(docs: readonly Doc[]): Record<string, Doc[]> {
  const found: Record<string, Doc[]> = {};
  const plurals = new Map([...BY_PLURAL].map(([plural, { name }]) => [name, plural]));
  for (const doc of docs) {
    const plural = plurals.get(String(doc.type));
    if (!plural) continue;
    found[plural] ??= [];
    found[plural].push(doc);
  }
  return found;
}
