/** Hours of mail as bars that fit the page. Pure. */
import { type MailOverview, MailSeries } from '@sightline/api';

export interface Bar {
  /** Half-open, epoch milliseconds. */
  from: number;
  to: number;
  counts: Record<MailSeries, number>;
}

const HOUR = 3_600_000;
const WIDTHS = [1, 3, 6, 12, 24, 48, 72].map((hours) => hours * HOUR);
const MOST = 60;

/** At most 60 bars of a round width over the whole range, those without mail too. */
export function bars({ from, to, hours }: Pick<MailOverview, 'from' | 'to' | 'hours'>): Bar[] {
  const width = WIDTHS.find((w) => (to - from) / w < MOST - 1) ?? 72 * HOUR;
  const first = Math.floor(from / width) * width;
  const n = Math.floor((to - first) / width) + 1;
  const made = Array.from({ length: n }, (_, i): Bar => {
    const start = first + i * width;
    return { from: start, to: start + width, counts: zero() };
  });
  for (const { at, counts } of hours) {
    const bar = made[Math.floor((at - first) / width)];
    if (bar) for (const name of MailSeries.options) bar.counts[name] += counts[name];
  }
  return made;
}

const zero = (): Bar['counts'] => ({ all: 0, malicious: 0, spam: 0, quarantined: 0, refused: 0 });

/** Share of the highest bar, 0 to 1. */
export const most = (all: readonly Bar[]): number => Math.max(1, ...all.map((bar) => bar.counts.all));
