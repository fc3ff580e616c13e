/** Counting everything that a search finds: by hour, and the commonest values of a field. */
import type { Range, TopField, TopSearch, WholeSearch } from '@sightline/api';
import type { Hasher } from './hash.ts';
import { newestFirst } from './match.ts';
import type { Chosen, Hit, Part } from './part.ts';
import { type Plan, planOf } from './plan.ts';
import type { FieldName } from './terms.ts';

export interface Hours {
  /** Ascending. */
  hours: { at: number; count: number }[];
  total: number;
  totalIs: 'exact' | 'at_least';
}

/** The commonest values of a field: folded, with the newest record that holds each. */
export interface Ranking {
  field: TopField;
  values: { text: string; count: number; record: string }[];
  valuesAre: 'all' | 'some';
}

/** Yields between parts; `expired` ends it with what has been counted. */
export function* histogram(
  parts: readonly Part[],
  q: WholeSearch,
  hash: Hasher,
  expired: () => boolean,
): Generator<void, Hours> {
  const counts = new Map<number, number>();
  const { chosen, whole } = yield* choose(parts, planOf(q, hash), q.range, expired);
  for (const one of chosen) one.hours((at, count) => counts.set(at, (counts.get(at) ?? 0) + count));
  return {
    hours: [...counts].map(([at, count]) => ({ at, count })).sort((a, b) => a.at - b.at),
    total: sum(chosen),
    totalIs: whole ? 'exact' : 'at_least',
  };
}

/** As `histogram`. */
export function* top(
  parts: readonly Part[],
  q: TopSearch,
  hash: Hasher,
  expired: () => boolean,
): Generator<void, Ranking[]> {
  const { chosen, whole } = yield* choose(parts, planOf(q, hash), q.range, expired);
  const rankings: Ranking[] = [];
  for (const field of q.fields) {
    const { values, certain } = yield* rank(chosen, FIELD[field], q.most, expired);
    rankings.push({ field, values, valuesAre: whole && certain ? 'all' : 'some' });
  }
  return rankings;
}

const FIELD: Record<TopField, FieldName> = {
  sender: 'sender',
  recipient: 'recipient',
  host: 'ip',
  subject: 'subject',
  attachment: 'attachment',
};

const sum = (chosen: readonly Chosen[]): number => chosen.reduce((n, one) => n + one.count, 0);

function* choose(
  parts: readonly Part[],
  plan: Plan,
  range: Range,
  expired: () => boolean,
): Generator<void, { chosen: Chosen[]; whole: boolean }> {
  const chosen: Chosen[] = [];
  for (const part of parts) {
    if (part.newest < range.from || part.oldest >= range.to) continue;
    if (expired() && chosen.length > 0) return { chosen, whole: false };
    const one = part.choose(plan, range);
    if (one.count > 0) chosen.push(one);
    yield;
  }
  return { chosen, whole: true };
}

/** Messages from which on texts that are rare in a part are not looked at in it. */
const MANY = 400_000;
/** Texts whose exact count is looked up. */
const MOST_CANDIDATES = 300;

interface Ranked {
  values: Ranking['values'];
  /** No other value can belong among them. */
  certain: boolean;
}

/**
 * Every text that is common in some part is a candidate; what is missing of its count is looked up. `over` is so
 * small that a text that is a candidate nowhere is rarer than those found, or it is said that this is not certain.
 */
function* rank(
  chosen: readonly Chosen[],
  field: FieldName,
  most: number,
  expired: () => boolean,
): Generator<void, Ranked> {
  const over = Math.floor(sum(chosen) / MANY);
  const atLeast = new Map<string, number>();
  let looked = 0;
  for (const part of chosen) {
    if (expired() && looked > 0) break;
    part.values(field, over, (text, count) => atLeast.set(text, (atLeast.get(text) ?? 0) + count));
    looked++;
    yield;
  }
  const missing = over * chosen.length;
  const { candidates, cut } = candidatesOf(atLeast, most, missing);
  const values: Ranking['values'] = [];
  for (const text of candidates) {
    values.push({ text, ...counted(chosen, field, text) });
    yield;
  }
  values.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)).splice(most);
  const rarest = values.length < most ? 0 : (values.at(-1)?.count ?? 0);
  return { values, certain: looked === chosen.length && !cut && (missing === 0 || rarest > missing) };
}

/** Texts that may belong among the `most` commonest when up to `missing` may be missing of each count. */
function candidatesOf(atLeast: Map<string, number>, most: number, missing: number) {
  const sorted = [...atLeast].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const needed = (sorted[most - 1]?.[1] ?? 0) - missing;
  const may = missing === 0 ? sorted.slice(0, most) : sorted.filter(([, count]) => count >= needed);
  return {
    candidates: may.slice(0, MOST_CANDIDATES).map(([text]) => text),
    cut: may.length > MOST_CANDIDATES,
  };
}

/** Exact count of a text and the newest record that holds it. */
function counted(
  chosen: readonly Chosen[],
  field: FieldName,
  text: string,
): { count: number; record: string } {
  let count = 0;
  let newest: Hit | undefined;
  for (const part of chosen) {
    const found = part.holding(field, text, 1);
    count += found.count;
    const [hit] = found.hits;
    if (hit && (!newest || newestFirst(hit, newest) < 0)) newest = hit;
  }
  return { count, record: newest?.record ?? '' };
}
