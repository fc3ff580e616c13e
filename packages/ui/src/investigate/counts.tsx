/** Region "Metrics": counts whose numbers lead to their rows. */
import { UnstyledButton } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import type { Metric, MetricId } from './metrics.ts';
import css from './page.module.css';

interface MetricsProps {
  list: Metric[];
  onOpen: (id: MetricId) => void;
  /** Chips of the filters that are on. */
  children?: ReactNode;
}

export function Metrics({ list, onOpen, children }: MetricsProps): ReactNode {
  return (
    <section aria-label="Metrics" className={css.metrics}>
      <span>
        {list.map(({ id, count, word }, i) => (
          <Fragment key={id}>
            <span className={css.oneMetric}>
              <UnstyledButton
                className={css.metric}
                data-zero={count === 0 || undefined}
                onClick={() => onOpen(id)}
              >
                <b>{count}</b> {word}
              </UnstyledButton>
              {i < list.length - 1 && <span className={css.dot}> ·</span>}
            </span>{' '}
          </Fragment>
        ))}
      </span>
      {children}
    </section>
  );
}
