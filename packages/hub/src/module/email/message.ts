/** One message as one CTIM sighting. */
import type { Recipient, State, TrackRow } from '@sightline/api';
import {
  clip,
  type Observable,
  SCHEMA_VERSION,
  type Sighting,
  type Target,
  transientId,
} from '@sightline/ctim';
import { relationsOf, sendersOf } from './relate.ts';
import { messageKey, type Source, sha256, time } from './source.ts';

const RESOLUTIONS: Record<State, 'allowed' | 'blocked' | 'contained' | 'detected'> = {
  processing: 'detected',
  queued: 'detected',
  deferred: 'detected',
  delivered: 'allowed',
  released: 'allowed',
  quarantined: 'contained',
  held: 'contained',
  bounced: 'blocked',
  dropped: 'blocked',
  rejected: 'blocked',
  aborted: 'blocked',
};

const RANK: Readonly<Record<string, number>> = { positive: 3, suspect: 2, error: 1 };
const SEVERITY = ['Unknown', 'Unknown', 'Medium', 'High'] as const;
const NAMED_RECIPIENTS = 10;

/** The gravest verdict; 'clean' only if an engine said so. */
const worst = (row: TrackRow): { verdict: string; rank: number } =>
  row.verdicts.reduce(
    (w, { verdict }) => {
      const rank = RANK[verdict] ?? 0;
      return rank > w.rank || (w.verdict === '' && verdict === 'clean') ? { verdict, rank } : w;
    },
    { verdict: '', rank: 0 },
  );

const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const listed = (recipients: Recipient[]): string => {
  const named = recipients.slice(0, NAMED_RECIPIENTS).map((r) => r.address);
  const more = recipients.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
};

const describe = (row: TrackRow): string => {
  const from = row.sender || sendersOf(row)[0]?.value || 'the empty sender';
  return `${titled(row.direction)} message (${titled(row.state)}) from ${from} to ${listed(row.recipients)}: "${row.subject}"`;
};

const target = (row: TrackRow, { address, at }: Recipient): Target => ({
  type: 'email',
  observables: [{ type: 'email', value: address.toLowerCase() }],
  observed_time: { start_time: time(row.received), end_time: time(Math.max(row.received, at)) },
});

/** Mailboxes of ours that the message was meant for: the recipients of incoming mail. */
const targetsOf = (row: TrackRow): Target[] =>
  row.direction === 'incoming'
    ? row.recipients.filter((r) => r.address !== '').map((r) => target(row, r))
    : [];

/** The message, and below it those recipients for whom it went otherwise than for the message as a whole. */
function tableOf(row: TrackRow): Sighting['data'] {
  const other = row.recipients.filter(({ state }) => state !== row.state);
  const cells = (state: State) => [row.direction, titled(state), worst(row).verdict, row.host];
  const names = ['Direction', 'Last state', 'Verdict', 'Host'];
  const columns = (of: string[]) => of.map((name) => ({ name, type: 'string' as const }));
  if (other.length === 0) return { columns: columns(names), rows: [cells(row.state)], row_count: 1 };
  return {
    columns: columns([...names, 'Recipient']),
    rows: [
      [...cells(row.state), ''],
      ...other.map(({ state, address }) => [...cells(state), address.toLowerCase()]),
    ],
    row_count: 1 + other.length,
  };
}

const identity = (row: TrackRow, source: Source) => {
  const recipients = row.recipients.map((r) => r.address.toLowerCase()).sort();
  return {
    id: transientId('sighting', sha256('sighting', source.device.id, messageKey(row))),
    external_ids: [
      `sightline-sighting-${sha256('sighting', source.device.id, messageKey(row), recipients.join(','))}`,
    ],
  };
};

const words = (row: TrackRow) => ({
  title: `${titled(row.direction)} message`,
  short_description: `MID ${row.mid} ${row.state}`,
  description: clip(describe(row), 5000),
});

const sensorOf = (row: TrackRow, { device }: Source) => ({
  type: 'process.email-service',
  os: device.version,
  observables: row.host === '' ? [] : [{ type: 'hostname' as const, value: row.host }],
});

/** The sighting of a message that these observables were found in. */
export const sightingOf = (row: TrackRow, found: Observable[], source: Source): Sighting => {
  const end = row.recipients.reduce((last, r) => Math.max(last, r.at), row.received);
  return {
    type: 'sighting',
    schema_version: SCHEMA_VERSION,
    ...identity(row, source),
    ...words(row),
    source: clip(source.module, 2048),
    source_uri: clip(source.messageUrl(row), 2048),
    count: 1,
    confidence: 'High',
    severity: SEVERITY[worst(row).rank] ?? 'Unknown',
    internal: true,
    resolution: RESOLUTIONS[row.state],
    tlp: 'amber',
    sensor: 'process.email-service',
    sensor_coordinates: sensorOf(row, source),
    observed_time: { start_time: time(row.received), end_time: time(end) },
    observables: found,
    targets: targetsOf(row),
    relations: relationsOf(row, source.module, found),
    data: tableOf(row),
  };
};
