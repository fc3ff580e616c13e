/** Saved views in the database. The only SQL about them. */
import { randomUUID } from 'node:crypto';
import { fail, MAX_VIEWS, type SavedView, type ViewPage, type ViewState } from '@sightline/api';
import type { Db } from '../db.ts';

interface Row {
  id: string;
  org_id: string;
  /** Id of the user. */
  owner: string;
  made_by: string;
  page: ViewPage;
  name: string;
  shared: number;
  is_first: number;
  /** JSON of `ViewState`. */
  state: string;
}
type Tables = { saved_view: Row };

/** Whose views they are, and who looks at them. */
export interface Viewer {
  orgId: string;
  userId: string;
  name: string;
}

/** Shared ones of others that a list shows at most. */
const MOST = 1000;

const shown = (row: Row, { userId }: Viewer): SavedView => {
  const own = row.owner === userId;
  return {
    id: row.id,
    page: row.page,
    name: row.name,
    by: row.made_by,
    own,
    shared: row.shared === 1,
    first: own && row.is_first === 1,
    state: JSON.parse(row.state) as ViewState,
  };
};

const table = (db: Db) => db.$extendTables<Tables>();

/** The viewer's own, and what others of the organisation share. */
export async function list(db: Db, viewer: Viewer): Promise<SavedView[]> {
  const rows = await table(db)
    .selectFrom('saved_view')
    .selectAll()
    .where('org_id', '=', viewer.orgId)
    .where((w) => w.or([w('owner', '=', viewer.userId), w('shared', '=', 1)]))
    .orderBy('name')
    .limit(MAX_VIEWS + MOST)
    .execute();
  return rows.map((row) => shown(row, viewer));
}

const own = (db: Db, { orgId, userId }: Viewer, id: string) =>
  table(db)
    .selectFrom('saved_view')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('owner', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();

export interface Fresh {
  page: ViewPage;
  name: string;
  shared: boolean;
  first: boolean;
  state: ViewState;
}

/** A new one, or another state of the one that has this name. @throws `bad_request` when there are too many */
export async function save(db: Db, viewer: Viewer, fresh: Fresh): Promise<SavedView> {
  const { orgId, userId } = viewer;
  const values: Row = {
    id: randomUUID(),
    org_id: orgId,
    owner: userId,
    made_by: viewer.name,
    page: fresh.page,
    name: fresh.name,
    shared: fresh.shared ? 1 : 0,
    is_first: fresh.first ? 1 : 0,
    state: JSON.stringify(fresh.state),
  };
  const { shared, is_first, state } = values;
  return table(db)
    .transaction()
    .execute(async (tx) => {
      const mine = tx.selectFrom('saved_view').where('org_id', '=', orgId).where('owner', '=', userId);
      const { n } = await mine.select((e) => e.fn.countAll().as('n')).executeTakeFirstOrThrow();
      if (Number(n) >= MAX_VIEWS)
        throw fail('bad_request', { reason: `You have ${MAX_VIEWS} saved views. Delete some first.` });
      const row = await tx
        .insertInto('saved_view')
        .values(values)
        .onConflict((c) =>
          c.columns(['org_id', 'owner', 'page', 'name']).doUpdateSet({ shared, is_first, state }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      if (fresh.first) await onlyFirst(tx as unknown as Db, row);
      return shown(row, viewer);
    });
}

/** No other of this page and person is the first. */
async function onlyFirst(db: Db, { id, org_id, owner, page }: Row): Promise<void> {
  await table(db)
    .updateTable('saved_view')
    .set({ is_first: 0 })
    .where('org_id', '=', org_id)
    .where('owner', '=', owner)
    .where('page', '=', page)
    .where('id', '!=', id)
    .execute();
}

export interface Change {
  name?: string | undefined;
  shared?: boolean | undefined;
  first?: boolean | undefined;
}

/** Only the viewer's own; undefined when there is none of this id. @throws `name_taken` */
export async function change(db: Db, viewer: Viewer, id: string, to: Change): Promise<SavedView | undefined> {
  return table(db)
    .transaction()
    .execute(async (tx) => {
      const inside = tx as unknown as Db;
      const row = await own(inside, viewer, id);
      if (!row) return undefined;
      const next: Row = {
        ...row,
        name: to.name ?? row.name,
        shared: to.shared === undefined ? row.shared : to.shared ? 1 : 0,
        is_first: to.first === undefined ? row.is_first : to.first ? 1 : 0,
      };
      const taken = await tx
        .selectFrom('saved_view')
        .select('id')
        .where('org_id', '=', row.org_id)
        .where('owner', '=', row.owner)
        .where('page', '=', row.page)
        .where('name', '=', next.name)
        .where('id', '!=', id)
        .executeTakeFirst();
      if (taken) throw fail('name_taken', { name: next.name });
      const { name, shared, is_first } = next;
      await tx.updateTable('saved_view').set({ name, shared, is_first }).where('id', '=', id).execute();
      if (to.first) await onlyFirst(inside, next);
      return shown(next, viewer);
    });
}

/** Only the viewer's own; false when there is none of this id. */
export async function remove(db: Db, { orgId, userId }: Viewer, id: string): Promise<boolean> {
  const done = await table(db)
    .deleteFrom('saved_view')
    .where('org_id', '=', orgId)
    .where('owner', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}
