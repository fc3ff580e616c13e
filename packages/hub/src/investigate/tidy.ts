/** Checks what a module found: only valid CTIM passes, in the form that the wire has. A module is never trusted. */
import type { Findings } from '@sightline/api';
import {
  DISPOSITIONS,
  Indicator,
  isoTime,
  Judgement,
  type Observable,
  observableKey,
  Relationship,
  Sighting,
  Verdict,
} from '@sightline/ctim';
import type { z } from 'zod';
import type { Found, Problem } from '../module/kind.ts';

const SCHEMAS = {
  sightings: Sighting,
  verdicts: Verdict,
  judgements: Judgement,
  indicators: Indicator,
  relationships: Relationship,
} as const satisfies Record<keyof Findings, z.ZodType>;
const KINDS = Object.keys(SCHEMAS) as (keyof Findings)[];

/** Entities of one kind that one answer may hold. */
const MOST = 10_000;
/** The end that CTIM gives to what has none. */
const NEVER = '2525-01-01T00:00:00.000Z';
const TIMES = new Set(['start_time', 'end_time', 'timestamp']);

export interface Tidied {
  data: Findings;
  errors: Problem[];
}

/** Findings without what is not valid, was not asked for or is too much; `errors` says what was left out. */
export function tidy(found: Found, asked: readonly Observable[], now: number): Tidied {
  const data: Record<string, { count: number; docs: readonly unknown[] }> = {};
  const errors: Problem[] = [...found.errors];
  const keys = askedBy(asked);
  for (const kind of KINDS) {
    const given = found.entities[kind];
    if (!given) continue;
    const some = given.slice(0, MOST);
    const sorted = found.isOurs ? { docs: some, bad: 0, why: '' } : sort(kind, some, keys, now);
    data[kind] = { count: sorted.docs.length, docs: sorted.docs };
    if (given.length > MOST) errors.push(tooMany(kind, given.length));
    if (sorted.bad > 0) errors.push(invalid(kind, sorted.bad, sorted.why));
  }
  return { data: data as Findings, errors };
}

function sort(kind: keyof Findings, given: readonly unknown[], asked: AskedBy, now: number) {
  const docs: unknown[] = [];
  let bad = 0;
  let why = '';
  for (const one of given) {
    const result = SCHEMAS[kind].safeParse(one);
    const reason = result.success ? unasked(result.data, asked) : firstReason(result.error);
    if (result.success && !reason) docs.push(written(result.data, asked, now));
    else [bad, why] = [bad + 1, why || reason];
  }
  return { docs, bad, why };
}

/** A verdict about something nobody asked about is not an answer. */
function unasked(entity: { type: string; observable?: Observable }, asked: AskedBy): string {
  if (entity.type !== 'verdict' || !entity.observable) return '';
  return asked(entity.observable) ? '' : 'observable: was not asked about';
}

/** The observable that was asked about and is meant by this one. */
type AskedBy = (observable: Observable) => Observable | undefined;

/** Relays hand values back in their own case, and URLs without their scheme. */
function askedBy(asked: readonly Observable[]): AskedBy {
  const exact = new Map(asked.map((one) => [observableKey(one), one]));
  const loose = new Map(asked.map((one) => [looseKey(one), one]));
  return (one) => exact.get(observableKey(one)) ?? loose.get(looseKey(one));
}

const looseKey = ({ type, value }: Observable): string =>
  `${type}:${value
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')}`;

const firstReason = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 200);
};

const written = (entity: { type: string }, asked: AskedBy, now: number): unknown =>
  inMilliseconds(entity.type === 'verdict' ? complete(entity as Verdict, asked, now) : entity);

/** About what was asked, as it was asked. Clients of CTR read these fields of a verdict without asking whether they are there. */
const complete = (verdict: Verdict, asked: AskedBy, now: number): Verdict => ({
  ...verdict,
  observable: asked(verdict.observable) ?? verdict.observable,
  disposition_name: DISPOSITIONS[verdict.disposition],
  valid_time: {
    start_time: verdict.valid_time.start_time ?? isoTime(now),
    end_time: verdict.valid_time.end_time ?? NEVER,
  },
});

const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Writes all times as `YYYY-MM-DDTHH:MM:SS.mmmZ`, whatever their offset and precision were; in place. */
function inMilliseconds<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const inner = holder[key];
    if (typeof inner === 'object') inMilliseconds(inner);
    else if (typeof inner === 'string' && TIMES.has(key) && !EXACT.test(inner)) holder[key] = exact(inner);
  }
  return value;
}

function exact(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : isoTime(ms);
}

const tooMany = (kind: string, given: number): Problem => ({
  code: 'too-many-entities-warning',
  message: `The module answered with ${given} ${kind}; only the first ${MOST} are shown.`,
  type: 'warning',
});

const invalid = (kind: string, bad: number, why: string): Problem => ({
  code: 'invalid-entities-warning',
  message: `${bad} of the ${kind} of the module were not valid and are left out (${why}).`,
  type: 'warning',
});
