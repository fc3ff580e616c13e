/** The parameters of a search read into a condition, an order and a page; and the headers that say where one is. */
import { WINDOW } from '@sightline/api';
import type { Entity } from '@sightline/ctim';
import type { Db } from '../db.ts';
import { all, between, type Condition, conditionOf, type Ground, valueIs } from './condition.ts';
import type { IntelDeps } from './entities.ts';
import { badQuery } from './fault.ts';
import type { FoundEntity, Page, Sort } from './find.ts';
import { fullTextOf } from './fulltext.ts';
import { parseQuery, parseSimple, type Query, QueryError } from './query.ts';
import type { Doc } from './store.ts';

/** The query part of an address after validation. */
export type Asked = Record<string, unknown>;

const listOf = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

export function groundOf(
  deps: Pick<IntelDeps, 'clock' | 'publicUrl'>,
  db: Db,
  orgId: string,
  entity: Entity,
  asked: Asked = {},
): Ground {
  const fields = listOf(asked.search_fields);
  return {
    entity,
    orgId,
    fullText: fullTextOf(db),
    origin: deps.publicUrl(),
    now: deps.clock(),
    fields: fields.length > 0 ? fields : undefined,
  };
}

/** Parameters of every search that are one field's value each. */
const SIMPLE = ['id', 'revision', 'language', 'tlp', 'source'];

/** @throws 400 as CTIA words it when the query cannot be read */
export function wanted(on: Ground, asked: Asked): Condition {
  const names = [...SIMPLE, ...on.entity.filters];
  const filters = names
    .map((name) => [name, listOf(asked[name])] as const)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => valueIs(name, values, on));
  return all([...filters, ...ranges(on, asked), ...queries(on, asked)]);
}

function ranges(on: Ground, { from, to }: Asked): Condition[] {
  if (from === undefined && to === undefined) return [];
  const field = on.entity.name === 'event' ? 'timestamp' : 'created';
  return [between(field, from as string | undefined, to as string | undefined, on)];
}

function queries(on: Ground, { query, simple_query }: Asked): Condition[] {
  const parts: Condition[] = [];
  try {
    if (typeof query === 'string') parts.push(conditionOf(parseQuery(query), on));
  } catch (error) {
    if (error instanceof QueryError) throw badQuery(error.message);
    throw error;
  }
  if (typeof simple_query === 'string') parts.push(conditionOf(parseSimple(simple_query), on));
  return parts;
}

/** Fields whose values few entities share. */
const TELLING = new Set([
  'id',
  'external_ids',
  'observable.value',
  'observables.value',
  'source_ref',
  'target_ref',
  'entity.id',
]);

/** Whether a search is for one of the values that few have. */
export function isTelling(asked: Asked): boolean {
  if ([...TELLING].some((name) => asked[name] !== undefined)) return true;
  return typeof asked.query === 'string' && tells(parseQuery(asked.query));
}

const tells = (query: Query): boolean =>
  query.kind === 'and'
    ? query.parts.some(tells)
    : query.kind === 'term' && !query.pattern && TELLING.has(query.field ?? '');

/**
 * Whether what is found can be listed from the values that are asked for, without going through its kind: something
 * has to be true of each. SQLite does not see that by itself.
 */
export function isListed(entity: Entity, asked: Asked): boolean {
  if ([...SIMPLE, ...entity.filters].some((name) => asked[name] !== undefined)) return true;
  const simple = typeof asked.simple_query === 'string' && lists(parseSimple(asked.simple_query));
  return simple || (typeof asked.query === 'string' && lists(parseQuery(asked.query)));
}

function lists(query: Query): boolean {
  switch (query.kind) {
    case 'and':
      return query.parts.some(lists);
    case 'or':
      return query.parts.length > 0 && query.parts.every(lists);
    case 'not':
    case 'all':
      return false;
    default:
      return true;
  }
}

/** Whether something narrows a search down. */
export const isNarrowed = (entity: Entity, asked: Asked): boolean =>
  [...SIMPLE, ...entity.filters, 'from', 'to', 'query', 'simple_query'].some(
    (name) => asked[name] !== undefined,
  );

/** @throws 400 beyond what can be reached by offset */
export function pageOf(asked: Asked): Page {
  const [offset, limit] = [Number(asked.offset ?? 0), Number(asked.limit ?? 100)];
  const after = listOf(asked.search_after);
  if (after.length === 0 && offset + limit > WINDOW)
    throw badQuery(
      `offset and limit reach beyond ${WINDOW} results. Narrow the search, or go on with search_after.`,
    );
  return { sort: sortOf(asked), offset, limit, after: after.length > 0 ? after : undefined };
}

/** `a:desc,b` */
function sortOf({ sort_by, sort_order }: Asked): Sort[] {
  if (typeof sort_by !== 'string') return [];
  return sort_by
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [field = '', order = sort_order] = part.split(':');
      return { field, desc: order === 'desc' };
    });
}

/** Where this page is in all that was found, as CTIA's clients read it. */
export function pageHeaders(
  page: Page,
  found: readonly FoundEntity[],
  total: number,
): Record<string, string> {
  const { offset, limit, after } = page;
  const last = found.at(-1)?.sort.map(String);
  const further = after ? found.length === limit && limit > 0 : total > offset + limit;
  const headers: Record<string, string> = { 'X-Total-Hits': String(total) };
  if (further && last) headers['X-Next'] = fragment(limit, offset + limit, last);
  if (!after && offset > 0) headers['X-Previous'] = fragment(limit, Math.max(0, offset - limit));
  if (last) headers['X-Sort'] = JSON.stringify(last);
  return headers;
}

function fragment(limit: number, offset: number, after: readonly string[] = []): string {
  const query = new URLSearchParams({ limit: String(limit), offset: String(offset) });
  for (const value of after) query.append('search_after', value);
  return query.toString();
}

/** Only these fields of a document, with what says which it is. */
export function chosen(doc: Doc, fields: unknown): Doc {
  const names = listOf(fields);
  if (names.length === 0) return doc;
  const kept = new Set(['id', 'type', ...names.map((name) => name.split('.')[0] ?? name)]);
  return Object.fromEntries(Object.entries(doc).filter(([key]) => kept.has(key)));
}
