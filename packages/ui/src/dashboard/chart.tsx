/** Mail over time: a bar for each span, what was bad in it in colour; a bar opens its messages. */
import type { MailOverview } from '@sightline/api';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { count } from '../kit/text.ts';
import { absolute } from '../kit/time.ts';
import { useZone } from '../kit/when.tsx';
import { type Bar, bars, most } from './bars.ts';
import css from './dashboard.module.css';
import { SERIES } from './series.ts';

const BAD = SERIES.filter(({ id }) => id !== 'all');

export function Chart({ of }: { of: MailOverview }): ReactNode {
  const { zone } = useZone();
  const all = useMemo(() => bars(of), [of]);
  const highest = most(all);
  return (
    <>
      <span className={css.most} aria-hidden="true">
        {highest.toLocaleString('en-US')}
      </span>
      <ol className={css.chart} aria-label="Messages over time">
        {all.map((bar) => (
          <li key={bar.from}>
            {bar.counts.all > 0 && <Column bar={bar} highest={highest} when={absolute(bar.from, zone)} />}
          </li>
        ))}
      </ol>
      <div className={css.times} aria-hidden="true">
        {marks(of.from, of.to).map((at) => (
          <span key={at}>{absolute(at, zone).slice(5, 16)}</span>
        ))}
      </div>
    </>
  );
}

/** Five times from one end to the other. */
const marks = (from: number, to: number): number[] =>
  [0, 1, 2, 3, 4].map((n) => from + ((to - from) * n) / 4);

function Column({ bar, highest, when }: { bar: Bar; highest: number; when: string }): ReactNode {
  const { counts, from, to } = bar;
  const parts = BAD.filter(({ id }) => counts[id] > 0);
  const words = parts.map(({ id, label }) => `${counts[id]} ${label.toLowerCase()}`);
  const name = [`${when}: ${count(counts.all, 'message')}`, ...words].join(', ');
  return (
    <Link
      to={'/mail' as never}
      search={{ from, to } as never}
      className={css.column}
      aria-label={name}
      title={name}
      style={{ height: `${Math.max(2, (counts.all / highest) * 100)}%` }}
    >
      {parts.map(({ id, color }) => (
        <i
          key={id}
          style={{ background: color, height: `${Math.min(100, (counts[id] / counts.all) * 100)}%` }}
        />
      ))}
    </Link>
  );
}
