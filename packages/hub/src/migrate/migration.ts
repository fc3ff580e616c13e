import type { Flavour } from '../db.ts';

/**
 * One step of the schema, forward only. Once it has been released it never changes: the database keeps its
 * checksum. `sql` runs on every database (TEXT, BIGINT for epoch milliseconds, INTEGER 0 or 1 for truth);
 * what only one of them understands goes under its own name. Every table has `org_id`.
 */
export interface Migration {
  /** `0003-module`; unique, the order is that of the list. */
  name: string;
  sql: readonly string[];
  only?: Partial<Record<Flavour, readonly string[]>>;
}
