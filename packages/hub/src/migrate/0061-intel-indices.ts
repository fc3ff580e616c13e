import type { Migration } from './migration.ts';

/** Indices of the intel store that hold all that counting, filtering and sorting read, so that no document is read for it. */
export const intelIndices: Migration = {
  name: '0061-intel-indices',
  sql: [
    'DROP INDEX intel_entity_kind',
    'CREATE INDEX intel_entity_seen ON intel_entity (org_id, type, created, id, tlp, owner_id, seq)',
    'DROP INDEX intel_term_value',
    'CREATE INDEX intel_term_holds ON intel_term (org_id, type, field, value, seq)',
    'DROP INDEX intel_term_entity',
    'CREATE INDEX intel_term_of ON intel_term (seq, field, value, number)',
  ],
};
