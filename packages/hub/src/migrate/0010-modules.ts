import type { Migration } from './migration.ts';

/** Secrets of modules apart from their settings, types that were added, what was done on somebody's word. */
export const modules: Migration = {
  name: '0010-modules',
  sql: [
    /* JSON object, each value sealed with the key of the data folder */
    "ALTER TABLE module ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE module ADD COLUMN visibility TEXT NOT NULL DEFAULT 'org'",
    "ALTER TABLE module ADD COLUMN user_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE module ADD COLUMN client_id TEXT NOT NULL DEFAULT ''",
    /* JSON object of what only API clients set */
    "ALTER TABLE module ADD COLUMN extra TEXT NOT NULL DEFAULT '{}'",
    `CREATE TABLE module_entry (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      /* module-type, integration or module-type-patch */
      kind TEXT NOT NULL,
      /* JSON object */
      document TEXT NOT NULL,
      user_id TEXT NOT NULL,
      client_id TEXT NOT NULL,
      created BIGINT NOT NULL,
      updated BIGINT NOT NULL
    )`,
    'CREATE INDEX module_entry_org ON module_entry (org_id, kind, created)',
    `CREATE TABLE response_trigger (
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      /* Idempotency-Key of the caller */
      key TEXT NOT NULL,
      /* hash over what was asked */
      request TEXT NOT NULL,
      /* JSON of what came of it; null while it is under way */
      answer TEXT,
      at BIGINT NOT NULL,
      PRIMARY KEY (org_id, key)
    )`,
  ],
};
