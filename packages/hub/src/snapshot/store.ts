/** Snapshots in the database. The only SQL about them. */
import { randomUUID } from 'node:crypto';
import type { Snapshot, SnapshotRun, SnapshotView } from '@sightline/api';
import type { Db } from '../db.ts';

interface Row {
  id: string;
  org_id: string;
  name: string;
  description: string;
  shared: number;
  /** Id of the user. */
  owner: string;
  made_by: string;
  created: number;
  observables: number;
  sightings: number;
  targets: number;
  /** JSON of `Document`. */
  document: string;
}
type Tables = { snapshot: Row };

export interface Document {
  run: SnapshotRun;
  view: SnapshotView;
}

/** Whose snapshots they are, and who looks at them. */
export interface Viewer {
  orgId: string;
  userId: string;
  name: string;
}

/** Snapshots that a list shows. */
const MOST = 500;
const LISTED = [
  'id',
  'name',
  'description',
  'shared',
  'owner',
  'made_by',
  'created',
  'observables',
  'sightings',
  'targets',
] as const;

const shown = (row: Omit<Row, 'document' | 'org_id'>, viewer: Viewer): Snapshot => ({
  id: row.id,
  name: row.name,
  description: row.description,
  shared: row.shared === 1,
  by: row.made_by,
  created: new Date(Number(row.created)).toISOString(),
  own: row.owner === viewer.userId,
  observables: row.observables,
  sightings: row.sightings,
  targets: row.targets,
});

/** What the viewer may see: his own, and what others of the organisation share. */
const visible = (db: Db, { orgId, userId }: Viewer) =>
  db
    .$extendTables<Tables>()
    .selectFrom('snapshot')
    .where('org_id', '=', orgId)
    .where((w) => w.or([w('owner', '=', userId), w('shared', '=', 1)]));

export async function list(db: Db, viewer: Viewer): Promise<Snapshot[]> {
  const rows = await visible(db, viewer).select(LISTED).orderBy('created', 'desc').limit(MOST).execute();
  return rows.map((row) => shown(row, viewer));
}

export async function get(db: Db, viewer: Viewer, id: string): Promise<(Snapshot & Document) | undefined> {
  const row = await visible(db, viewer).selectAll().where('id', '=', id).executeTakeFirst();
  return row && { ...shown(row, viewer), ...(JSON.parse(row.document) as Document) };
}

export interface Fresh extends Document {
  name: string;
  description: string;
  shared: boolean;
  counts: { observables: number; sightings: number; targets: number };
}

export async function add(db: Db, viewer: Viewer, fresh: Fresh, now: number): Promise<Snapshot> {
  const { name, description, shared, counts, run, view } = fresh;
  const row: Row = {
    id: randomUUID(),
    org_id: viewer.orgId,
    name,
    description,
    shared: shared ? 1 : 0,
    owner: viewer.userId,
    made_by: viewer.name,
    created: now,
    ...counts,
    document: JSON.stringify({ run, view }),
  };
  await db.$extendTables<Tables>().insertInto('snapshot').values(row).execute();
  return shown(row, viewer);
}

/** Only the viewer's own; false when there is none of this id. */
export async function change(
  db: Db,
  viewer: Viewer,
  id: string,
  to: { name?: string | undefined; description?: string | undefined; shared?: boolean | undefined },
): Promise<boolean> {
  const values = {
    ...(to.name === undefined ? {} : { name: to.name }),
    ...(to.description === undefined ? {} : { description: to.description }),
    ...(to.shared === undefined ? {} : { shared: to.shared ? 1 : 0 }),
  };
  if (Object.keys(values).length === 0) return (await get(db, viewer, id))?.own ?? false;
  const done = await db
    .$extendTables<Tables>()
    .updateTable('snapshot')
    .set(values)
    .where('id', '=', id)
    .where('org_id', '=', viewer.orgId)
    .where('owner', '=', viewer.userId)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Only the viewer's own; the name of what was deleted. */
export async function remove(db: Db, viewer: Viewer, id: string): Promise<string | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .deleteFrom('snapshot')
    .where('id', '=', id)
    .where('org_id', '=', viewer.orgId)
    .where('owner', '=', viewer.userId)
    .returning('name')
    .executeTakeFirst();
  return row?.name;
}
