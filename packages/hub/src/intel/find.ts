/** Entities found by query, filters and page; counted by time and value. */
import type { Entity } from '@sightline/ctim';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../db.ts';
import { all, any, type Condition, type Ground } from './condition.ts';
import { type EntityRow, type Kept, keptOfRow } from './store.ts';
import { foldedValue } from './terms.ts';

/** Who looks: everything of the organisation but what is red, unless it is his or shows him in. */
export interface Viewer {
  orgId: string;
  /** The person, or the one in whose name a program looks. */
  userId: string;
  name: string;
}

export interface Sort {
  field: string;
  desc: boolean;
}

export interface Page {
  /** Newest first when empty. */
  sort: readonly Sort[];
  offset: number;
  limit: number;
  /** Few meet the condition, by a value that says which: they are looked up, instead of going through their kind. */
  few?: boolean | undefined;
  /** Sort values of the last one of the page before. */
  after?: readonly string[] | undefined;
}

export interface FoundEntity {
  kept: Kept;
  /** Where it stands in the order; for `after`. */
  sort: (string | number)[];
}

type Key = { expression: RawBuilder<unknown>; desc: boolean; numeric: boolean };

const NUMERIC = /^(?:priority|disposition|count|revision|row_count|feedback|scores\..+|meta\..+)$/;
/** By weight, not by alphabet. */
const WEIGHTS: Record<string, readonly string[]> = {
  severity: ['unknown', 'none', 'info', 'low', 'medium', 'high', 'critical'],
  confidence: ['unknown', 'none', 'info', 'low', 'medium', 'high'],
};

export async function findEntities(
  db: Db,
  viewer: Viewer,
  entity: Entity,
  condition: Condition,
  page: Page,
): Promise<FoundEntity[]> {
  const keys = keysOf(page.sort);
  const where = page.after ? all([condition, beyond(keys, page.after)]) : condition;
  const names = keys.map((_, i) => sql.id(`k${i}`));
  const columns = keys.map(({ expression }, i) => sql`${expression} AS ${names[i]}`);
  const order = (of: RawBuilder<unknown>[]) =>
    sql.join(keys.map(({ desc }, i) => (desc ? sql`${of[i]} DESC` : sql`${of[i]} ASC`)));
  // documents are read of those on the page only: what is sorted stays small
  const { rows } = await sql<EntityRow & Record<string, string | number>>`
    SELECT d.*, ${sql.join(names.map((name) => sql`p.${name}`))} FROM (
      SELECT e.seq AS at, ${sql.join(columns)} FROM intel_entity e
      WHERE ${within(viewer, entity, page.few)} AND ${where}
      ORDER BY ${order(keys.map(({ expression }) => expression))}
      LIMIT ${page.limit} OFFSET ${page.after ? 0 : page.offset}
    ) p JOIN intel_entity d ON d.seq = p.at ORDER BY ${order(names.map((name) => sql`p.${name}`))}`.execute(
    db,
  );
  return rows.map((row) => ({ kept: keptOfRow(row), sort: keys.map((_, i) => row[`k${i}`] ?? '') }));
}

