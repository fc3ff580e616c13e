/** What the store knows of an observable: judgements that are good now, the verdict, sightings, what they belong to. */
import { ENTITIES, type Entity, parseId, type Verdict } from '@sightline/ctim';
import type { Context } from 'hono';
import { all, between, type Condition, valueIs } from './condition.ts';
import { type IntelDeps, shown } from './entities.ts';
import { countEntities, findEntities, type Sort, type Viewer } from './find.ts';
import { type Asked, chosen, groundOf, pageHeaders, pageOf } from './search.ts';
import type { Doc } from './store.ts';
import { verdictOf } from './verdict.ts';

export interface Obs {
  type: string;
  value: string;
}

const kind = (name: keyof typeof ENTITIES): Entity => ENTITIES[name] as unknown as Entity;
/** Judgements on one observable that are looked at for its verdict: those that decide it first. */
const MOST = 1000;
const BEST = [
  { field: 'priority', desc: true },
  { field: 'disposition', desc: false },
];

const on = (deps: IntelDeps, viewer: Viewer, name: keyof typeof ENTITIES) =>
  groundOf(deps, deps.db, viewer.orgId, kind(name));

/** Judgements on it that are good now. */
function judged(deps: IntelDeps, viewer: Viewer, { type, value }: Obs): Condition {
  const ground = on(deps, viewer, 'judgement');
  const each = { ...ground, each: true };
  const now = new Date(ground.now + 1).toISOString();
  return all([
    valueIs('observable.value', [value], ground),
    valueIs('observable.type', [type], each),
    between('valid_time.start_time', undefined, now, each),
    between('valid_time.end_time', now, undefined, each),
  ]);
}

function sighted(deps: IntelDeps, viewer: Viewer, { type, value }: Obs): Condition {
  const ground = on(deps, viewer, 'sighting');
  return all([
    valueIs('observables.value', [value], ground),
    valueIs('observables.type', [type], { ...ground, each: true }),
  ]);
}

/** Documents of both conditions as they go out; values that differ in case only are the same to the index. */
async function docs(
  deps: IntelDeps,
  viewer: Viewer,
  name: 'judgement' | 'sighting',
  obs: Obs,
  limit: number,
  sort: readonly Sort[] = [],
): Promise<Doc[]> {
  const condition = name === 'judgement' ? judged(deps, viewer, obs) : sighted(deps, viewer, obs);
  const page = { sort, offset: 0, limit, few: true };
  const found = await findEntities(deps.db, viewer, kind(name), condition, page);
  return found.map(({ kept }) => shown(deps, kept)).filter((doc) => isAbout(doc, obs));
}

/** Whether one of its observables has both this type and this value. */
function isAbout(doc: Doc, { type, value }: Obs): boolean {
  const own = [doc.observable ?? [], doc.observables ?? []].flat() as Obs[];
  return own.some((o) => o.type === type && o.value.toLowerCase() === value.toLowerCase());
}

export async function verdictOn(deps: IntelDeps, viewer: Viewer, obs: Obs): Promise<Verdict | undefined> {
  return verdictOf((await docs(deps, viewer, 'judgement', obs, MOST, BEST)) as never, deps.clock());
}

const pageful =
  (name: 'judgement' | 'sighting', conditionOf: typeof judged) =>
  async (deps: IntelDeps, viewer: Viewer, obs: Obs, query: Asked, c: Context): Promise<Doc[]> => {
    const condition = conditionOf(deps, viewer, obs);
    const page = { ...pageOf(query), few: true };
    const found = await findEntities(deps.db, viewer, kind(name), condition, page);
    const total = await countEntities(deps.db, viewer, kind(name), condition, true);
    for (const [header, value] of Object.entries(pageHeaders(page, found, total))) c.header(header, value);
    return found
      .map(({ kept }) => shown(deps, kept))
      .filter((doc) => isAbout(doc, obs))
      .map((doc) => chosen(doc, query.fields));
  };
export const judgementsOn = pageful('judgement', judged);
export const sightingsWith = pageful('sighting', sighted);

/** What a module says in an investigation: everything of the store about one observable. */
export async function known(deps: IntelDeps, viewer: Viewer, obs: Obs, limit: number) {
  const judgements = await docs(deps, viewer, 'judgement', obs, limit);
  const sightings = await docs(deps, viewer, 'sighting', obs, limit);
  return { judgements, sightings };
}

/** Long ids of what judgements or sightings of an observable are related to, of this kind. */
export async function linkedTo(
  deps: IntelDeps,
  viewer: Viewer,
  obs: Obs,
  name: 'judgement' | 'sighting',
  to: string,
): Promise<string[]> {
  const ids = (await docs(deps, viewer, name, obs, MOST)).map((doc) => String(doc.id));
  const related = await relationsFrom(deps, viewer, ids);
  const targets = related.map((doc) => String(doc.target_ref)).filter((id) => typeOfId(id) === to);
  return [...new Set(targets)];
}

const typeOfId = (id: string): string => {
  const parsed = parseId(id);
  return parsed && 'type' in parsed ? parsed.type : '';
};

/** Relationships whose source is one of these. */
export async function relationsFrom(deps: IntelDeps, viewer: Viewer, ids: readonly string[]): Promise<Doc[]> {
  return relationsBy(deps, viewer, 'source_ref', ids);
}

export async function relationsBy(
  deps: IntelDeps,
  viewer: Viewer,
  end: 'source_ref' | 'target_ref',
  ids: readonly string[],
  limit = 1000,
): Promise<Doc[]> {
  if (ids.length === 0) return [];
  const ground = on(deps, viewer, 'relationship');
  const page = { sort: [], offset: 0, limit, few: true };
  const found = await findEntities(deps.db, viewer, kind('relationship'), valueIs(end, ids, ground), page);
  return found.map(({ kept }) => shown(deps, kept));
}
