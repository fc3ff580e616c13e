import type { Migration } from './migration.ts';

export const module: Migration = {
  name: '0003-module',
  sql: [
    `CREATE TABLE module (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      type_id TEXT NOT NULL,
      name TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      /* JSON object as its type's specification has it */
      settings TEXT NOT NULL,
      created BIGINT NOT NULL,
      updated BIGINT NOT NULL,
      UNIQUE (org_id, name)
    )`,
  ],
};
