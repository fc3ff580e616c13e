import type { Migration } from './migration.ts';

/** What response actions did in each mailbox. */
export const mailbox: Migration = {
  name: '0051-mailbox',
  sql: [
    `CREATE TABLE response_mailbox (
      action_id TEXT NOT NULL REFERENCES response_action (id),
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      /* order in which the mailboxes ended */
      n INTEGER NOT NULL,
      /* JSON */
      result TEXT NOT NULL,
      PRIMARY KEY (action_id, n)
    )`,
  ],
};
