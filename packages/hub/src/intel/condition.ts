/** A query's tree as SQL over the rows `e` of `intel_entity` of one organisation and kind. */
import type { Entity } from '@sightline/ctim';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { FullText } from './fulltext.ts';
import type { Query } from './query.ts';
import { foldedValue, isSentence, usualFields, wordIn } from './terms.ts';
import { shortened } from './wire.ts';
import { fold, wordsOf } from './words.ts';

export type Condition = RawBuilder<SqlBool>;

export interface Ground {
  entity: Entity;
  orgId: string;
  fullText: FullText;
  /** Address of this hub: its long ids are short in the store. */
  origin: string;
  /** Epoch milliseconds, for `now` in ranges. */
  now: number;
  /** Fields that words without a field are looked for in, when not the usual ones. */
  fields?: readonly string[] | undefined;
  /** Few are left by other conditions: each of them is looked at, instead of all that this one is true of. */
  each?: boolean | undefined;
}

const TRUE = sql<SqlBool>`1 = 1`;
const FALSE = sql<SqlBool>`1 = 0`;

export function conditionOf(query: Query, on: Ground): Condition {
  switch (query.kind) {
    case 'all':
      return TRUE;
    case 'and':
      return all(query.parts.map((part) => conditionOf(part, on)));
    case 'or':
      return any(query.parts.map((part) => conditionOf(part, on)));
    case 'not':
      return sql<SqlBool>`NOT (${conditionOf(query.part, on)})`;
    case 'exists':
      return having(
        on,
        sql`(t.field = ${query.field} OR t.field LIKE ${`${escaped(query.field)}.%`} ESCAPE '\\')`,
      );
    case 'range':
      return rangeOf(query, on);
    case 'term':
      return termOf(query, on);
  }
}

export const all = (parts: readonly Condition[]): Condition =>
  parts.length === 0 ? TRUE : sql<SqlBool>`(${sql.join(parts, sql` AND `)})`;
export const any = (parts: readonly Condition[]): Condition =>
  parts.length === 0 ? FALSE : sql<SqlBool>`(${sql.join(parts, sql` OR `)})`;

/** One of these values exactly, as a filter of the address has it; words of a sentence. */
export function valueIs(field: string, values: readonly string[], on: Ground): Condition {
  if (isSentence(field)) return any(values.map((value) => words(wordsOf(value), field, false, on)));
  const folded = values.map((value) => foldedValue(shortened(value, on.origin)));
  return having(on, sql`t.field = ${field} AND t.value IN (${sql.join(folded)})`);
}

/** `value` within these bounds, both of which count. */
export const between = (
  field: string,
  from: string | undefined,
  to: string | undefined,
  on: Ground,
): Condition => rangeOf({ kind: 'range', field, from, to, open: [false, true] }, on);

const having = (on: Ground, what: RawBuilder<unknown>): Condition =>
  on.each
    ? sql<SqlBool>`EXISTS (SELECT 1 FROM intel_term t WHERE t.seq = e.seq AND ${what})`
    : sql<SqlBool>`e.seq IN (SELECT t.seq FROM intel_term t
    WHERE t.org_id = ${on.orgId} AND t.type = ${on.entity.name} AND ${what})`;

function termOf(query: Extract<Query, { kind: 'term' }>, on: Ground): Condition {
  const { field, pattern } = query;
  const value = shortened(query.value, on.origin);
  const known = field ?? undefined;
  if (pattern) return patternOf(value, known, on);
  if (known !== undefined && !isSentence(known)) return valueIs(known, [value], on);
  return inText(wordsOf(value), known, false, on);
}

/** Words that follow each other, in one field or the usual ones. */
function inText(list: string[], field: string | undefined, prefix: boolean, on: Ground): Condition {
  if (field !== undefined || !on.fields) return words(list, field, prefix, on);
  return any(
    on.fields.map((one) =>
      isSentence(one)
        ? words(list, one, prefix, on)
        : having(
            on,
            sql`t.field = ${one} AND t.value LIKE ${`%${list.map(escaped).join('%')}%`} ESCAPE '\\'`,
          ),
    ),
  );
}

function words(list: string[], field: string | undefined, prefix: boolean, on: Ground): Condition {
  if (list.length === 0) return FALSE;
  return on.fullText.follows(field === undefined ? list : list.map((word) => wordIn(field, word)), prefix);
}

/** `phish*` by full text where it can be; other patterns by the rows of the fields. */
function patternOf(value: string, field: string | undefined, on: Ground): Condition {
  const isWords = field === undefined || isSentence(field);
  if (isWords && /^[^*?\\]+\*$/.test(value)) return inText(wordsOf(value), field, true, on);
  const fields = field === undefined ? (on.fields ?? usualFields(on.entity)) : [field];
  return having(on, sql`t.field IN (${sql.join(fields)}) AND t.value LIKE ${likeOf(value)} ESCAPE '\\'`);
}

/** `*` and `?` as LIKE has them; a backslash before one means the character itself. */
export const likeOf = (pattern: string): string =>
  fold(pattern).replace(/\\(.)|[*?]|[%_]/gs, (whole, plain: string | undefined) => {
    if (plain !== undefined) return escaped(plain);
    if (whole === '*') return '%';
    return whole === '?' ? '_' : `\\${whole}`;
  });

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function rangeOf(query: Extract<Query, { kind: 'range' }>, on: Ground): Condition {
  const { field, from, to, open } = query;
  const numeric = [from, to].every((bound) => bound === undefined || /^-?\d+(?:\.\d+)?$/.test(bound));
  const column = numeric ? sql`t.number` : sql`t.value`;
  const boundOf = (bound: string, up: boolean): string | number =>
    numeric ? Number(bound) : foldedValue(moment(bound, on.now, up));
  const parts: RawBuilder<unknown>[] = [sql`t.field = ${field}`];
  if (from !== undefined) parts.push(sql`${column} ${open[0] ? sql`>` : sql`>=`} ${boundOf(from, open[0])}`);
  if (to !== undefined) parts.push(sql`${column} ${open[1] ? sql`<` : sql`<=`} ${boundOf(to, !open[1])}`);
  return having(on, sql.join(parts, sql` AND `));
}

const UNITS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  H: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
};

/** `now-7d` and `2020-05-14` as times; a day that is an upper bound counts to its end. Anything else as it is. */
export function moment(text: string, now: number, up: boolean): string {
  const relative = /^now(?:([+-])(\d{1,5})([smhHdwMy]))?(?:\/[dhwMy])?$/.exec(text);
  if (relative) {
    const [, sign, count, unit] = relative;
    const by = Number(count ?? 0) * (UNITS[unit ?? 's'] ?? 0);
    return new Date(now + (sign === '-' ? -by : by)).toISOString();
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T${up ? '23:59:59.999' : '00:00:00.000'}Z`;
  return text;
}
