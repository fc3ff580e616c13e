/** Response actions that were taken, in the database. The only SQL about them. */
import type { ActionPlace, ModuleError, TakenAction } from '@sightline/api';
import { ObservableType } from '@sightline/ctim';
import type { Db } from '../db.ts';
import type { Standing } from '../module/act.ts';
import type { Undo } from '../module/kind.ts';

interface Row {
  id: string;
  org_id: string;
  at: number;
  actor: string;
  module_id: string;
  module: string;
  action: string;
  observable_type: string;
  observable_value: string;
  everywhere: number;
  reason: string;
  source: string;
  status: 'running' | Ended['status'];
  text: string;
  /** JSON */
  places: string;
  errors: string;
  undo: string;
  /** Epoch milliseconds; null: until it is undone; 0: it does not last. */
  expires: number | null;
  undone_at: number | null;
  undone_by: string;
}
type Tables = { response_action: Row };

export interface Begun {
  id: string;
  orgId: string;
  actor: string;
  moduleId: string;
  module: string;
  action: string;
  query: Record<string, string>;
}

export interface Ended {
  status: 'success' | 'failure';
  text: string;
  places: readonly ActionPlace[];
  errors: readonly ModuleError[];
  undo: readonly Undo[];
  expires: number | null;
}

const tables = (db: Db) => db.$extendTables<Tables>();

/** Notes that it begins; one of this id that did not come to its end begins again. */
export async function begun(db: Db, given: Begun, now: number): Promise<void> {
  const { id, query } = given;
  const fresh = {
    at: now,
    status: 'running' as const,
    text: '',
    places: '[]',
    errors: '[]',
    undo: '[]',
    expires: 0,
    undone_at: null,
    undone_by: '',
  };
  const row: Row = {
    id,
    org_id: given.orgId,
    actor: given.actor,
    module_id: given.moduleId,
    module: given.module,
    action: given.action,
    observable_type: query.observable_type ?? '',
    observable_value: query.observable_value ?? '',
    everywhere: query.appliances === 'all' ? 1 : 0,
    reason: (query.reason ?? '').slice(0, 500),
    source: (query.source ?? '').slice(0, 150),
    ...fresh,
  };
  await tables(db)
    .insertInto('response_action')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(fresh))
    .execute();
}

export async function ended(db: Db, orgId: string, id: string, end: Ended): Promise<void> {
  const { places, errors, undo, ...rest } = end;
  const lists = {
    places: JSON.stringify(places),
    errors: JSON.stringify(errors),
    undo: JSON.stringify(undo),
  };
  await tables(db)
    .updateTable('response_action')
    .set({ ...rest, ...lists })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** @returns whether it was not undone before */
export async function undone(
  db: Db,
  orgId: string,
  id: string,
  by: { actor: string; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('response_action')
    .set({ undone_at: by.at, undone_by: by.actor })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows) === 1;
}

/** All that `action` did about an observable through a module, or through any, is undone. */
export async function overturned(
  db: Db,
  given: { orgId: string; moduleId: string | undefined; action: string; query: Record<string, string> },
  by: { actor: string; at: number },
): Promise<void> {
  const { observable_type: type = '', observable_value: value = '' } = given.query;
  const update = tables(db)
    .updateTable('response_action')
    .set({ undone_at: by.at, undone_by: by.actor })
    .where('org_id', '=', given.orgId)
    .where('action', '=', given.action)
    .where('observable_type', '=', type)
    .where('observable_value', '=', value)
    .where('undone_at', 'is', null);
  await (given.moduleId ? update.where('module_id', '=', given.moduleId) : update).execute();
}

export interface Taken {
  shown: TakenAction;
  undo: readonly Undo[];
}

export async function takenOf(db: Db, orgId: string, id: string, now: number): Promise<Taken | undefined> {
  const row = await tables(db)
    .selectFrom('response_action')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { shown: shown(row, now), undo: JSON.parse(row.undo) as Undo[] };
}

/** The one that stands last on the page before. */
export interface Last {
  at: number;
  /** Undefined: all of its time have been seen. */
  id: string | undefined;
}

export async function listTaken(
  db: Db,
  orgId: string,
  { limit, last }: { limit: number; last: Last | undefined },
  now: number,
): Promise<{ actions: TakenAction[]; more: boolean }> {
  const all = tables(db).selectFrom('response_action').selectAll().where('org_id', '=', orgId);
  const rest = last
    ? all.where(({ eb, or, and }) =>
        or([
          eb('at', '<', last.at),
          ...(last.id === undefined ? [] : [and([eb('at', '=', last.at), eb('id', '>', last.id)])]),
        ]),
      )
    : all;
  const rows = await rest
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  return { actions: rows.slice(0, limit).map((row) => shown(row, now)), more: rows.length > limit };
}

/** Values that one question to the database is about. */
const AT_ONCE = 200;

/** What was done about these values and holds still. */
export async function standing(
  db: Db,
  orgId: string,
  values: readonly string[],
  now: number,
): Promise<Standing[]> {
  if (values.length === 0) return [];
  const rows = await tables(db)
    .selectFrom('response_action')
    .select(['module_id', 'action', 'observable_type', 'observable_value', 'everywhere'])
    .where('org_id', '=', orgId)
    .where('observable_value', 'in', values.slice(0, AT_ONCE))
    .where('undone_at', 'is', null)
    .where('undo', '!=', '[]')
    .where((or) => or.eb('expires', 'is', null).or('expires', '>', now))
    .execute();
  const rest = await standing(db, orgId, values.slice(AT_ONCE), now);
  return [...rows.flatMap(standingOf), ...rest];
}

function standingOf(
  row: Omit<Pick<Row, 'module_id' | 'action' | 'everywhere'>, never> & Observed,
): Standing[] {
  const observable = observableOf(row);
  if (!observable) return [];
  return [{ module: row.module_id, action: row.action, observable, all: row.everywhere === 1 }];
}

type Observed = Pick<Row, 'observable_type' | 'observable_value'>;

function observableOf({ observable_type, observable_value: value }: Observed) {
  const type = ObservableType.safeParse(observable_type);
  return type.success && value !== '' ? { type: type.data, value } : null;
}

const iso = (ms: number): string => new Date(Number(ms)).toISOString();

function shown(row: Row, now: number): TakenAction {
  const places = JSON.parse(row.places) as ActionPlace[];
  const partial = row.status === 'failure' && places.some(({ status }) => status === 'success');
  const expires = row.expires === null ? null : Number(row.expires);
  const over = expires !== null && expires !== 0 && expires <= now;
  return {
    id: row.id,
    at: iso(row.at),
    by: row.actor,
    module: row.module,
    module_instance_id: row.module_id,
    action: row.action,
    observable: observableOf(row),
    reason: row.reason,
    source: row.source,
    status: partial ? 'partial' : row.status,
    text: row.text,
    places,
    errors: JSON.parse(row.errors) as ModuleError[],
    expires: expires ? iso(expires) : null,
    undoable: row.undo !== '[]' && row.undone_at === null && !over,
    undone: row.undone_at === null ? null : { at: iso(row.undone_at), by: row.undone_by },
    repeated: false,
  };
}
