/** The configuration that the mail process last took, so that it starts without the console process. */
import { Config } from '@sightline/api';
import { z } from 'zod';
import { openHeld } from '../database.ts';

const SCHEMA = [
  `CREATE TABLE applied (
     id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL, document TEXT NOT NULL
   ) STRICT`,
];

export interface Applied {
  generation: number;
  config: Config;
}

export interface AppliedStore {
  latest(): Applied | undefined;
  keep(applied: Applied): void;
  close(): void;
}

const Row = z
  .object({ generation: z.int(), document: z.string() })
  .transform(({ generation, document }) => ({ generation, config: Config.parse(JSON.parse(document)) }));

/** Throws when another process holds it, so that one data folder has one mail process. */
export function openApplied(path: string): AppliedStore {
  const db = openHeld(path, SCHEMA, 'Another mail process');
  return {
    latest: () => Row.optional().parse(db.prepare('SELECT generation, document FROM applied').get()),
    keep: ({ generation, config }) =>
      void db
        .prepare('INSERT OR REPLACE INTO applied (id, generation, document) VALUES (1, ?, ?)')
        .run(generation, JSON.stringify(config)),
    close: () => db.close(),
  };
}
