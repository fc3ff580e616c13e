/** What the store fills in when an entity is made or replaced. Pure. */
import { DISPOSITIONS, type Disposition, type Entity, isoTime, SCHEMA_VERSION } from '@sightline/ctim';
import { refusal } from './fault.ts';
import type { Doc } from './store.ts';

/** The end that CTIM gives to what has none. */
export const NEVER = '2525-01-01T00:00:00.000Z';
/** Who may read what does not say so: everyone of the organisation. */
const DEFAULT_TLP = 'amber';

/** Fields that only the store writes; what a client sends in them is not believed. */
const OURS = ['id', 'owner', 'groups', 'created', 'modified', 'client_id', 'schema_version', 'type'];

/**
 * The document of an entity as it is kept: all that may be left out is there. `before` when it replaces one.
 * @throws 400 when a judgement contradicts itself
 */
export function completed(entity: Entity, given: Doc, now: number, before?: Doc): Doc {
  const sent = Object.fromEntries(Object.entries(given).filter(([key]) => !OURS.includes(key)));
  const doc: Doc = {
    ...sent,
    type: entity.name,
    schema_version: SCHEMA_VERSION,
    timestamp: given.timestamp ?? before?.timestamp ?? isoTime(now),
    tlp: given.tlp ?? before?.tlp ?? DEFAULT_TLP,
    ...(entity.lasting === 'always' || given.valid_time ? { valid_time: validity(given, now, before) } : {}),
    ...(FILLERS[entity.name]?.(given, before) ?? {}),
  };
  return exactTimes(doc) as Doc;
}

function validity(given: Doc, now: number, before?: Doc): Doc {
  const old = before?.valid_time as Doc | undefined;
  const { start_time, end_time } = (given.valid_time ?? old ?? {}) as Doc;
  const start = start_time ?? isoTime(now);
  const end = end_time ?? NEVER;
  if (Date.parse(String(start)) > Date.parse(String(end)))
    throw refusal('valid_time: the start is after the end', {
      error: 'Invalid valid_time',
      type: 'Invalid Entity Error',
    });
  return { start_time: start, end_time: end };
}

const FILLERS: Record<string, (given: Doc, before: Doc | undefined) => Doc> = {
  judgement: disposed,
  sighting: (given) => ({ count: given.count ?? 1, confidence: given.confidence ?? 'Unknown' }),
  feed: (_, before) => ({ secret: before?.secret ?? crypto.randomUUID(), feed_view_url: undefined }),
};

/** Number and name of the disposition, each from the other. */
function disposed({ disposition, disposition_name }: Doc): Doc {
  if (disposition === undefined && disposition_name === undefined)
    return { disposition: 5, disposition_name: 'Unknown' };
  const byName = Object.entries(DISPOSITIONS).find(([, name]) => name === disposition_name)?.[0];
  const number = (disposition ?? Number(byName)) as Disposition;
  const name = DISPOSITIONS[number];
  if (disposition_name !== undefined && disposition_name !== name) {
    throw refusal(`disposition ${number} is ${name}, not ${disposition_name}`, {
      error: 'Mismatched disposition and dispositon_name for judgement',
      type: 'Invalid Entity Error',
    });
  }
  return { disposition: number, disposition_name: name };
}

const TIMES = new Set([
  'start_time',
  'end_time',
  'timestamp',
  'opened',
  'discovered',
  'reported',
  'remediated',
  'closed',
  'rejected',
  'contained',
  'date_time',
  'published_date',
  'last_modified_date',
]);

/** Times as `YYYY-MM-DDTHH:MM:SS.mmmZ`; nothing that is undefined. */
function exactTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(exactTimes);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, TIMES.has(key) ? exact(inner) : exactTimes(inner)]),
  );
}

function exact(value: unknown): unknown {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? value : isoTime(ms);
}
