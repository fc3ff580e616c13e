import type { Migration } from './migration.ts';

/** What was done through modules, by whom and why, and how it is taken back. */
export const respond: Migration = {
  name: '0050-respond',
  sql: [
    `CREATE TABLE response_action (
      /* also the id of the order that modules get */
      id TEXT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      module_id TEXT NOT NULL,
      module TEXT NOT NULL,
      action TEXT NOT NULL,
      observable_type TEXT NOT NULL,
      observable_value TEXT NOT NULL,
      /* 1: of all appliances */
      everywhere INTEGER NOT NULL,
      reason TEXT NOT NULL,
      source TEXT NOT NULL,
      /* running, success or failure */
      status TEXT NOT NULL,
      text TEXT NOT NULL,
      /* JSON arrays */
      errors TEXT NOT NULL,
      undo TEXT NOT NULL,
      /* null: until it is undone; 0: it does not last */
      expires BIGINT,
      undone_at BIGINT,
      undone_by TEXT NOT NULL
    )`,
    'CREATE INDEX response_action_at ON response_action (org_id, at)',
    'CREATE INDEX response_action_value ON response_action (org_id, observable_value, action)',
  ],
};
