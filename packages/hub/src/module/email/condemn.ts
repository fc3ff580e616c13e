/** What follows when an engine condemned a message: indicator, its relationships, judgements of what it named. */
import type { TrackRow } from '@sightline/api';
import {
  clip,
  type Indicator,
  type Judgement,
  normalise,
  type Observable,
  type Relationship,
  SCHEMA_VERSION,
  type Sighting,
  transientId,
} from '@sightline/ctim';
import { type Source, sha256, time } from './source.ts';

type Verdict = TrackRow['verdicts'][number];
export type Condemnation = {
  indicators: Indicator[];
  relationships: Relationship[];
  judgements: Judgement[];
};

const MAX_TAGS = 50;
/** Automatic judgements stay below curated lists (95) and people (100). */
const PRIORITY = 90;

const common = (source: Source) => ({
  schema_version: SCHEMA_VERSION,
  source: clip(source.module, 2048),
  tlp: 'amber' as const,
});

const titleOf = ({ engine, names }: Verdict): string =>
  `${engine}: ${names.join(', ') || 'malicious message'}`;

/** The same finding of the same engine is the same indicator in every message. */
const indicatorOf = (verdict: Verdict, row: TrackRow, source: Source): Indicator => ({
  type: 'indicator',
  id: transientId('indicator', sha256('indicator', source.device.id, verdict.engine, ...verdict.names)),
  ...common(source),
  producer: clip(source.device.name, 1024),
  title: clip(titleOf(verdict), 1024),
  description: clip(`${titleOf(verdict)}. Found by ${source.device.name} while a message was scanned.`, 5000),
  valid_time: { start_time: time(row.received) },
  severity: 'High',
  confidence: 'High',
  indicator_type: ['Malicious E-mail'],
  tags: verdict.names.slice(0, MAX_TAGS).map((n) => clip(n, 1024)),
});

const relationship = (kind: string, from: string, to: string, source: Source): Relationship => ({
  type: 'relationship',
  id: transientId('relationship', sha256('relationship', kind, from, to)),
  ...common(source),
  relationship_type: kind,
  source_ref: from,
  target_ref: to,
});

/** Attachments and links that the engine named, by hash, file name or address. */
const named = (row: TrackRow, names: ReadonlySet<string>): Observable[] => [
  ...row.attachments
    .filter((a) => a.sha256 !== '')
    .filter((a) => names.has(a.sha256) || (a.name !== '' && names.has(a.name.toLowerCase())))
    .map((a): Observable => ({ type: 'sha256', value: a.sha256 })),
  ...row.urls
    .filter((u) => u !== '' && names.has(u.toLowerCase()))
    .map((value) => normalise({ type: 'url', value })),
];

const judgementOf = (observable: Observable, verdict: Verdict, row: TrackRow, source: Source): Judgement => ({
  type: 'judgement',
  id: transientId(
    'judgement',
    sha256('judgement', source.device.id, verdict.engine, observable.type, observable.value),
  ),
  ...common(source),
  source_uri: clip(source.messageUrl(row), 2048),
  observable,
  disposition: 2,
  disposition_name: 'Malicious',
  priority: PRIORITY,
  confidence: 'High',
  severity: 'High',
  valid_time: { start_time: time(row.received) },
  reason: clip(titleOf(verdict), 1024),
});

const condemnedBy = (verdict: Verdict, row: TrackRow, sighting: Sighting, source: Source): Condemnation => {
  const indicator = indicatorOf(verdict, row, source);
  const names = new Set(verdict.names.map((n) => n.toLowerCase()));
  const judgements = named(row, names).map((o) => judgementOf(o, verdict, row, source));
  return {
    indicators: [indicator],
    judgements,
    relationships: [
      relationship('sighting-of', sighting.id, indicator.id, source),
      ...judgements.map((j) => relationship('based-on', j.id, indicator.id, source)),
    ],
  };
};

/** One indicator for every engine that condemned the message, with what belongs to it. */
export const condemnations = (row: TrackRow, sighting: Sighting, source: Source): Condemnation[] =>
  row.verdicts.filter((v) => v.verdict === 'positive').map((v) => condemnedBy(v, row, sighting, source));
