import type { Migration } from './migration.ts';

/**
 * The intel store: entities as they are on the wire, their fields one a row for filters, sorting and counting, and
 * their words for full-text search, which each database does its own way.
 */
export const intel: Migration = {
  name: '0020-intel',
  sql: [
    `CREATE TABLE intel_entity (
      /* random, the same in the tables below */
      seq BIGINT PRIMARY KEY,
      org_id TEXT NOT NULL REFERENCES organisation (org_id),
      /* short id */
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      /* id of the user or API client */
      owner_id TEXT NOT NULL,
      tlp TEXT NOT NULL,
      /* JSON object; ids in it that are ours are short */
      doc TEXT NOT NULL,
      created BIGINT NOT NULL,
      modified BIGINT NOT NULL,
      UNIQUE (org_id, id)
    )`,
    'CREATE INDEX intel_entity_kind ON intel_entity (org_id, type, created)',
    `CREATE TABLE intel_term (
      org_id TEXT NOT NULL,
      seq BIGINT NOT NULL REFERENCES intel_entity (seq) ON DELETE CASCADE,
      type TEXT NOT NULL,
      /* path in the document without positions: observables.value */
      field TEXT NOT NULL,
      /* folded */
      value TEXT NOT NULL,
      number DOUBLE PRECISION
    )`,
    'CREATE INDEX intel_term_value ON intel_term (org_id, type, field, value)',
    'CREATE INDEX intel_term_entity ON intel_term (seq, field)',
  ],
  only: {
    sqlite: [
      "CREATE VIRTUAL TABLE intel_text USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')",
    ],
    postgres: [
      'ALTER TABLE intel_term ALTER COLUMN value TYPE TEXT COLLATE "C"',
      `CREATE TABLE intel_text (
        seq BIGINT PRIMARY KEY,
        words TSVECTOR NOT NULL
      )`,
      'CREATE INDEX intel_text_words ON intel_text USING GIN (words)',
    ],
  },
};
