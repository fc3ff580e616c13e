/** Generations and candidates of the configuration in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { Change, Config } from '@sightline/api';
import { z } from 'zod';
import { inTransaction, openHeld } from '../database.ts';

export interface Commit {
  generation: number;
  /** Epoch milliseconds. */
  at: number;
  by: string;
  comment: string;
  config: Config;
  changes: Change[];
}

export interface Candidate {
  /** Generation that it was made from. */
  base: number;
  config: Config;
}

export interface ConfStore {
  latest(): Commit | undefined;
  /** Newest first. */
  commits(limit: number): Commit[];
  commit(generation: number): Commit | undefined;
  /** Writes the commit and drops the candidate of the user, both or neither. */
  add(commit: Commit, candidateOf?: string): void;
  candidate(user: string): Candidate | undefined;
  keep(user: string, candidate: Candidate): void;
  drop(user: string): void;
  /** The fact of that name; made by `make` and kept when it is asked for the first time. */
  fact(name: string, make: () => string): string;
  close(): void;
}

const SCHEMA = [
  `CREATE TABLE generation (
     generation INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, comment TEXT NOT NULL,
     document TEXT NOT NULL, changes TEXT NOT NULL
   ) STRICT;
   CREATE TABLE candidate (user TEXT PRIMARY KEY, base INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
   CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
];

const Row = z
  .object({
    generation: z.int(),
    at: z.int(),
    by: z.string(),
    comment: z.string(),
    document: z.string(),
    changes: z.string(),
  })
  .transform(
    ({ document, changes, ...rest }): Commit => ({
      ...rest,
      config: Config.parse(JSON.parse(document)),
      changes: z.array(Change).parse(JSON.parse(changes)),
    }),
  );
const CandidateRow = z
  .object({ base: z.int(), document: z.string() })
  .transform(({ base, document }) => ({ base, config: Config.parse(JSON.parse(document)) }));

/** Opens the store; throws when another process holds it, so that one directory has one appliance. */
export function openConfStore(path: string): ConfStore {
  const db = openHeld(path, SCHEMA, 'Another appliance');
  return {
    latest: () => Row.optional().parse(db.prepare(`${COMMITS} LIMIT 1`).get()),
    commits: (limit) => z.array(Row).parse(db.prepare(`${COMMITS} LIMIT ?`).all(limit)),
    commit: (generation) =>
      Row.optional().parse(db.prepare('SELECT * FROM generation WHERE generation = ?').get(generation)),
    add: (commit, candidateOf) => inTransaction(db, () => addCommit(db, commit, candidateOf)),
    candidate: (user) =>
      CandidateRow.optional().parse(
        db.prepare('SELECT base, document FROM candidate WHERE user = ?').get(user),
      ),
    keep: (user, { base, config }) =>
      void db
        .prepare('INSERT OR REPLACE INTO candidate (user, base, document) VALUES (?, ?, ?)')
        .run(user, base, JSON.stringify(config)),
    drop: (user) => void db.prepare('DELETE FROM candidate WHERE user = ?').run(user),
    fact: (name, make) => fact(db, name, make),
    close: () => db.close(),
  };
}

const COMMITS = 'SELECT * FROM generation ORDER BY generation DESC';

function addCommit(db: DatabaseSync, commit: Commit, candidateOf: string | undefined): void {
  db.prepare(
    'INSERT INTO generation (generation, at, by, comment, document, changes) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(
    commit.generation,
    commit.at,
    commit.by,
    commit.comment,
    JSON.stringify(commit.config),
    JSON.stringify(commit.changes),
  );
  if (candidateOf !== undefined) db.prepare('DELETE FROM candidate WHERE user = ?').run(candidateOf);
}

function fact(db: DatabaseSync, name: string, make: () => string): string {
  const row = db.prepare('SELECT value FROM fact WHERE name = ?').get(name) as { value: string } | undefined;
  if (row) return row.value;
  const value = make();
  db.prepare('INSERT INTO fact (name, value) VALUES (?, ?)').run(name, value);
  return value;
}
