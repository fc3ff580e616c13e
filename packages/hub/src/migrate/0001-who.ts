import type { Migration } from './migration.ts';

export const who: Migration = {
  name: '0001-who',
  sql: [
    `CREATE TABLE organisation (
      org_id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      created BIGINT NOT NULL
    )`,
    `CREATE TABLE setup_token (
      org_id TEXT PRIMARY KEY REFERENCES organisation (org_id),
      hash TEXT NOT NULL,
      created BIGINT NOT NULL
    )`,
    `CREATE TABLE user_account (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      name TEXT NOT NULL,
      /* folded for the login and for uniqueness */
      login TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL,
      password TEXT NOT NULL,
      created BIGINT NOT NULL,
      last_login BIGINT
    )`,
    `CREATE TABLE user_session (
      hash TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
      created BIGINT NOT NULL,
      used BIGINT NOT NULL,
      peer TEXT NOT NULL
    )`,
    'CREATE INDEX user_session_user ON user_session (user_id)',
    `CREATE TABLE api_client (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      name TEXT NOT NULL,
      /* JSON array of strings */
      scopes TEXT NOT NULL,
      secret_hash TEXT NOT NULL,
      created BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      last_used BIGINT
    )`,
    'CREATE INDEX api_client_org ON api_client (org_id)',
  ],
};
