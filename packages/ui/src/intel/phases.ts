/** The phases of an incident and their steps; which of them were done stands in the incident's `meta`. Pure. */
import type { Incident, IncidentStatus } from '@sightline/ctim';

export interface Phase {
  name: 'Identify' | 'Contain' | 'Eradicate' | 'Recover';
  steps: readonly string[];
  /** What helps with it on this page. */
  tool?: 'investigate' | 'respond';
  /** The status that is offered once all of it is done. */
  leadsTo?: IncidentStatus;
}

export const PHASES: readonly Phase[] = [
  {
    name: 'Identify',
    steps: ['Investigate everything that is linked', 'Keep who was reached, and what became of each message'],
    tool: 'investigate',
    leadsTo: 'Open: Investigating',
  },
  {
    name: 'Contain',
    steps: ['Block senders, links and files', 'Put what waits in the queue into quarantine'],
    tool: 'respond',
    leadsTo: 'Open: Contained',
  },
  {
    name: 'Eradicate',
    steps: ['Delete what is in quarantine', 'Remove delivered copies from mailboxes'],
    tool: 'respond',
  },
  {
    name: 'Recover',
    steps: ['Release what was held by mistake, and unblock it', 'Hand over the report'],
    tool: 'respond',
    leadsTo: 'Open: Recovered',
  },
];

export const stepKey = (phase: Phase['name'], step: number): string =>
  `playbook ${phase.toLowerCase()} ${step + 1}`;

/** Who did it and when; undefined while it is to be done. */
export function wasDone(
  meta: Incident['meta'],
  phase: Phase['name'],
  step: number,
): { at: string; by: string } | undefined {
  const kept = meta?.[stepKey(phase, step)];
  const [at = '', ...by] = typeof kept === 'string' ? kept.split(' ') : [];
  return Number.isNaN(Date.parse(at)) ? undefined : { at, by: by.join(' ') };
}

/** What was ticked and what no longer is, between two states of `meta`: `Contain: Block senders, links and files, done`. */
export function stepsChanged(before: unknown, after: unknown): string[] {
  const [old, fresh] = [before ?? {}, after ?? {}] as [Incident['meta'], Incident['meta']];
  return PHASES.flatMap(({ name, steps }) =>
    steps.flatMap((text, i) => {
      const [was, is] = [wasDone(old, name, i), wasDone(fresh, name, i)];
      if ((was === undefined) === (is === undefined)) return [];
      return [`${name}: ${text}, ${is ? 'done' : 'to be done again'}`];
    }),
  );
}
