/** Entities as they are kept. Everything asks for the organisation. */
import { randomBytes } from 'node:crypto';
import { type Entity, isoTime } from '@sightline/ctim';
import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { fullTextOf } from './fulltext.ts';
import { type Term, termsOf, textOf } from './terms.ts';

export type Doc = Record<string, unknown>;

/** An entity with what the store knows of it. Its document has no id; ids of this hub in it are short. */
export interface Kept {
  seq: number;
  orgId: string;
  /** Short. */
  id: string;
  type: string;
  /** Id of the user or client that it belongs to. */
  ownerId: string;
  tlp: string;
  doc: Doc;
  created: number;
  modified: number;
}

export type EntityRow = {
  seq: number;
  org_id: string;
  id: string;
  type: string;
  owner_id: string;
  tlp: string;
  doc: string;
  created: number;
  modified: number;
};
export type TermRow = {
  org_id: string;
  seq: number;
  type: string;
  field: string;
  value: string;
  number: number | null;
};
export type Tables = { intel_entity: EntityRow; intel_term: TermRow };

/** 53 random bits: what both databases and JSON hold exactly. */
const newSeq = (): number => Number(randomBytes(8).readBigUInt64BE() >> 11n);
/** Rows of one INSERT: PostgreSQL takes 65,535 values, SQLite 32,766. */
const AT_ONCE = 2000;

export async function insertEntity(tx: Db, entity: Entity, given: Omit<Kept, 'seq'>): Promise<Kept> {
  const kept = { ...given, seq: newSeq() };
  await tx.$extendTables<Tables>().insertInto('intel_entity').values(rowOf(kept)).execute();
  await index(tx, entity, kept);
  return kept;
}

export async function replaceEntity(tx: Db, entity: Entity, kept: Kept): Promise<void> {
  const { doc, tlp, modified } = rowOf(kept);
  await tx
    .$extendTables<Tables>()
    .updateTable('intel_entity')
    .set({ doc, tlp, modified })
    .where('org_id', '=', kept.orgId)
    .where('seq', '=', kept.seq)
    .execute();
  await tx.$extendTables<Tables>().deleteFrom('intel_term').where('seq', '=', kept.seq).execute();
  await index(tx, entity, kept);
}

export async function dropEntity(tx: Db, kept: Kept): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .deleteFrom('intel_entity')
    .where('org_id', '=', kept.orgId)
    .where('seq', '=', kept.seq)
    .execute();
  await fullTextOf(tx).drop(tx, kept.seq);
}

/** The entity of this short id. */
export async function keptOf(db: Db, orgId: string, id: string): Promise<Kept | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('intel_entity')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && keptOfRow(row);
}

/** How many of each kind an organisation has. */
export async function countKinds(db: Db, orgId: string): Promise<Record<string, number>> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('intel_entity')
    .select(['type', sql<number>`count(*)`.as('n')])
    .where('org_id', '=', orgId)
    .groupBy('type')
    .execute();
  return Object.fromEntries(rows.map(({ type, n }) => [type, Number(n)]));
}

/** A feed by its short id, whoever asks: its secret is what lets one in. */
export async function feedOf(db: Db, id: string): Promise<Kept | undefined> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('intel_entity')
    .selectAll()
    .where('type', '=', 'feed')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && keptOfRow(row);
}

export async function organisationsWithEvents(db: Db): Promise<string[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('intel_entity')
    .select('org_id')
    .distinct()
    .where('type', '=', 'event')
    .execute();
  return rows.map(({ org_id }) => org_id);
}

/** Events of an organisation that are older than `before`, or not among its newest `beyond`. */
export async function oldEvents(
  db: Db,
  orgId: string,
  { before, beyond, limit }: { before: number; beyond: number; limit: number },
): Promise<number[]> {
  const events = db
    .$extendTables<Tables>()
    .selectFrom('intel_entity')
    .select('seq')
    .where('org_id', '=', orgId)
    .where('type', '=', 'event')
    .limit(limit);
  const aged = await events.where('created', '<', before).execute();
  const rows =
    aged.length > 0 ? aged : await events.orderBy('created', 'desc').orderBy('seq').offset(beyond).execute();
  return rows.map(({ seq }) => Number(seq));
}

/** Entities with all that was written to find them. */
export async function dropSeqs(tx: Db, seqs: readonly number[]): Promise<void> {
  if (seqs.length === 0) return;
  for (const seq of seqs) await fullTextOf(tx).drop(tx, seq);
  await tx.$extendTables<Tables>().deleteFrom('intel_entity').where('seq', 'in', seqs).execute();
}

async function index(tx: Db, entity: Entity, kept: Kept): Promise<void> {
  const doc = indexed(kept);
  const rows = termsOf(entity, doc).map((term) => termRow(kept, term));
  for (let at = 0; at < rows.length; at += AT_ONCE)
    await tx
      .$extendTables<Tables>()
      .insertInto('intel_term')
      .values(rows.slice(at, at + AT_ONCE))
      .execute();
  await fullTextOf(tx).put(tx, kept.seq, textOf(entity, doc));
}

/** What can be searched: the document with what only the row has. */
const indexed = (kept: Kept): Doc => ({
  ...kept.doc,
  id: kept.id,
  created: isoTime(kept.created),
  modified: isoTime(kept.modified),
});

const termRow = ({ orgId, seq, type }: Kept, term: Term): TermRow => ({ org_id: orgId, seq, type, ...term });

const rowOf = (kept: Kept): EntityRow => ({
  seq: kept.seq,
  org_id: kept.orgId,
  id: kept.id,
  type: kept.type,
  owner_id: kept.ownerId,
  tlp: kept.tlp,
  doc: JSON.stringify(kept.doc),
  created: kept.created,
  modified: kept.modified,
});

export const keptOfRow = (row: EntityRow): Kept => ({
  seq: row.seq,
  orgId: row.org_id,
  id: row.id,
  type: row.type,
  ownerId: row.owner_id,
  tlp: row.tlp,
  doc: JSON.parse(row.doc) as Doc,
  created: row.created,
  modified: row.modified,
});
