/** An incident's life as a list: the times it carries, and what people changed. Pure. */
import type { Answer, eventHistory } from '@sightline/api';
import type { IncidentTime } from '@sightline/ctim';
import { stepsChanged } from './phases.ts';

export interface Moment {
  at: string;
  text: string;
  who?: string;
}

const WORDS: Record<keyof IncidentTime, string> = {
  opened: 'Opened',
  discovered: 'Discovered',
  reported: 'Reported',
  remediated: 'Remediated',
  closed: 'Closed',
  rejected: 'Rejected',
  contained: 'Contained',
};

/** Newest first. */
export function moments(times: IncidentTime, history: Answer<typeof eventHistory>): Moment[] {
  const own = Object.entries(times).flatMap(([name, at]) =>
    at ? [{ at, text: WORDS[name as keyof IncidentTime] ?? name }] : [],
  );
  const changes = history.flatMap(({ owner, events }) =>
    events.map((event) => ({ at: event.timestamp ?? '', text: sentence(event), who: owner })),
  );
  return [...own, ...changes].sort((a, b) => b.at.localeCompare(a.at));
}

type Happened = Answer<typeof eventHistory>[number]['events'][number];

function sentence({ event_type, fields }: Happened): string {
  if (event_type === 'record-created') return 'Created';
  if (event_type === 'record-deleted') return 'Deleted';
  const shown = (fields ?? []).filter(
    ({ field }) => !['incident_time', 'intervals', 'modified'].includes(field),
  );
  return (
    shown
      .flatMap(({ field, change: { before, after } }) => {
        const steps = field === 'meta' ? stepsChanged(before, after) : [];
        return steps.length > 0 ? steps : [`${field}: ${brief(before)} to ${brief(after)}`];
      })
      .join(', ') || 'Changed'
  );
}

const brief = (value: unknown): string => {
  if (value === undefined) return 'none';
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
  const text = typeof value === 'string' ? value : isList ? value.join(', ') : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
