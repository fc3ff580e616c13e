/** An incident's life: which times a status stamps, and how long it was between. Pure. */
import type { Incident, IncidentStatus, IncidentTime } from '@sightline/ctim';

type Stamp = keyof IncidentTime;

/** The times that a status stamps, by its beginning; the longest that fits counts. */
const STAMPS: [begins: string, stamps: Stamp[]][] = [
  ['Open: Contained', ['opened', 'contained']],
  ['Open', ['opened']],
  ['Closed', ['closed']],
  ['Containment Achieved', ['remediated']],
  ['Restoration Achieved', ['remediated']],
  ['Rejected', ['rejected']],
  ['Incident Reported', ['reported']],
];

const category = (status: string): string => status.split(':')[0] ?? status;

/** Seconds between states, kept beside the incident for metrics. */
export interface Intervals {
  new_to_opened?: number;
  opened_to_closed?: number;
  new_to_contained?: number;
}

type Life = Pick<Incident, 'status' | 'incident_time'> & {
  created: string;
  intervals?: Intervals | undefined;
};

/** `incident_time` and intervals after the status has become `to`; what a step in one category stamped stays. */
export function advanced(
  life: Life,
  to: IncidentStatus,
  now: number,
): Pick<Life, 'status' | 'incident_time' | 'intervals'> {
  const stamps = STAMPS.find(([begins]) => to.startsWith(begins))?.[1] ?? [];
  const times: IncidentTime = { ...life.incident_time };
  const same = category(life.status) === category(to);
  const at = new Date(now).toISOString();
  for (const stamp of stamps) if (!(same && times[stamp])) times[stamp] = at;
  return { status: to, incident_time: times, intervals: intervals(life, to, times, now) };
}

function intervals(life: Life, to: string, times: IncidentTime, now: number): Intervals {
  const before = life.intervals ?? {};
  const since = (from: string): number => Math.max(0, Math.round((now - Date.parse(from)) / 1000));
  const [from, next] = [category(life.status), category(to)];
  return {
    ...before,
    ...(from === 'New' && next === 'Open' ? { new_to_opened: since(life.created) } : {}),
    ...(next === 'Closed' && from !== 'Closed' ? { opened_to_closed: since(times.opened) } : {}),
    ...(to === 'Open: Contained' && before.new_to_contained === undefined
      ? { new_to_contained: since(life.created) }
      : {}),
  };
}
