import type { HistogramAnswer, TopAnswer } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { type ByHour, ranked, summed } from './sum.ts';

const HOUR = 3_600_000;
const hours = (...counts: [at: number, count: number][]): HistogramAnswer => ({
  hours: counts.map(([at, count]) => ({ at: at * HOUR, count })),
  total: counts.reduce((sum, [, count]) => sum + count, 0),
  totalIs: 'exact',
  indexedUntil: 0,
});
const none = hours();
const byHour = (given: Partial<ByHour>): ByHour => ({
  all: none,
  malicious: none,
  spam: none,
  quarantined: none,
  refused: none,
  ...given,
});
const top = (...values: [string, number][]): TopAnswer => ({
  lists: [
    {
      field: 'subject',
      values: values.map(([value, count]) => ({ value, count })),
      valuesAre: 'all',
    },
  ],
  indexedUntil: 0,
});

describe('the mail of several appliances', () => {
  it('is added up by hour and series', () => {
    const sum = summed([
      byHour({ all: hours([1, 5], [2, 1]), spam: hours([1, 2]) }),
      byHour({ all: hours([1, 1], [0, 4]) }),
    ]);
    expect(sum.totals).toEqual({ all: 11, malicious: 0, spam: 2, quarantined: 0, refused: 0 });
    expect(sum.hours.map(({ at, counts }) => [at / HOUR, counts.all, counts.spam])).toEqual([
      [0, 4, 0],
      [1, 6, 2],
      [2, 1, 0],
    ]);
  });

  it('has its commonest values counted over all of them', () => {
    const lists = [top(['a', 3], ['b', 2], ['', 9], ['c', 1]), top(['b', 4], ['d', 3])];
    expect(ranked(lists, 'subject', 3, 2)).toEqual([
      { value: 'b', count: 6 },
      { value: 'a', count: 3 },
      { value: 'd', count: 3 },
    ]);
    expect(ranked(lists, 'recipient', 3, 1)).toEqual([]);
  });
});
