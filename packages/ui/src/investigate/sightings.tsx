/** Region "Sightings": timeline and table of what was seen, when, by which module. */
import { UnstyledButton } from '@mantine/core';
import type { Severity } from '@sightline/ctim';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { ColumnMenu } from '../kit/columns.tsx';
import { Inert } from '../kit/inert.tsx';
import { EmptyState, Skeleton } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { count } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import { bins, widthName } from './bins.ts';
import type { SightingRow } from './facts.ts';
import panel from './page.module.css';
import { SeverityBars } from './severity.tsx';

const Timeline = lazy(() => import('./timeline.tsx'));

interface SightingsProps {
  /** All of them, for the timeline. */
  all: SightingRow[];
  /** Those that the filter lets through. */
  shown: SightingRow[];
  range: [number, number] | undefined;
  onRange: (range: [number, number] | undefined) => void;
  onOpen: (row: SightingRow) => void;
  /** All that was said of one sighting. */
  onDetails: (row: SightingRow) => void;
  empty: ReactNode;
}

const RANKS: Record<Severity, number> = {
  Critical: 6,
  High: 5,
  Medium: 4,
  Low: 3,
  Info: 2,
  None: 1,
  Unknown: 0,
};

const COLUMNS: Column<SightingRow>[] = [
  { id: 'module', label: 'Module', width: 104, cell: (r) => r.module, value: (r) => r.module },
  { id: 'observed', label: 'Observed', width: 266, cell: (r) => <Time at={r.at} />, value: (r) => r.at },
  {
    id: 'description',
    label: 'Description',
    cell: (r) => <Description row={r} />,
    value: (r) => r.sighting.short_description ?? r.sighting.description ?? '',
  },
  {
    id: 'confidence',
    label: 'Confidence',
    width: 86,
    cell: (r) => r.sighting.confidence,
    value: (r) => r.sighting.confidence,
  },
  {
    id: 'severity',
    label: 'Severity',
    width: 86,
    cell: (r) => <SeverityBars severity={r.sighting.severity ?? 'Unknown'} />,
    value: (r) => RANKS[r.sighting.severity ?? 'Unknown'],
  },
  {
    id: 'resolution',
    label: 'Resolution',
    width: 90,
    cell: (r) => r.sighting.resolution ?? '',
    value: (r) => r.sighting.resolution ?? '',
  },
];

function Description({ row: { sighting } }: { row: SightingRow }): ReactNode {
  const text = sighting.description ?? sighting.short_description ?? sighting.title ?? '';
  return (
    <span title={text}>
      <Inert text={text} />
    </span>
  );
}

const details = (open: (row: SightingRow) => void): Column<SightingRow> => ({
  id: 'details',
  label: 'Details',
  width: 70,
  cell: (row) => (
    <UnstyledButton className={panel.link} onClick={() => open(row)}>
      Open
    </UnstyledButton>
  ),
});

export function Sightings({
  all,
  shown,
  range,
  onRange,
  onOpen,
  onDetails,
  empty,
}: SightingsProps): ReactNode {
  const internal = all.filter((row) => row.sighting.internal !== false).length;
  const global = all.length - internal;
  const columns = useMemo(() => [...COLUMNS, details(onDetails)], [onDetails]);
  return (
    <section className={panel.panel} aria-label="Sightings" id="sightings" tabIndex={-1}>
      <div className={panel.panelHead}>
        <h2>Sightings</h2>
        <span className={panel.count}>
          <i className={panel.swatch} data-series="internal" aria-hidden />
          {count(internal, 'sighting')} in my environment
          {global > 0 && (
            <>
              {' · '}
              <i className={panel.swatch} data-series="global" aria-hidden />
              {global} elsewhere
            </>
          )}
          {shown.length < all.length && ` · ${shown.length} shown`}
        </span>
        <span className={panel.grow} />
        {all.length > 0 && (
          <span className={panel.count}>{`bars of ${widthName(bins(all).width)} · drag to filter`}</span>
        )}
        <ColumnMenu table="Sightings" columns={columns} />
      </div>
      {all.length > 0 ? (
        <>
          <Suspense fallback={<Skeleton rows={3} />}>
            <Timeline rows={all} range={range} onRange={onRange} />
          </Suspense>
          <Table
            label="Sightings"
            bare
            rows={shown}
            columns={columns}
            minWidth={940}
            height={Math.min(shown.length, 10) * 28 + 42}
            rowKey={(row) => row.id}
            sort={{ id: 'observed', desc: true }}
            onOpen={onOpen}
            empty={
              <EmptyState title="No sighting passes the filter">
                Remove the filter to see all again.
              </EmptyState>
            }
          />
        </>
      ) : (
        empty
      )}
    </section>
  );
}
