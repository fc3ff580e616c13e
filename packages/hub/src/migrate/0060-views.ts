import type { Migration } from './migration.ts';

/** Saved views of pages. */
export const views: Migration = {
  name: '0060-views',
  sql: [
    `CREATE TABLE saved_view (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      owner TEXT NOT NULL,
      made_by TEXT NOT NULL,
      page TEXT NOT NULL,
      name TEXT NOT NULL,
      shared INTEGER NOT NULL,
      is_first INTEGER NOT NULL,
      state TEXT NOT NULL,
      UNIQUE (org_id, owner, page, name)
    )`,
  ],
};
