/** The hub's database in PostgreSQL: for several hub processes, or where an organisation keeps its data so. */
import { Kysely, PostgresDialect, PostgresQueryCompiler } from 'kysely';
import { Pool, types } from 'pg';
import type { OpenDb } from './db.ts';

/** Connections of one hub process. */
const POOL = 10;
const INT8 = 20;
/** Milliseconds that a statement may take, and that one may wait for a connection. */
const STATEMENT_MS = 30_000;
const CONNECT_MS = 10_000;

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/name`, with the parameters of the `pg` package. */
  url: string;
  /** Hears of connections that the server ended while nobody used them. */
  lost?: (error: Error) => void;
}

/** Connects at the first query. BIGINT comes as a number: all of ours are milliseconds or counts. */
export function openPostgres({ url, lost = () => {} }: PostgresOptions): OpenDb {
  const pool = new Pool({
    connectionString: url,
    max: POOL,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'sightline',
    types: { getTypeParser: (id, format) => (id === INT8 ? Number : types.getTypeParser(id, format)) },
  });
  pool.on('error', lost);
  return { db: new Kysely({ dialect: new Dialect({ pool }) }), flavour: 'postgres' };
}

class Dialect extends PostgresDialect {
  override createQueryCompiler(): PostgresQueryCompiler {
    return new Compiler();
  }
}

class Compiler extends PostgresQueryCompiler {
  protected override addParameter(value: unknown): void {
    super.addParameter(bound(value));
  }
}

/** As in SQLite: truth is 0 or 1. A text of PostgreSQL holds no NUL. */
function bound(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}
