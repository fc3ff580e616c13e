/** A piece of the store that is asked on its own: a sealed segment, or what has not been sealed yet. */
import type { Range } from '@sightline/api';
import type { Hash } from './hash.ts';
import type { Placed } from './match.ts';
import type { FieldTest, Plan } from './plan.ts';
import type { FieldName } from './terms.ts';

/** A message that answers, not read yet. */
export interface Hit extends Placed {
  /** As `encodeRecord` writes it. */
  record: string;
}

/** How many messages of a part answer, and the newest of them. */
export interface Found {
  count: number;
  hits: Hit[];
}

/** Messages of a part that answer a search, to be counted in several ways. */
export interface Chosen {
  readonly count: number;
  /** Tells how many were received in each UTC hour; an hour may come in several pieces. */
  hours(tell: (at: number, count: number) => void): void;
  /** Tells the texts of a field that more than `over` of them hold. */
  values(field: FieldName, over: number, tell: (text: string, count: number) => void): void;
  /** Those that hold a text, the newest of them as hits. */
  holding(field: FieldName, text: string, limit: number): Found;
}

export interface Part {
  /** First and last `received` of its messages; `oldest` > `newest` if it is empty. */
  readonly oldest: number;
  readonly newest: number;
  readonly maxMid: number;
  /** Messages that hold a value, within the range. */
  find(hash: Hash, range: Range, limit: number): Found;
  /** Messages that hold a string that passes. */
  span(test: FieldTest, range: Range, limit: number): Found;
  /** Messages that answer a search and come after `before` in the order of answers. */
  select(plan: Plan, range: Range, before: Placed | undefined, limit: number): Found;
  /** The same to be counted. */
  choose(plan: Plan, range: Range): Chosen;
  /** The message with this MID, also one without its beginning, unless a later version of it is elsewhere. */
  record(mid: number): string | undefined;
  /** From now on there is a later version of this message elsewhere; false if there is none here. */
  drop(mid: number): boolean;
}
