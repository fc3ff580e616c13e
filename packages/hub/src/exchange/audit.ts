/** The audit log: append-only by trigger, each line chained to the one before by its hash. */
import { createHash } from 'node:crypto';
import type { AuditCheck, AuditEntry } from '@sightline/api';
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

export interface AuditFilter {
  /** In actor, action, object, text or address. */
  search?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  /** ISO 8601; `to` is not included. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface AuditQuery extends AuditFilter {
  /** Only lines with a smaller number. */
  before?: number | undefined;
  limit: number;
}

const filtered = (db: Db, orgId: string, filter: AuditFilter) => {
  let select = db.$extendTables<Tables>().selectFrom('audit').where('org_id', '=', orgId);
  if (filter.actor) select = select.where('actor', '=', filter.actor);
  if (filter.action) select = select.where('action', '=', filter.action);
  if (filter.from) select = select.where('at', '>=', Date.parse(filter.from));
  if (filter.to) select = select.where('at', '<', Date.parse(filter.to));
  return filter.search ? select.where(matches(filter.search)) : select;
};

/** Newest first. */
export async function listLines(
  db: Db,
  orgId: string,
  query: AuditQuery,
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  let select = filtered(db, orgId, query).select(COLUMNS);
  if (query.before !== undefined) select = select.where('seq', '<', query.before);
  const rows = await select
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .execute();
  const entries = rows.slice(0, query.limit).map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
  return { entries, more: rows.length > query.limit };
}

const COLUMNS = ['seq', 'at', 'actor', 'action', 'object', 'text', 'peer'] as const;

/** Whose lines there are, and of what, in alphabetical order. */
export async function facets(db: Db, orgId: string): Promise<{ actors: string[]; actions: string[] }> {
  const all = filtered(db, orgId, {});
  const actors = await all.select('actor').distinct().orderBy('actor').limit(500).execute();
  const actions = await all.select('action').distinct().orderBy('action').limit(500).execute();
  return { actors: actors.map((row) => row.actor), actions: actions.map((row) => row.action) };
}

function matches(search: string) {
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const all = sql.join(
    ['actor', 'action', 'object', 'text', 'peer'].map((name) => sql.ref(name)),
    sql` || ' ' || `,
  );
  return sql<boolean>`lower(${all}) like ${pattern} escape '\\'`;
}

const PAGE = 1000;

export type KeptLine = Readonly<Row>;

/** Lines with their hashes, oldest first, page by page: however long the log is. */
export async function* pages(db: Db, orgId: string, filter: AuditFilter = {}): AsyncGenerator<KeptLine[]> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await filtered(db, orgId, filter)
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}

/** Checks that each line follows from the one before, from the first to the last. */
export async function verify(db: Db, orgId: string): Promise<AuditCheck> {
  let head: AuditCheck['head'] = null;
  for await (const page of pages(db, orgId))
    for (const row of page) {
      const reason = flaw(head, orgId, row);
      const at: number = (head?.seq ?? 0) + 1;
      if (reason) return { good: at - 1, broken: { seq: at, reason }, head };
      head = { seq: row.seq, hash: row.hash };
    }
  return { good: head?.seq ?? 0, broken: null, head };
}

/** Why a line does not follow; '' when it does. */
function flaw(head: AuditCheck['head'], orgId: string, row: KeptLine): string {
  const wanted = (head?.seq ?? 0) + 1;
  if (row.seq !== wanted) return `Entry ${wanted} is missing; the next one is ${row.seq}.`;
  if (chained(head?.hash ?? GENESIS, orgId, row) === row.hash) return '';
  return `Entry ${wanted} is not what was written: its hash does not follow from the entry before it.`;
}

/** Every organisation that has a log here. */
export async function organisations(db: Db): Promise<{ org_id: string; name: string }[]> {
  return db
    .$extendTables<{ organisation: { org_id: string; name: string; created: number } }>()
    .selectFrom('organisation')
    .select(['org_id', 'name'])
    .orderBy('created')
    .execute();
}

/** Hashes of the entries with this number, one for each organisation that has one. */
export async function hashAt(db: Db, seq: number): Promise<string[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('audit')
    .select('hash')
    .where('seq', '=', seq)
    .execute();
  return rows.map((row) => row.hash);
}