export async function countEntities(
  db: Db,
  viewer: Viewer,
  entity: Entity,
  condition: Condition,
  few = false,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM intel_entity e WHERE ${within(viewer, entity, few)} AND ${condition}`.execute(
    db,
  );
  return Number(rows[0]?.n ?? 0);
}

/** How often each value of a field occurs, most frequent first; `hourly` cuts times to the hour. */
export async function countValues(
  db: Db,
  on: Ground & { viewer: Viewer },
  field: string,
  condition: Condition,
  { limit, hourly, rarest }: { limit: number; hourly?: boolean; rarest?: boolean },
): Promise<{ key: string; value: number }[]> {
  const value = hourly ? sql`substr(v.value, 1, 13)` : sql`v.value`;
  const order = rarest ? sql`n ASC` : sql`n DESC`;
  const { rows } = await sql<{ key: string; n: number }>`
    SELECT ${value} AS key, count(DISTINCT e.seq) AS n FROM intel_entity e
    JOIN intel_term v ON v.seq = e.seq AND v.field = ${field}
    WHERE ${within(on.viewer, on.entity)} AND ${condition}
    GROUP BY ${value} ORDER BY ${order}, ${value} LIMIT ${limit}`.execute(db);
  return rows.map(({ key, n }) => ({ key, value: Number(n) }));
}

export async function countDistinct(
  db: Db,
  on: Ground & { viewer: Viewer },
  field: string,
  condition: Condition,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(DISTINCT v.value) AS n FROM intel_entity e
    JOIN intel_term v ON v.seq = e.seq AND v.field = ${field}
    WHERE ${within(on.viewer, on.entity)} AND ${condition}`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

/**
 * The fences that no query gets around: the organisation, the kind, what is red. SQLite, which does not know how few
 * they are, would go through the whole kind by its index; the `||` keeps it from that.
 */
const within = ({ orgId, userId, name }: Viewer, { name: type }: Entity, few = false): Condition =>
  all([
    few ? sql`e.org_id || '' = ${orgId}` : sql`e.org_id = ${orgId}`,
    few ? sql`e.type || '' = ${type}` : sql`e.type = ${type}`,
    any([
      sql`e.tlp <> 'red'`,
      sql`e.owner_id = ${userId}`,
      sql`EXISTS (SELECT 1 FROM intel_term a WHERE a.seq = e.seq AND a.field = 'authorized_users'
      AND a.value IN (${foldedValue(userId)}, ${foldedValue(name)}))`,
    ]),
  ]);

/** The id ends every order, so that no two entities stand at the same place. */
function keysOf(sort: readonly Sort[]): Key[] {
  const keys = sort.slice(0, 5).map(keyOf);
  const newest: Key[] = sort.length > 0 ? [] : [{ expression: sql`e.created`, desc: true, numeric: true }];
  return [...keys, ...newest, { expression: sql`e.id`, desc: false, numeric: false }];
}

function keyOf({ field, desc }: Sort): Key {
  if (NUMERIC.test(field)) {
    return { expression: sql`COALESCE((${least(sql`s.number`, field)}), -1)`, desc, numeric: true };
  }
  const weights = WEIGHTS[field];
  if (!weights)
    return { expression: sql`COALESCE((${least(sql`s.value`, field)}), '')`, desc, numeric: false };
  const cases = weights.map((word, i) => sql`WHEN ${word} THEN ${sql.lit(i)}`);
  const weight = sql`CASE s.value ${sql.join(cases, sql` `)} ELSE 0 END`;
  return { expression: sql`COALESCE((${least(weight, field)}), -1)`, desc, numeric: true };
}

const least = (what: RawBuilder<unknown>, field: string): RawBuilder<unknown> =>
  sql`SELECT MIN(${what}) FROM intel_term s WHERE s.seq = e.seq AND s.field = ${field}`;

/** Later in the order than these values, key by key. */
function beyond(keys: readonly Key[], after: readonly string[]): Condition {
  const given = keys.slice(0, after.length);
  const limitOf = (i: number): string | number =>
    keys[i]?.numeric ? Number(after[i]) || 0 : (after[i] ?? '');
  return any(
    given.map(({ expression, desc }, i) => {
      const same = given.slice(0, i).map((key, j) => sql`${key.expression} = ${limitOf(j)}` as Condition);
      const further = desc ? sql`${expression} < ${limitOf(i)}` : sql`${expression} > ${limitOf(i)}`;
      return all([...same, further as Condition]);
    }),
  );
}

/** The mean of a numeric field, 0 when nothing has it. */
export async function averageOf(
  db: Db,
  on: Ground & { viewer: Viewer },
  field: string,
  condition: Condition,
): Promise<number> {
  const { rows } = await sql<{ mean: number | null }>`
    SELECT AVG(v.number) AS mean FROM intel_entity e
    JOIN intel_term v ON v.seq = e.seq AND v.field = ${field}
    WHERE ${within(on.viewer, on.entity)} AND ${condition}`.execute(db);
  return Number(rows[0]?.mean ?? 0);
}
