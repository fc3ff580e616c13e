/** Which of the judgements on an observable counts. Pure. */
import type { Judgement, Verdict } from '@sightline/ctim';

type Judged = Pick<
  Judgement,
  'id' | 'disposition' | 'disposition_name' | 'observable' | 'priority' | 'valid_time'
>;

/**
 * CTIA's rule: of those that are good now the one of the highest priority; of these the lowest disposition (Clean
 * before Malicious … Unknown); of these the one that has been good for longest.
 */
export function verdictOf(judgements: readonly Judged[], now: number): Verdict | undefined {
  const [first] = judgements.filter((one) => isGood(one, now)).sort(precedence);
  if (!first) return undefined;
  const { disposition, disposition_name, observable, valid_time, id } = first;
  return { type: 'verdict', disposition, disposition_name, observable, valid_time, judgement_id: id };
}

const startOf = ({ valid_time }: Pick<Judged, 'valid_time'>): number =>
  Date.parse(valid_time.start_time ?? '') || 0;

export const isGood = ({ valid_time }: Pick<Judged, 'valid_time'>, now: number): boolean =>
  startOf({ valid_time }) <= now &&
  (valid_time.end_time === undefined || Date.parse(valid_time.end_time) > now);

const precedence = (a: Judged, b: Judged): number =>
  b.priority - a.priority || a.disposition - b.disposition || startOf(a) - startOf(b);
