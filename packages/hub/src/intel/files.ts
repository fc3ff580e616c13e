/** Intelligence as files: taken in and given out in the portal. */
import { exportIntel, fail, type IntelFormat, importIntel } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { ENTITIES, type Entity, type Judgement } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import { byPlural, EVERYTHING, giveOut, takeIn } from './bundle.ts';
import { type IntelDeps, shown } from './entities.ts';
import { judgementsCsv } from './feed-routes.ts';
import { findEntities } from './find.ts';
import { csvOf } from './format/csv.ts';
import { fromList } from './format/list.ts';
import { fromMisp, mispEvent } from './format/misp.ts';
import { fromStix, stixBundle } from './format/stix.ts';
import { firstOf, mount, type Request } from './routes.ts';
import { groundOf, wanted } from './search.ts';
import type { Doc } from './store.ts';

/** Entities of one file, before what they are related to. */
const MOST = 2000;

export function fileRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  on(importIntel, async ({ caller, body }) => {
    await firstOf(deps, caller.orgId);
    const bundle = bundleOf(body.format, body.content, body.name.slice(0, 256) || 'import');
    return { results: await takeIn(deps, caller, bundle) };
  });
  mount(on, exportIntel, async (given) => exported(deps, given));
}

function bundleOf(format: IntelFormat, content: string, source: string): Doc {
  if (format === 'csv') return fromList(content, source);
  const given = parsed(content);
  if (format === 'stix') return fromStix(given, source);
  return format === 'misp' ? fromMisp(given, source) : given;
}

function parsed(content: string): Doc {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Doc;
  } catch (cause) {
    throw fail('bad_request', { reason: 'the file is not JSON' }, { cause });
  }
  throw fail('bad_request', { reason: 'the file holds no object of JSON' });
}

async function exported(deps: IntelDeps, { caller, query, c }: Request): Promise<Response> {
  const type = query.type as 'judgement';
  const format = query.format as IntelFormat;
  const docs = await chosenDocs(deps, caller, type, query);
  const name = `attachment; filename="${type}s.${format === 'csv' ? 'csv' : 'json'}"`;
  const headers = { 'Content-Disposition': name, 'Cache-Control': 'no-store' };
  if (format === 'csv')
    return c.body(csvOfDocs(type, docs), 200, { ...headers, 'Content-Type': 'text/csv; charset=utf-8' });
  return c.json(await asJson(deps, caller, format, docs), 200, headers);
}

async function chosenDocs(
  deps: IntelDeps,
  caller: Caller,
  type: keyof typeof ENTITIES,
  query: Doc,
): Promise<Doc[]> {
  const entity = ENTITIES[type] as unknown as Entity;
  const on = groundOf(deps, deps.db, caller.orgId, entity);
  const asked = { query: query.query || undefined, id: query.ids };
  const page = { sort: [], offset: 0, limit: MOST };
  return (await findEntities(deps.db, caller, entity, wanted(on, asked), page)).map(({ kept }) =>
    shown(deps, kept),
  );
}

async function asJson(deps: IntelDeps, caller: Caller, format: IntelFormat, docs: Doc[]): Promise<Doc> {
  const {
    type: _,
    source: __,
    ...lists
  } = await giveOut(
    deps,
    caller,
    docs.map(({ id }) => String(id)),
    EVERYTHING,
  );
  const around = Object.values(lists).flat() as Doc[];
  if (format === 'stix') return stixBundle(around);
  if (format === 'misp') return mispEvent(around, 'Intelligence of Sightline');
  return { type: 'bundle', source: 'sightline', ...byPlural(around) };
}

const COLUMNS: Record<string, readonly string[]> = {
  indicator: [
    'id',
    'title',
    'producer',
    'indicator_type',
    'tags',
    'severity',
    'confidence',
    'created',
    'tlp',
  ],
  sighting: ['id', 'title', 'source', 'count', 'confidence', 'severity', 'observables', 'created', 'tlp'],
  incident: ['id', 'title', 'status', 'severity', 'confidence', 'assignees', 'created', 'tlp'],
  casebook: ['id', 'title', 'short_description', 'observables', 'created', 'tlp'],
};

function csvOfDocs(type: string, docs: readonly Doc[]): string {
  if (type === 'judgement') return judgementsCsv(docs as unknown as Judgement[]);
  const columns = COLUMNS[type] ?? ['id'];
  return csvOf(
    columns,
    docs.map((doc) => columns.map((name) => textOf(doc[name]))),
  );
}

const textOf = (value: unknown): string =>
  [value ?? []]
    .flat()
    .map((one) =>
      typeof one === 'object' && one !== null ? `${(one as Doc).type}:${(one as Doc).value}` : String(one),
    )
    .join('; ');
