import type { Migration } from './migration.ts';

/** Second factors, single sign-on, and how an organisation lets people in. */
export const people: Migration = {
  name: '0031-people',
  sql: [
    "ALTER TABLE user_account ADD COLUMN email TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE user_account ADD COLUMN nick TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE user_account ADD COLUMN changed BIGINT NOT NULL DEFAULT 0',
    'UPDATE user_account SET changed = created',
    /* sealed secret of the authenticator; empty: none */
    "ALTER TABLE user_account ADD COLUMN totp TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE user_account ADD COLUMN totp_since BIGINT',
    /* of the last code that was taken: none counts twice */
    'ALTER TABLE user_account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0',
    /* sealed secret that is not confirmed yet */
    "ALTER TABLE user_account ADD COLUMN totp_next TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE recovery_code (
      hash TEXT NOT NULL,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
      PRIMARY KEY (user_id, hash)
    )`,
    /* password or sso */
    "ALTER TABLE user_session ADD COLUMN way TEXT NOT NULL DEFAULT 'password'",
    'ALTER TABLE organisation ADD COLUMN changed BIGINT NOT NULL DEFAULT 0',
    'UPDATE organisation SET changed = created',
    /* 1: everybody with a password needs a second factor */
    'ALTER TABLE organisation ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0',
    /* 0: administrators only */
    'ALTER TABLE organisation ADD COLUMN all_roles INTEGER NOT NULL DEFAULT 1',
    `CREATE TABLE sso_provider (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      label TEXT NOT NULL,
      issuer TEXT NOT NULL,
      client_id TEXT NOT NULL,
      /* sealed; empty: none */
      secret TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      link_by_email INTEGER NOT NULL,
      default_role TEXT NOT NULL,
      role_claim TEXT NOT NULL,
      /* JSON */
      role_map TEXT NOT NULL,
      domains TEXT NOT NULL,
      created BIGINT NOT NULL,
      changed BIGINT NOT NULL
    )`,
    `CREATE TABLE user_identity (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
      provider_id TEXT NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
      subject TEXT NOT NULL,
      created BIGINT NOT NULL,
      UNIQUE (provider_id, subject)
    )`,
    'CREATE INDEX user_identity_user ON user_identity (user_id)',
    /* a login on its way through the provider */
    `CREATE TABLE sso_login (
      state_hash TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      provider_id TEXT NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
      /* of the cookie: it ends in the browser where it began */
      cookie_hash TEXT NOT NULL,
      verifier TEXT NOT NULL,
      nonce TEXT NOT NULL,
      expires BIGINT NOT NULL
    )`,
  ],
};
