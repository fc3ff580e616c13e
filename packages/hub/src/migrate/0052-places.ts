import type { Migration } from './migration.ts';

/** What each appliance did of an action that was asked of several. */
export const places: Migration = {
  name: '0052-places',
  sql: ["ALTER TABLE response_action ADD COLUMN places TEXT NOT NULL DEFAULT '[]'"],
};
