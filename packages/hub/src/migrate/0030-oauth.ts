import type { Migration } from './migration.ts';

/** API clients with several passwords and settings of their own; applications that act for people. */
export const oauth: Migration = {
  name: '0030-oauth',
  sql: [
    "ALTER TABLE api_client ADD COLUMN description TEXT NOT NULL DEFAULT ''",
    /* credentials or code */
    "ALTER TABLE api_client ADD COLUMN kind TEXT NOT NULL DEFAULT 'credentials'",
    /* of access tokens, seconds */
    'ALTER TABLE api_client ADD COLUMN lifetime_s INTEGER NOT NULL DEFAULT 600',
    /* JSON array of strings */
    "ALTER TABLE api_client ADD COLUMN redirects TEXT NOT NULL DEFAULT '[]'",
    'ALTER TABLE api_client ADD COLUMN confidential INTEGER NOT NULL DEFAULT 1',
    'ALTER TABLE api_client ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0',
    `CREATE TABLE api_client_secret (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      client_id TEXT NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
      hash TEXT NOT NULL,
      created BIGINT NOT NULL,
      /* null: does not end */
      expires BIGINT,
      last_used BIGINT
    )`,
    'CREATE INDEX api_client_secret_client ON api_client_secret (client_id)',
    `INSERT INTO api_client_secret (id, org_id, client_id, hash, created, expires, last_used)
      SELECT id, org_id, id, secret_hash, created, NULL, last_used FROM api_client`,
    'ALTER TABLE api_client DROP COLUMN secret_hash',
    `CREATE TABLE oauth_code (
      hash TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      client_id TEXT NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
      user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
      /* JSON array of strings */
      scopes TEXT NOT NULL,
      redirect TEXT NOT NULL,
      challenge TEXT NOT NULL,
      expires BIGINT NOT NULL,
      /* the grant it was exchanged for; empty until then */
      grant_id TEXT NOT NULL DEFAULT ''
    )`,
    `CREATE TABLE oauth_grant (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      client_id TEXT NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
      user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
      scopes TEXT NOT NULL,
      created BIGINT NOT NULL,
      last_used BIGINT,
      refresh_hash TEXT NOT NULL UNIQUE,
      /* when the refresh token ends if it is not used before */
      refresh_expires BIGINT NOT NULL,
      /* of the token before, to notice one that comes twice */
      refresh_before TEXT NOT NULL DEFAULT ''
    )`,
    'CREATE INDEX oauth_grant_user ON oauth_grant (user_id)',
    'CREATE INDEX oauth_grant_before ON oauth_grant (refresh_before)',
  ],
};
