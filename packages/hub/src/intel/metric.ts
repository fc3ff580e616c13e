/** How many, by time and by value: CTIA's metric calls. */
import type { Entity } from '@sightline/ctim';
import { all, between, type Condition, type Ground, moment } from './condition.ts';
import type { IntelDeps } from './entities.ts';
import { badQuery } from './fault.ts';
import { averageOf, countDistinct, countValues, type Viewer } from './find.ts';
import { type Asked, groundOf, wanted } from './search.ts';

const YEAR_MS = 366 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Hours of a year: what one histogram counts. */
const HOURS = 366 * 24;

interface Measured {
  on: Ground & { viewer: Viewer };
  condition: Condition;
  field: string;
  from: string;
  to: string;
}

interface Given {
  caller: Viewer;
  query: Asked;
}

/** The metric calls of one kind. */
export function metricHandlers(deps: IntelDeps, entity: Entity) {
  return {
    histogram: async ({ caller, query }: Given) => {
      const m = measured(deps, entity, caller, query, String(query['aggregate-on']));
      const hours = await countValues(deps.db, m.on, m.field, m.condition, { limit: HOURS, hourly: true });
      const data = histogram(hours, String(query.granularity), offsetMs(query.timezone));
      return answer('histogram', m, query, data);
    },
    topn: async ({ caller, query }: Given) => {
      const m = measured(deps, entity, caller, query);
      const options = { limit: Number(query.limit), rarest: query.sort_order === 'asc' };
      return answer('topn', m, query, await countValues(deps.db, m.on, m.field, m.condition, options));
    },
    cardinality: async ({ caller, query }: Given) => {
      const m = measured(deps, entity, caller, query);
      return answer('cardinality', m, query, await countDistinct(deps.db, m.on, m.field, m.condition));
    },
  };
}

export async function average(deps: IntelDeps, entity: Entity, { caller, query }: Given) {
  const m = measured(deps, entity, caller, query);
  return answer('avg', m, query, await averageOf(deps.db, m.on, m.field, m.condition));
}

/** `timed` is the field whose times the range is about. */
function measured(deps: IntelDeps, entity: Entity, viewer: Viewer, query: Asked, timed?: string): Measured {
  const ground = groundOf(deps, deps.db, viewer.orgId, entity, query);
  const { from, to } = rangeOf(query, ground.now);
  const field = timed ?? (entity.name === 'event' ? 'timestamp' : 'created');
  const { from: _, to: __, ...rest } = query;
  const condition = all([wanted(ground, rest), between(field, from, to, ground)]);
  return { on: { ...ground, viewer }, condition, field: String(query['aggregate-on']), from, to };
}

/** At most the year before the end. */
function rangeOf(query: Asked, now: number): { from: string; to: string } {
  const to = Date.parse(moment(String(query.to ?? 'now+1s'), now, true));
  const from = Date.parse(moment(String(query.from), now, false));
  if (Number.isNaN(to) || Number.isNaN(from))
    throw badQuery('from and to are times such as 2020-05-14T00:00:00Z.');
  return {
    from: new Date(Math.max(from, to - YEAR_MS)).toISOString(),
    to: new Date(to).toISOString(),
  };
}

function answer(type: string, m: Measured, query: Asked, data: unknown) {
  const { 'aggregate-on': _, granularity, limit, sort_order, timezone, ...filters } = query;
  const nested = m.field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), data);
  return { data: nested as Record<string, unknown>, type, filters: { ...filters, from: m.from, to: m.to } };
}

/** `+02:00` in milliseconds. */
function offsetMs(timezone: unknown): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(String(timezone ?? '')) ?? [];
  const ms = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * 60_000;
  return sign === '-' ? -ms : ms;
}

/** Hours summed up to days, weeks from Monday, or months; those between without any are there with 0. Pure. */
export function histogram(
  hours: readonly { key: string; value: number }[],
  granularity: string,
  offset: number,
): { key: string; value: number }[] {
  const sums = new Map<number, number>();
  for (const { key, value } of hours) {
    const at = startOf(Date.parse(`${key.toUpperCase()}:00:00Z`) + offset, granularity);
    if (!Number.isNaN(at)) sums.set(at, (sums.get(at) ?? 0) + value);
  }
  const found = [...sums.keys()].sort((a, b) => a - b);
  const [first, last] = [found[0], found.at(-1)];
  const data: { key: string; value: number }[] = [];
  if (first === undefined || last === undefined) return data;
  for (let at = first; at <= last; at = startOf(at + step(granularity), granularity))
    data.push({ key: new Date(at - offset).toISOString(), value: sums.get(at) ?? 0 });
  return data;
}

const DAY_MS = 24 * HOUR_MS;
/** Surely into the next one, whatever its length. */
const step = (granularity: string): number => DAY_MS * ({ day: 1, week: 7, month: 32 }[granularity] ?? 1);

function startOf(ms: number, granularity: string): number {
  const day = Math.floor(ms / DAY_MS) * DAY_MS;
  const date = new Date(day);
  if (granularity === 'week') return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return granularity === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) : day;
}
