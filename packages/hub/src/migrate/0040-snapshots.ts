import type { Migration } from './migration.ts';

/** Investigations that were kept. */
export const snapshots: Migration = {
  name: '0040-snapshots',
  sql: [
    `CREATE TABLE snapshot (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      shared INTEGER NOT NULL,
      owner TEXT NOT NULL,
      made_by TEXT NOT NULL,
      created BIGINT NOT NULL,
      observables INTEGER NOT NULL,
      sightings INTEGER NOT NULL,
      targets INTEGER NOT NULL,
      document TEXT NOT NULL
    )`,
    'CREATE INDEX snapshot_created ON snapshot (org_id, created)',
  ],
};
