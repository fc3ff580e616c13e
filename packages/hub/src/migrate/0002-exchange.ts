import type { Migration } from './migration.ts';

export const exchange: Migration = {
  name: '0002-exchange',
  sql: [
    `CREATE TABLE device (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      name TEXT NOT NULL,
      /* 1 once a person has named it: the appliance's own name no longer replaces it */
      named INTEGER NOT NULL DEFAULT 0,
      type TEXT NOT NULL DEFAULT '',
      product TEXT NOT NULL DEFAULT '',
      version TEXT NOT NULL DEFAULT '',
      description TEXT NOT NULL DEFAULT '',
      serial TEXT NOT NULL DEFAULT '',
      ip TEXT NOT NULL DEFAULT '',
      peer TEXT NOT NULL DEFAULT '',
      connector_version TEXT NOT NULL DEFAULT '',
      /* x of the Ed25519 public key (RFC 8037) */
      key_x TEXT,
      created BIGINT NOT NULL,
      registered BIGINT,
      last_seen BIGINT,
      round_trip_ms BIGINT,
      last_error TEXT NOT NULL DEFAULT '',
      /* kept after removal so that its key is refused by name */
      removed BIGINT
    )`,
    'CREATE INDEX device_org ON device (org_id, removed)',
    `CREATE TABLE registration_token (
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      device_id TEXT NOT NULL UNIQUE REFERENCES device (id),
      secret_hash TEXT NOT NULL,
      batch TEXT NOT NULL,
      created BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      expires BIGINT NOT NULL,
      used_at BIGINT,
      used_key TEXT
    )`,
    `CREATE TABLE cloud_service (
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      id TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      changed BIGINT NOT NULL,
      changed_by TEXT NOT NULL,
      PRIMARY KEY (org_id, id)
    )`,
    `CREATE TABLE audit (
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      seq BIGINT NOT NULL,
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      object TEXT NOT NULL,
      text TEXT NOT NULL,
      peer TEXT NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (org_id, seq)
    )`,
  ],
  only: {
    sqlite: [
      `CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
      `CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
    ],
    postgres: [
      `CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$`,
      `CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`,
    ],
  },
};
