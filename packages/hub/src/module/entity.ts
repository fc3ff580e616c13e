/** CTIM entities that modules make of what their sources say. The same finding gets the same id again. */
import { createHash } from 'node:crypto';
import {
  clip,
  DISPOSITIONS,
  type Disposition,
  type Indicator,
  isoTime,
  type Judgement,
  type Observable,
  type Relationship,
  SCHEMA_VERSION,
  type Sighting,
  type Tlp,
  transientId,
  type Verdict,
} from '@sightline/ctim';

/** Who speaks: the name of the module, and what makes its ids its own. */
export interface Speaker {
  source: string;
  instanceId: string;
  tlp: Tlp;
}

/** Automatic judgements stay below curated lists (95) and people (100). */
const PRIORITY = 90;
const HOUR_MS = 3_600_000;

export const idOf = ({ instanceId }: Speaker, type: string, ...parts: readonly (string | number)[]): string =>
  transientId(
    type,
    createHash('sha256')
      .update(JSON.stringify([instanceId, type, ...parts]))
      .digest('hex'),
  );

const base = ({ source, tlp }: Speaker) => ({
  schema_version: SCHEMA_VERSION,
  source: clip(source, 2048),
  tlp,
});
const uri = (address: string | undefined) =>
  address && address.length <= 2048 ? { source_uri: address } : {};

/** Valid from `from` for so many hours; a source's opinion of today is none of next year. */
const validity = (from: number, hours: number) => ({
  start_time: isoTime(from),
  end_time: isoTime(from + hours * HOUR_MS),
});

export interface Opinion {
  observable: Observable;
  disposition: Disposition;
  reason: string;
  link?: string | undefined;
  severity?: Judgement['severity'];
  confidence?: Judgement['confidence'];
  /** Epoch milliseconds. */
  at: number;
  /** Hours for which it holds, a week if left out. */
  hours?: number;
}

const WEEK = 168;

export function judgement(speaker: Speaker, opinion: Opinion): Judgement {
  const { observable, disposition, reason, link, at } = opinion;
  return {
    type: 'judgement',
    id: idOf(speaker, 'judgement', observable.type, observable.value, disposition, reason),
    ...base(speaker),
    ...uri(link),
    observable,
    disposition,
    disposition_name: DISPOSITIONS[disposition],
    priority: PRIORITY,
    confidence: opinion.confidence ?? 'Medium',
    severity: opinion.severity ?? severityOf(disposition),
    valid_time: validity(at, opinion.hours ?? WEEK),
    reason: clip(reason, 1024),
  };
}

const severityOf = (disposition: Disposition): Judgement['severity'] =>
  disposition === 2 ? 'High' : disposition === 3 ? 'Medium' : 'None';

export const verdict = ({ observable, disposition, valid_time, id }: Judgement): Verdict => ({
  type: 'verdict',
  disposition,
  disposition_name: DISPOSITIONS[disposition],
  observable,
  valid_time,
  judgement_id: id,
});

export interface Seen {
  /** What makes it another sighting than the next. */
  key: readonly (string | number)[];
  title: string;
  description: string;
  observables: Observable[];
  /** Epoch milliseconds. */
  from: number;
  to?: number | undefined;
  count?: number;
  link?: string | undefined;
  /** Inside the organisation, rather than somewhere in the world. */
  internal: boolean;
  confidence?: Sighting['confidence'];
  severity?: Sighting['severity'];
  more?: Partial<Sighting>;
}

export const sighting = (speaker: Speaker, seen: Seen): Sighting => ({
  type: 'sighting',
  id: idOf(speaker, 'sighting', ...seen.key),
  ...base(speaker),
  ...uri(seen.link),
  title: clip(seen.title, 1024),
  description: clip(seen.description, 5000),
  observables: seen.observables,
  observed_time: {
    start_time: isoTime(seen.from),
    end_time: isoTime(Math.max(seen.from, seen.to ?? seen.from)),
  },
  count: seen.count ?? 1,
  internal: seen.internal,
  confidence: seen.confidence ?? 'Medium',
  severity: seen.severity ?? 'Unknown',
  ...seen.more,
});

export const indicator = (
  speaker: Speaker,
  given: { key: readonly (string | number)[]; title: string; from: number; link?: string | undefined } & Pick<
    Indicator,
    'description' | 'indicator_type' | 'tags' | 'severity' | 'confidence'
  >,
): Indicator => {
  const { key, title, from, link, description, tags, ...more } = given;
  return {
    type: 'indicator',
    id: idOf(speaker, 'indicator', ...key),
    ...base(speaker),
    ...uri(link),
    producer: clip(speaker.source, 1024),
    title: clip(title, 1024),
    ...(description ? { description: clip(description, 5000) } : {}),
    valid_time: { start_time: isoTime(from) },
    ...(tags ? { tags: tags.slice(0, 50).map((tag) => clip(tag, 1024)) } : {}),
    ...more,
  };
};

export const relationship = (
  speaker: Speaker,
  kind: 'sighting-of' | 'based-on' | 'element-of',
  from: { id: string },
  to: { id: string },
): Relationship => ({
  type: 'relationship',
  id: idOf(speaker, 'relationship', kind, from.id, to.id),
  ...base(speaker),
  relationship_type: kind,
  source_ref: from.id,
  target_ref: to.id,
});
