/** What a report of an investigation says, gathered from what is on the page. Values are defanged here, once. Pure. */
import type { AuditEntry } from '@sightline/api';
import { defang, type Observable, type ObservableType } from '@sightline/ctim';
import { look } from '../../kit/disposition.ts';
import { typeName } from '../../kit/observable.ts';
import type { Campaign } from '../campaign.ts';
import { stateOf } from '../campaign.ts';
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
  actions: readonly AuditEntry[];
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
    shared: c.traits.map(({ kind, value }) => `${kind} ${safe({ type: TYPES[kind], value })}`).join('; '),
    from: iso(c.first),
    to: iso(c.last),
  };
}

const TYPES = { subject: 'email_subject', sender: 'email', file: 'sha256', host: 'domain' } as const;

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
function targetsOf({ targets, sightings }: Facts): Report['targets'] {
  const states = new Map<string, Map<string, number>>();
  for (const { sighting } of sightings)
    for (const target of sighting.targets ?? [])
      for (const { type, value } of target.observables) {
        const counts = states.get(`${type}:${value}`) ?? new Map<string, number>();
        counts.set(stateOf(sighting), (counts.get(stateOf(sighting)) ?? 0) + 1);
        states.set(`${type}:${value}`, counts);
      }
  return targets.map((t) => {
    const [first] = t.observables;
    const counts = first && states.get(`${first.type}:${first.value}`);
    return {
      value: t.observables.map(safe).join(', '),
      messages: t.sightings,
      states: [...(counts ?? [])].map(([state, n]) => `${n} ${state}`).join(', '),
      first: iso(t.first),
      last: iso(t.last),
    };
  });
}

/** Lines of the audit log about what the report knows; values in them are defanged like all others. */
function actionsOf({ actions, known }: Given): Report['actions'] {
  const all = known.observables.map((o) => o.observable);
  return actions.flatMap(({ at, actor, text }) => {
    const about = all.find((o) => text.endsWith(`on ${o.type} ${o.value}`));
    if (!about) return [];
    const told = text.slice(0, text.length - about.value.length) + safe(about);
    return [{ at, by: oneLine(actor), text: oneLine(told) }];
  });
}

function hours(rows: SightingRow[]): [string, number][] {
  const counts = new Map<number, number>();
  for (const { at } of rows) {
    const hour = Math.floor(at / HOUR) * HOUR;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => a[0] - b[0]).map(([hour, n]) => [iso(hour), n]);
}
