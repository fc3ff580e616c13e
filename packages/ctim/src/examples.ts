/** A smallest and a fullest example of each entity, for tests and documentation. */
import type { Sighting } from './sighting.ts';
import type { Indicator, Judgement, Relationship, Verdict } from './verdict.ts';
import { SCHEMA_VERSION } from './vocab.ts';

const TIME = '2020-05-14T13:23:57.000Z';
const LATER = '2020-06-14T13:23:57.000Z';
const SEEN = { start_time: TIME, end_time: TIME };
const SUBJECT = { type: 'email_subject', value: 'test test' } as const;
const SENDER = { type: 'email', value: 'mgmt01@example.com' } as const;
const USER = { type: 'email', value: 'user@example.org' } as const;
const MID = { type: 'cisco_mid', value: '8' } as const;

const id = (type: string): string => `transient:${type}-5d2c0a44-5a0e-4b5a-9b0a-6f0f5f0a7a11`;
const minimal = (type: string) => ({ id: id(type), schema_version: SCHEMA_VERSION });

/** Every field that all entities have. */
const base = (type: string) => ({
  ...minimal(type),
  revision: 1,
  external_ids: [`sightline-${type}-1`],
  external_references: [
    {
      source_name: 'Reports',
      description: 'Where it was first described',
      url: 'https://reports.example/1',
      hashes: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
      external_id: 'R-1',
    },
  ],
  timestamp: TIME,
  language: 'en',
  tlp: 'amber' as const,
  owner: 'ada',
  groups: ['5d2c0a44-5a0e-4b5a-9b0a-6f0f5f0a7a12'],
  created: TIME,
  modified: TIME,
  client_id: 'client-5d2c0a44-5a0e-4b5a-9b0a-6f0f5f0a7a13',
  authorized_users: ['bert'],
  authorized_groups: [],
});
const described = {
  title: 'Incoming message',
  description: 'Incoming message (Delivered) from mgmt01@example.com to user@example.org: "test test"',
  short_description: 'MID 8 delivered',
};
const sourced = { source: 'esa03', source_uri: 'https://portal.example/tracking?host=esa03&mid=8' };

type Pair<T> = { minimal: T; maximal: T };

export const sighting: Pair<Sighting> = {
  minimal: {
    type: 'sighting',
    ...minimal('sighting'),
    observed_time: { start_time: TIME },
    confidence: 'High',
    count: 1,
  },
  maximal: {
    type: 'sighting',
    ...base('sighting'),
    ...described,
    ...sourced,
    observed_time: SEEN,
    confidence: 'High',
    count: 1,
    internal: true,
    severity: 'Unknown',
    resolution: 'allowed',
    sensor: 'process.email-service',
    sensor_coordinates: {
      type: 'process.email-service',
      observables: [{ type: 'hostname', value: 'esa03.example.org' }],
      os: 'AsyncOS 13.0.0-392',
    },
    observables: [SUBJECT],
    targets: [{ type: 'email', observables: [USER], observed_time: SEEN, os: 'any' }],
    relations: [
      { origin: 'esa03', relation: 'Sent', source: SENDER, related: SUBJECT },
      {
        origin: 'esa03',
        origin_uri: 'https://portal.example/',
        relation: 'Related_To',
        relation_info: { order: 1 },
        source: MID,
        related: SUBJECT,
      },
    ],
    data: {
      columns: [
        { name: 'Direction', type: 'string', description: 'Way of the message', required: true },
        { name: 'Last state', type: 'string', short_description: 'Where it ended' },
      ],
      rows: [['incoming', 'Delivered']],
      row_count: 1,
    },
    context: {
      file_create_events: [
        { type: 'FileCreateEvent', time: SEEN, process_id: 4, process_name: 'smtpd', file_name: 'a.pdf' },
      ],
    },
    activity_interval: SEEN,
    detection_interval: SEEN,
    modification_interval: SEEN,
  },
};

export const verdict: Pair<Verdict> = {
  minimal: { type: 'verdict', disposition: 2, observable: SENDER, valid_time: {} },
  maximal: {
    type: 'verdict',
    disposition: 2,
    disposition_name: 'Malicious',
    observable: SENDER,
    valid_time: { start_time: TIME, end_time: LATER },
    judgement_id: id('judgement'),
  },
};

const judged = {
  type: 'judgement',
  observable: SENDER,
  disposition: 2,
  disposition_name: 'Malicious',
  priority: 90,
  confidence: 'High',
  severity: 'High',
} as const;
export const judgement: Pair<Judgement> = {
  minimal: { ...judged, ...minimal('judgement'), source: 'esa03', valid_time: {} },
  maximal: {
    ...judged,
    ...base('judgement'),
    ...sourced,
    valid_time: { start_time: TIME, end_time: LATER },
    reason: 'Sends malware',
    reason_uri: 'https://portal.example/reason',
  },
};

export const indicator: Pair<Indicator> = {
  minimal: { type: 'indicator', ...minimal('indicator'), valid_time: {}, producer: 'esa03' },
  maximal: {
    type: 'indicator',
    ...base('indicator'),
    ...described,
    ...sourced,
    valid_time: { start_time: TIME, end_time: LATER },
    producer: 'esa03',
    severity: 'High',
    confidence: 'High',
    indicator_type: ['Malicious E-mail'],
    tags: ['malware'],
    negate: false,
    likely_impact: 'Accounts are taken over',
    kill_chain_phases: [{ kill_chain_name: 'lockheed-martin-cyber-kill-chain', phase_name: 'delivery' }],
    test_mechanisms: ['mail flow rule 4'],
    composite_indicator_expression: { operator: 'or', indicator_ids: [id('indicator')] },
    specification: { type: 'Snort', snort_sig: 'alert tcp any any -> any 25' },
  },
};

const related = {
  type: 'relationship',
  relationship_type: 'sighting-of',
  source_ref: id('sighting'),
  target_ref: id('indicator'),
} as const;
export const relationship: Pair<Relationship> = {
  minimal: { ...related, ...minimal('relationship') },
  maximal: { ...related, ...base('relationship'), ...described, ...sourced },
};
