/** Region "Sightings": timeline and table of what was seen, when, by which module. */
import type { Severity } from '@sightline/ctim';
import { lazy, type ReactNode, Suspense } from 'react';
import { Inert } from '../kit/inert.tsx';
import { EmptyState, Skeleton } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { count } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
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
  active: string | undefined;
  onOpen: (row: SightingRow) => void;
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
  { id: 'module', label: 'Module', width: 130, cell: (r) => r.module, value: (r) => r.module },
  { id: 'observed', label: 'Observed', width: 232, cell: (r) => <Time at={r.at} />, value: (r) => r.at },
  {
    id: 'description',
    label: 'Description',
    cell: (r) => <Description row={r} />,
    value: (r) => r.sighting.short_description ?? r.sighting.description ?? '',
  },
  {
    id: 'confidence',
    label: 'Confidence',
    width: 92,
    cell: (r) => r.sighting.confidence,
    value: (r) => r.sighting.confidence,
  },
  {
    id: 'severity',
    label: 'Severity',
    width: 100,
    cell: (r) => <SeverityBars severity={r.sighting.severity ?? 'Unknown'} />,
    value: (r) => RANKS[r.sighting.severity ?? 'Unknown'],
  },
  {
    id: 'resolution',
    label: 'Resolution',
    width: 96,
    cell: (r) => r.sighting.resolution ?? '',
    value: (r) => r.sighting.resolution ?? '',
  },
  { id: 'details', label: 'Details', width: 220, cell: (r) => <Details row={r} /> },
];

function Description({ row: { sighting } }: { row: SightingRow }): ReactNode {
  const text = sighting.description ?? sighting.short_description ?? sighting.title ?? '';
  return (
    <span title={text}>
      <Inert text={text} />
    </span>
  );
}

/** The first row of the sighting's own table, as `Direction: incoming · Last state: Delivered`. */
function Details({ row: { sighting } }: { row: SightingRow }): ReactNode {
  const [cells] = sighting.data?.rows ?? [];
  const pairs = (sighting.data?.columns ?? []).flatMap((column, i) => {
    const cell = cells?.[i];
    return cell === undefined || cell === null || cell === '' ? [] : [`${column.name}: ${String(cell)}`];
  });
  const text = pairs.join(' · ');
  return (
    <span className="muted" title={text}>
      <Inert text={text} />
    </span>
  );
}

export function Sightings({ all, shown, range, onRange, active, onOpen, empty }: SightingsProps): ReactNode {
  const internal = all.filter((row) => row.sighting.internal !== false).length;
  const global = all.length - internal;
  return (
    <section className={panel.panel} aria-label="Sightings" id="sightings" tabIndex={-1}>
      <div className={panel.panelHead}>
        <h2>Sightings</h2>
        <span className={panel.count}>
          {count(internal, 'sighting')} in my environment
          {global > 0 && ` · ${global} elsewhere`}
          {shown.length < all.length && ` · ${shown.length} shown`}
        </span>
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
            columns={COLUMNS}
            minWidth={1020}
            height={Math.min(shown.length, 10) * 28 + 42}
            rowKey={(row) => row.id}
            sort={{ id: 'observed', desc: true }}
            activeKey={active}
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
