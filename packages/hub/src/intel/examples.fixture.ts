/** For tests: a small new entity of each kind, with nothing that the store fills. */
import type { EntityName } from '@sightline/ctim';

const described = { title: 'Title', description: 'A description', short_description: 'Short' };
const source = 'a report';
const observable = { type: 'ip', value: '203.0.113.7' };
const SEEN = { start_time: '2020-05-14T13:23:57.000Z', end_time: '2020-05-14T13:23:58.000Z' };
const asset_ref = 'https://other.example/ctia/asset/asset-5d2c0a44-5a0e-4b5a-9b0a-6f0f5f0a7a11';

export const FRESH: Record<EntityName, Record<string, unknown>> = {
  actor: { ...described, source, actor_types: ['Hacker'] },
  asset: { source, asset_type: 'device' },
  'asset-mapping': {
    source,
    asset_ref,
    asset_type: 'device',
    observable,
    confidence: 'High',
    specificity: 'Unique',
    stability: 'Managed',
  },
  'asset-properties': { source, asset_ref, properties: [{ name: 'os', value: 'AsyncOS' }] },
  'attack-pattern': described,
  campaign: { ...described, campaign_type: 'Phishing' },
  casebook: { title: 'A case', observables: [observable], texts: [{ type: 'note', text: 'Look at it' }] },
  coa: { title: 'Block it', coa_type: 'Perimeter Blocking' },
  'data-table': { columns: [{ name: 'a', type: 'string' }], rows: [['x'], [{}]] },
  event: {
    event_type: 'record-created',
    entity: { type: 'note', id: 'transient:note-1' },
    timestamp: new Date().toISOString(),
  },
  feed: { feed_type: 'indicator', output: 'observables', title: 'A feed' },
  feedback: { entity_id: asset_ref, feedback: 1, reason: 'Good' },
  'identity-assertion': {
    identity: { observables: [observable] },
    assertions: [{ name: 'cisco:ctr:device:owner', value: 'ada' }],
  },
  incident: {
    title: 'An incident',
    confidence: 'High',
    status: 'New',
    incident_time: { opened: '2020-05-14T13:23:57.000Z' },
    severity: 'High',
  },
  indicator: { title: 'Phishing', producer: 'us', indicator_type: ['Malicious E-mail'] },
  investigation: { source, 'search-txt': 'ip:"203.0.113.7"', actions: '[]', nodePositions: { a: { x: 1 } } },
  judgement: { source, observable, disposition: 2, priority: 90, confidence: 'High', severity: 'High' },
  malware: { ...described, labels: ['malware'] },
  note: { note_class: 'default', content: 'Seen before', related_entities: [] },
  relationship: { relationship_type: 'related-to', source_ref: asset_ref, target_ref: 'transient:x' },
  sighting: { observed_time: SEEN, observables: [observable], resolution: 'allowed' },
  'target-record': { source, targets: [{ type: 'email', observables: [observable], observed_time: SEEN }] },
  tool: { ...described, labels: ['tool'] },
  vulnerability: { description: 'A hole', cve: { cve_data_meta: { id: 'CVE-2020-1' } } },
  weakness: { description: 'A weakness', likelihood: 'Medium' },
};
