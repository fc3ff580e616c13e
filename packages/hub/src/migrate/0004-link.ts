import type { Migration } from './migration.ts';

/** Rotated keys, clones, revoked tokens, and the events of the exchange. */
export const link: Migration = {
  name: '0004-link',
  sql: [
    /* the key before the last rotation stays good until then */
    'ALTER TABLE device ADD COLUMN key_old_x TEXT',
    'ALTER TABLE device ADD COLUMN key_old_until BIGINT',
    'ALTER TABLE device ADD COLUMN key_since BIGINT',
    /* random name of the running program that connected last */
    "ALTER TABLE device ADD COLUMN boot TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE device ADD COLUMN protocol INTEGER NOT NULL DEFAULT 0',
    /* the device's clock minus ours, milliseconds */
    'ALTER TABLE device ADD COLUMN skew_ms BIGINT',
    'ALTER TABLE device ADD COLUMN queries BIGINT NOT NULL DEFAULT 0',
    /* since when two machines have the same key; null when none or resolved */
    'ALTER TABLE device ADD COLUMN conflict BIGINT',
    'ALTER TABLE registration_token ADD COLUMN revoked BIGINT',
    "ALTER TABLE registration_token ADD COLUMN revoked_by TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE event (
      /* rises with time: 13 digits of milliseconds, then random */
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      at BIGINT NOT NULL,
      kind TEXT NOT NULL,
      /* 1 asks for a person's attention */
      alarm INTEGER NOT NULL,
      /* id, or empty when none is known */
      device TEXT NOT NULL,
      name TEXT NOT NULL,
      text TEXT NOT NULL,
      peer TEXT NOT NULL
    )`,
    'CREATE INDEX event_org ON event (org_id, id)',
    'CREATE INDEX event_device ON event (org_id, device, id)',
  ],
};
