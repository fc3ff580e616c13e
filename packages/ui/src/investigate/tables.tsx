/** Region "Observables": what it was about. */
import type { ReactNode } from 'react';
import { ColumnMenu } from '../kit/columns.tsx';
import { look } from '../kit/disposition.ts';
import { DispositionBadge } from '../kit/icons.tsx';
import { typeName } from '../kit/observable.ts';
import { type Column, Table } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import type { ObservableRow } from './facts.ts';
import panel from './page.module.css';

export interface PanelProps<T> {
  rows: T[];
  active: string | undefined;
  onOpen: (key: string) => void;
}

export const heightOf = (rows: number): number => Math.min(Math.max(rows, 1), 12) * 28 + 42;

const OBSERVABLES: Column<ObservableRow>[] = [
  {
    id: 'observable',
    label: 'Observable',
    cell: (o) => <ObservableTag observable={o.observable} limit={44} />,
    value: (o) => o.observable.value,
  },
  {
    id: 'type',
    label: 'Type',
    width: 128,
    cell: (o) => typeName(o.observable.type),
    value: (o) => typeName(o.observable.type),
  },
  {
    id: 'standing',
    label: 'Disposition',
    width: 110,
    cell: (o) => <DispositionBadge standing={o.standing} />,
    value: (o) => look(o.standing).rank,
  },
  {
    id: 'sightings',
    label: 'Sightings',
    width: 84,
    right: true,
    cell: (o) => o.sightings,
    value: (o) => o.sightings,
  },
  {
    id: 'role',
    label: 'Role',
    width: 96,
    cell: (o) => (o.searched ? 'Investigated' : <span className="muted">Related</span>),
    value: (o) => (o.searched ? 0 : 1),
  },
];

export function Observables({ rows, active, onOpen }: PanelProps<ObservableRow>): ReactNode {
  const searched = rows.filter((row) => row.searched).length;
  const related = rows.length - searched;
  return (
    <section className={panel.panel} aria-label="Observables" id="observables" tabIndex={-1}>
      <div className={panel.panelHead}>
        <h2>Observables</h2>
        <span className={panel.count}>
          {searched} investigated{related > 0 && ` · ${related} related`}
        </span>
        <span className={panel.grow} />
        <ColumnMenu table="Observables" columns={OBSERVABLES} />
      </div>
      <Table
        label="Observables"
        bare
        rows={rows}
        columns={OBSERVABLES}
        minWidth={620}
        height={heightOf(rows.length)}
        rowKey={(row) => row.key}
        activeKey={active}
        onOpen={(row) => onOpen(row.key)}
      />
    </section>
  );
}
