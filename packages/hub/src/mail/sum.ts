/** Answers of several appliances made one. Pure. */
import type { HistogramAnswer, MailOverview, MailSeries, Ranked, TopAnswer, TopField } from '@sightline/api';

export type ByHour = Record<MailSeries, HistogramAnswer>;

const ZERO: Record<MailSeries, number> = { all: 0, malicious: 0, spam: 0, quarantined: 0, refused: 0 };
const names = Object.keys(ZERO) as MailSeries[];

/** Hours of all, ascending, and the sums of each series. */
export function summed(answers: readonly ByHour[]): Pick<MailOverview, 'hours' | 'totals'> {
  const hours = new Map<number, Record<MailSeries, number>>();
  const totals = { ...ZERO };
  for (const answer of answers)
    for (const name of names) {
      totals[name] += answer[name].total;
      for (const { at, count } of answer[name].hours) {
        const counts = hours.get(at) ?? { ...ZERO };
        counts[name] += count;
        hours.set(at, counts);
      }
    }
  const sorted = [...hours].sort((a, b) => a[0] - b[0]);
  return { totals, hours: sorted.map(([at, counts]) => ({ at, counts })) };
}

/** The commonest values of a field over all, those that are not there in `least` messages left out. */
export function ranked(answers: readonly TopAnswer[], field: TopField, most: number, least: number): Ranked {
  const counts = new Map<string, number>();
  for (const { lists } of answers)
    for (const { value, count } of lists.find((list) => list.field === field)?.values ?? [])
      if (value !== '') counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .filter(({ count }) => count >= least)
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
    .slice(0, most);
}
