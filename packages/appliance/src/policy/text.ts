/** Conditions on text. */
import type { TextCondition } from '@sightline/api';
import { type Expression, expression } from './expression.ts';

type Test = Pick<TextCondition, 'op' | 'value'>;

const MOST_KEPT = 1000;
const kept = new Map<string, Expression>();

function compiled(source: string): Expression {
  const known = kept.get(source);
  if (known) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const fresh = expression(source);
  kept.set(source, fresh);
  return fresh;
}

/** Without regard to `not`. */
export function holds({ op, value }: Test, text: string): boolean {
  if (op === 'exists') return text !== '';
  if (op === 'matches') return compiled(value).test(text);
  const [whole, part] = [text.toLowerCase(), value.toLowerCase()];
  if (op === 'contains') return whole.includes(part);
  if (op === 'begins with') return whole.startsWith(part);
  return op === 'ends with' ? whole.endsWith(part) : whole === part;
}

/** Of any of the texts; with `not`, of none of them. */
export const holdsForAny = (condition: TextCondition, texts: readonly string[]): boolean =>
  texts.some((text) => holds(condition, text)) !== condition.not;

/** A test as the reader of the message answers it, so that bodies need not leave it. */
export const keyOf = ({ op, value }: Test): string => `${op} ${value}`;

export const wordsOf = ({ op, value, not }: TextCondition): string =>
  `${not ? 'does not ' : ''}${op === 'exists' ? 'exist' : `${op} "${value}"`}`;
