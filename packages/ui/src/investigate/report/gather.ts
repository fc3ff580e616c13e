/** What a report of an investigation says, gathered from what is on the page. Values are defanged here, once. Pure. */
import type { TakenAction } from '@sightline/api';
import { defang, type Observable, type ObservableType, observableKey } from '@sightline/ctim';
import { look } from '../../kit/disposition.ts';
import { typeName } from '../../kit/observable.ts';
import { deedOf } from '../../respond/offers.ts';
import { type Campaign, observableOf } from '../campaign.ts';
import type { Facts, SightingRow } from '../facts.ts';
import { metrics, metricsText } from '../metrics.ts';
import { hits, type Run } from '../stream.ts';

export interface Report {
  title: string;
  /** When the investigation was asked and when the report was made, ISO 8601 in UTC. */
  asked: string;
  made: string;
  by: string;
  organisation: string;
  summary: string;
  question: Line[];
  modules: { name: string; state: string; ms: string; hits: number; problems: string }[];
  campaigns: { subject: string; told: string; shared: string; from: string; to: string }[];
  verdicts: { type: string; value: string; disposition: string; says: string }[];
  targets: { value: string; messages: number; states: string; first: string; last: string }[];
  /** Sightings by hour, oldest first. */
  timeline: [hour: string, sightings: number][];
  observables: Line[];
  /** What modules were told to do about it, oldest first. */
  actions: { at: string; by: string; text: string }[];
  /** A drawing of the graph as SVG, '' where there is none. */
  drawing: string;
}

export interface Line {
  type: string;
  value: string;
}

export interface Given {
  run: Run;
  known: Facts;
  campaigns: Campaign[];
  drawing: string;
  /** Of the organisation, the latest first. */
  actions: readonly TakenAction[];
  by: string;
  organisation: string;
  now: number;
}

const HOUR = 3_600_000;
const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const safe = ({ type, value }: Observable): string => defang(oneLine(value), type as ObservableType);
const line = (o: Observable): Line => ({ type: typeName(o.type), value: safe(o) });

/** On one line and without characters that change how others are read. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ');

export function report(given: Given): Report {
  const { run, known, now } = given;
  const [first, ...more] = run.observables;
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return {
    title: first ? `Investigation of ${safe(first)}${rest}` : 'Investigation',
    asked: iso(run.started),
    made: iso(now),
    by: given.by,
    organisation: given.organisation,
    summary: metricsText(metrics(run.observables, known, run.modules.length)),
    question: run.observables.map(line),
    modules: run.modules.map(moduleOf),
    campaigns: given.campaigns.map(campaignOf),
    verdicts: verdictsOf(known),
    targets: targetsOf(known),
    timeline: hours(known.sightings),
    observables: known.observables.map((o) => line(o.observable)),
    actions: actionsOf(given),
    drawing: given.drawing,
  };
}

const moduleOf = ({ ref, state, ms, data, errors }: Run['modules'][number]): Report['modules'][number] => ({
  name: oneLine(ref.module),
  state,
  ms: ms === undefined ? '' : `${Math.round(ms)} ms`,
  hits: hits(data),
  problems: errors.map((e) => oneLine(e.message)).join('; '),
});

function campaignOf(c: Campaign): Report['campaigns'][number] {
  const states = c.states.map(([state, n]) => `${n} ${state}`).join(', ');
  return {
    subject: oneLine(c.subject) || '(no subject)',
    told: `${c.sightings.length} messages, ${c.recipients} recipients: ${states}`,
    shared: c.traits.map((trait) => `${trait.kind} ${safe(observableOf(trait))}`).join('; '),
    from: iso(c.first),
    to: iso(c.last),
  };
}

const verdictsOf = ({ observables }: Facts): Report['verdicts'] =>
  observables
    .filter((o) => o.standing !== 'none')
    .sort((a, b) => look(a.standing).rank - look(b.standing).rank)
    .map((o) => ({
      ...line(o.observable),
      disposition: look(o.standing).word,
      says: o.verdicts
        .map(({ module, item }) => `${oneLine(module)}: ${look(item.disposition).word}`)
        .join('; '),
    }));

/** Every target with what became of the messages to it. */
const targetsOf = ({ targets }: Facts): Report['targets'] =>
  targets.map((t) => ({
    value: t.observables.map(safe).join(', '),
    messages: t.sightings,
    states: t.states.map(([state, n]) => `${n} ${state}`).join(', '),
    first: iso(t.first),
    last: iso(t.last),
  }));

/** What was done about what the report knows. */
function actionsOf({ actions, known }: Given): Report['actions'] {
  const keys = new Set([...known.observables.map((o) => o.key), ...known.targets.map((t) => t.key)]);
  return actions
    .filter(({ observable }) => observable && keys.has(observableKey(observable)))
    .map((taken) => ({ at: taken.at, by: oneLine(taken.by), text: deed(taken) }))
    .reverse();
}

/** `Block sender, Email Address evil[@]example[.]com, esa03: Blocked on esa03. Reason: …` */
function deed({ action, observable, module, status, text, places, reason, undone }: TakenAction): string {
  const about = observable ? `, ${typeName(observable.type)} ${safe(observable)}` : '';
  const each = places.map(({ name, text: said }) => `${name}: ${said}`).join(' ');
  const outcome = {
    success: text,
    partial: `done in part. ${each}`,
    failure: each || text || 'It failed.',
    running: 'Its outcome is not known.',
  }[status];
  const parts = [
    `${deedOf(action)}${about}, ${module}: ${outcome}`,
    reason && `Reason: ${reason}`,
    undone && `Taken back by ${undone.by} at ${undone.at}.`,
  ];
  return oneLine(parts.filter(Boolean).join(' '));
}

function hours(rows: SightingRow[]): [string, number][] {
  const counts = new Map<number, number>();
  for (const { at } of rows) {
    const hour = Math.floor(at / HOUR) * HOUR;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => a[0] - b[0]).map(([hour, n]) => [iso(hour), n]);
}
