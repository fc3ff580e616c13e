/** Hours of a histogram put together into as many bars as there is room for. */
import type { HistogramAnswer } from '@sightline/api';

const HOUR = 3_600_000;
/** Hours of one bar. */
const WIDTHS = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672, 1344];
const MOST = 60;

export interface Bin {
  from: number;
  /** Not included. */
  to: number;
  count: number;
}

/** Bars of one width that cover the range, empty ones too; those of a day or more begin at midnight UTC. */
export function binsOf(
  { hours }: Pick<HistogramAnswer, 'hours'>,
  range: { from: number; to: number },
): Bin[] {
  const wide = (range.to - range.from) / HOUR / MOST;
  const width = (WIDTHS.find((w) => w >= wide) ?? Math.ceil(wide)) * HOUR;
  const start = range.from - (range.from % width);
  const bins: Bin[] = [];
  for (let from = start; from < range.to; from += width) bins.push({ from, to: from + width, count: 0 });
  for (const { at, count } of hours) {
    const bin = bins[Math.floor((at - start) / width)];
    if (bin) bin.count += count;
  }
  return bins;
}
