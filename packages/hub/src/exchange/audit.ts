/** The audit log: append-only by trigger, each line chained to the one before by its hash. */
import { createHash } from 'node:crypto';
import type { AuditEntry } from '@sightline/api';
import { sql } from 'kysely';
import { type Db, oneAtATime } from '../db.ts';
import type { AuditLine } from '../http.ts';

type Row = AuditLineRow & { org_id: string; hash: string };
type AuditLineRow = {
  seq: number;
  at: number;
  actor: string;
  action: string;
  object: string;
  text: string;
  peer: string;
};
type Tables = { audit: Row };

/** Longest text kept of what came from outside. */
const MAX = 2048;
const GENESIS = '0'.repeat(64);

/** Appends inside the transaction `tx`, so that a line is there if and only if the deed is. */
export async function appendIn(tx: Db, line: AuditLine, now: number): Promise<void> {
  await oneAtATime(tx, `audit ${line.orgId}`);
  const t = tx.$extendTables<Tables>();
  const last = await t
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .where('org_id', '=', line.orgId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { orgId: org_id, action } = line;
  const [actor, object, text, peer] = [line.actor, line.object, line.text, line.peer].map(kept) as Four;
  const row = { seq: (last?.seq ?? 0) + 1, at: now, actor, action, object, text, peer };
  const hash = chained(last?.hash ?? GENESIS, org_id, row);
  await t
    .insertInto('audit')
    .values({ org_id, ...row, hash })
    .execute();
}

type Four = [string, string, string, string];

/** As every database gives it back, or the chain would not hold: no NUL, no half of a character. */
const kept = (text: string): string => text.replaceAll('\0', '\uFFFD').slice(0, MAX).toWellFormed();

export async function append(db: Db, line: AuditLine, now: number): Promise<void> {
  await db.transaction().execute((tx) => appendIn(tx, line, now));
}

/** SHA-256 over the hash before and this line's values in a fixed order. */
function chained(before: string, orgId: string, row: AuditLineRow): string {
  const { seq, at, actor, action, object, text, peer } = row;
  const values = JSON.stringify([orgId, seq, at, actor, action, object, text, peer]);
  return createHash('sha256').update(before).update(values).digest('hex');
}

export interface AuditQuery {
  search?: string | undefined;
  /** Only lines with a smaller number. */
  before?: number | undefined;
  limit: number;
}

/** Newest first. `search` looks in actor, action, object, text and address. */
export async function listLines(
  db: Db,
  orgId: string,
  query: AuditQuery,
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  let select = db
    .$extendTables<Tables>()
    .selectFrom('audit')
    .select(['seq', 'at', 'actor', 'action', 'object', 'text', 'peer'])
    .where('org_id', '=', orgId);
  if (query.before !== undefined) select = select.where('seq', '<', query.before);
  if (query.search) select = select.where(matches(query.search));
  const rows = await select
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .execute();
  const entries = rows.slice(0, query.limit).map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
  return { entries, more: rows.length > query.limit };
}

function matches(search: string) {
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const all = sql.join(
    ['actor', 'action', 'object', 'text', 'peer'].map((name) => sql.ref(name)),
    sql` || ' ' || `,
  );
  return sql<boolean>`lower(${all}) like ${pattern} escape '\\'`;
}

/** The number of the first line that does not follow from the ones before it; undefined when all do. */
export async function firstBroken(db: Db, orgId: string): Promise<number | undefined> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('audit')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('seq')
    .execute();
  let before = GENESIS;
  for (const [i, row] of rows.entries()) {
    if (row.seq !== i + 1 || chained(before, orgId, row) !== row.hash) return i + 1;
    before = row.hash;
  }
  return undefined;
}
