/** The hub's database: kysely over Node's own SQLite, or over PostgreSQL. No other room knows which it is. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  type QueryExecutorProvider,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';

/**
 * A database without tables; a store adds its own: `db.$extendTables<Tables>()`.
 *
 * SQLite has one connection. Inside `db.transaction().execute(async (tx) => …)` use `tx` only: `db` waits for the
 * end of the transaction, so awaiting it inside never ends. Stores that are to take part take a `Db` argument.
 */
export type Db = Kysely<Record<never, never>>;

/** Which SQL a migration speaks where the two databases differ. */
export type Flavour = 'sqlite' | 'postgres';

export interface OpenDb {
  db: Db;
  flavour: Flavour;
}

/**
 * Until the transaction `tx` ends, no other transaction of any hub process passes this line with the same `name`.
 * For what is read and then written on that ground. In SQLite one transaction runs at a time anyway.
 */
export async function oneAtATime(tx: QueryExecutorProvider, name: string): Promise<void> {
  if (tx.getExecutor().adapter instanceof PostgresAdapter)
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** Opens the SQLite file at `path` (`:memory:` for none), making it if it is not there. Durable at each commit. */
export function openSqlite(path: string): OpenDb {
  const file = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  file.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536;',
  );
  return { db: new Kysely({ dialect: sqliteDialect(file) }), flavour: 'sqlite' };
}

const sqliteDialect = (file: DatabaseSync): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => sqliteDriver(file),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/** Kysely hands the one connection out to one user at a time, so a transaction has it to itself. */
function sqliteDriver(file: DatabaseSync): Driver {
  const connection = connectionTo(file);
  const savepoint = (verb: string, name: string): void =>
    file.exec(`${verb} "${name.replaceAll('"', '""')}"`);
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => file.exec('begin immediate'),
    commitTransaction: async () => file.exec('commit'),
    rollbackTransaction: async () => {
      if (file.isTransaction) file.exec('rollback');
    },
    savepoint: async (_, name) => savepoint('savepoint', name),
    rollbackToSavepoint: async (_, name) => savepoint('rollback to', name),
    releaseSavepoint: async (_, name) => savepoint('release', name),
    releaseConnection: async () => {},
    destroy: async () => file.close(),
  };
}

const STATEMENTS_KEPT = 256;

function connectionTo(file: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? file.prepare(sql);
    if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value as string);
    statements.set(sql, statement);
    return statement;
  };
  return {
    executeQuery: async <R>(query: CompiledQuery) => run<R>(prepared(query.sql), query.parameters),
    streamQuery: () => {
      throw new Error('Read page by page: PostgreSQL streams only with a cursor.');
    },
  };
}

function run<R>(statement: StatementSync, parameters: readonly unknown[]): QueryResult<R> {
  const values = parameters.map(bound);
  if (statement.columns().length > 0) {
    return { rows: statement.all(...values).map((row) => ({ ...row }) as R) };
  }
  const { changes, lastInsertRowid } = statement.run(...values);
  return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
}

function bound(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : (value as SQLInputValue);
}
