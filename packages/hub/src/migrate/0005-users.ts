import type { Migration } from './migration.ts';

/** Users who are disabled, and one-time links to choose a password with. */
export const users: Migration = {
  name: '0005-users',
  sql: [
    'ALTER TABLE user_account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0',
    `CREATE TABLE invitation (
      hash TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      user_id TEXT NOT NULL UNIQUE REFERENCES user_account (id) ON DELETE CASCADE,
      expires BIGINT NOT NULL
    )`,
  ],
};
