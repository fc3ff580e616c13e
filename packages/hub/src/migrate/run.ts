/**
 * Brings a database to the schema of this program: forward only, each step in a transaction of its own. Of several
 * hub processes that start on one PostgreSQL at once, one does it and the others wait.
 */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Db, Flavour, OpenDb } from '../db.ts';
import type { Migration } from './migration.ts';

type Tables = {
  schema_step: { name: string; position: number; checksum: string; applied: number };
};

/** Hash over everything that a step runs, on any database. */
const checksum = (m: Migration): string =>
  createHash('sha256')
    .update(JSON.stringify([m.name, m.sql, m.only ?? {}]))
    .digest('hex');

/**
 * Applies the steps that are missing and answers with their names. Refuses a database that a newer program has
 * changed, or whose applied steps are not those of this program; it is then left untouched.
 */
export async function migrate(
  { db, flavour }: OpenDb,
  list: readonly Migration[],
  now: number,
): Promise<string[]> {
  if (flavour === 'sqlite') return bring(db, flavour, list, now);
  return db.connection().execute(async (one) => {
    await sql`SELECT pg_advisory_lock(${LOCK})`.execute(one);
    try {
      return await bring(one, flavour, list, now);
    } finally {
      await sql`SELECT pg_advisory_unlock(${LOCK})`.execute(one);
    }
  });
}

/** A number that nobody else locks in a database of ours. */
const LOCK = 7_315_118;

async function bring(db: Db, flavour: Flavour, list: readonly Migration[], now: number): Promise<string[]> {
  const steps = db.$extendTables<Tables>();
  await sql`CREATE TABLE IF NOT EXISTS schema_step (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL, checksum TEXT NOT NULL, applied BIGINT NOT NULL
  )`.execute(db);
  const applied = await steps.selectFrom('schema_step').selectAll().orderBy('position').execute();
  compare(applied, list);
  const missing = list.slice(applied.length);
  for (const [i, step] of missing.entries()) await apply(steps, flavour, step, applied.length + i, now);
  return missing.map((m) => m.name);
}

function compare(applied: Tables['schema_step'][], list: readonly Migration[]): void {
  for (const [i, row] of applied.entries()) {
    const step = list[i];
    if (!step)
      throw new Error(
        `The database was last used by a newer version of this program (it has the step ${row.name}). ` +
          'Start that version, or restore a backup from before the upgrade.',
      );
    if (step.name !== row.name || checksum(step) !== row.checksum)
      throw new Error(
        `The database has the schema step ${row.name} in another form than this program (${step.name}). ` +
          'It was made by a different build; restore a backup that fits this version.',
      );
  }
}

async function apply(
  steps: Kysely<Tables>,
  flavour: Flavour,
  step: Migration,
  position: number,
  now: number,
): Promise<void> {
  await steps.transaction().execute(async (tx) => {
    for (const text of [...step.sql, ...(step.only?.[flavour] ?? [])]) await sql.raw(text).execute(tx);
    await tx
      .insertInto('schema_step')
      .values({ name: step.name, position, checksum: checksum(step), applied: now })
      .execute();
  });
}
