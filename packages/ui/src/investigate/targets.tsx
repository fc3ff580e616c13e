/** Region "Targets": who was touched; several can be selected and worked on together. */
import { type ReactNode, useMemo, useState } from 'react';
import { Status } from '../console/parts.tsx';
import { stepTone } from '../console/tracking/step.ts';
import { ColumnMenu } from '../kit/columns.tsx';
import { EmptyState } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { count, visible } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import { MailboxButton } from '../respond/mailboxbutton.tsx';
import { Bulk, observablesOf } from './bulk.tsx';
import { messageIdsOf, type SightingRow, type TargetRow } from './facts.ts';
import panel from './page.module.css';
import { heightOf, type PanelProps } from './tables.tsx';

const TARGETS: Column<TargetRow>[] = [
  {
    id: 'target',
    label: 'Target',
    cell: (t) => t.observables.map((o) => <ObservableTag key={o.type + o.value} observable={o} limit={40} />),
    value: (t) => t.observables[0]?.value ?? '',
  },
  {
    id: 'state',
    label: 'What became of it',
    width: 168,
    cell: (t) => <States of={t.states} />,
    value: (t) => t.states.map(([state]) => state).join(),
  },
  { id: 'type', label: 'Type', width: 80, cell: (t) => t.type, value: (t) => t.type },
  {
    id: 'sightings',
    label: 'Sightings',
    width: 84,
    right: true,
    cell: (t) => t.sightings,
    value: (t) => t.sightings,
  },
  {
    id: 'first',
    label: 'First seen',
    width: 124,
    cell: (t) => <Time at={t.first} only="relative" />,
    value: (t) => t.first,
  },
  {
    id: 'last',
    label: 'Last seen',
    width: 124,
    cell: (t) => <Time at={t.last} only="relative" />,
    value: (t) => t.last,
  },
];

/** `delivered`; with numbers where several messages went different ways. */
const States = ({ of }: { of: TargetRow['states'] }): ReactNode =>
  of.map(([state, n], i) => (
    <span key={state}>
      {i > 0 && ', '}
      {of.length > 1 && `${n} `}
      <Status tone={stepTone(state)}>{state}</Status>
    </span>
  ));

/** A column of boxes; the one in its head selects all. */
const boxes = (
  rows: TargetRow[],
  picked: ReadonlySet<string>,
  pick: (keys: Set<string>) => void,
): Column<TargetRow> => ({
  id: 'picked',
  width: 34,
  label: (
    <input
      type="checkbox"
      aria-label="Select all targets"
      checked={rows.length > 0 && rows.every(({ key }) => picked.has(key))}
      onChange={(e) => pick(new Set(e.currentTarget.checked ? rows.map(({ key }) => key) : []))}
    />
  ),
  cell: ({ key, observables }) => (
    <input
      type="checkbox"
      data-select
      aria-label={`Select ${visible(observables[0]?.value ?? key)}`}
      checked={picked.has(key)}
      onChange={(e) => {
        const next = new Set(picked);
        if (e.currentTarget.checked) next.add(key);
        else next.delete(key);
        pick(next);
      }}
    />
  ),
});

interface TargetsProps extends PanelProps<TargetRow> {
  /** What they were sighted in. */
  sightings: readonly SightingRow[];
}

export function Targets({ rows, sightings, active, onOpen }: TargetsProps): ReactNode {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const columns = useMemo(() => [boxes(rows, picked, setPicked), ...TARGETS], [rows, picked]);
  // What a filter takes out of the table is not acted on.
  const chosen = rows.filter(({ key }) => picked.has(key));
  return (
    <section className={panel.panel} aria-label="Targets" id="targets" tabIndex={-1}>
      <div className={panel.panelHead}>
        <h2>Targets</h2>
        <span className={panel.count}>{count(rows.length, 'target')}</span>
        <span className={panel.grow} />
        <ColumnMenu table="Targets" columns={columns} />
      </div>
      {chosen.length > 0 && (
        <Bulk rows={chosen} onClear={() => setPicked(new Set())}>
          <MailboxButton
            messageIds={messageIdsOf(sightings, new Set(chosen.map(({ key }) => key)))}
            recipients={observablesOf(chosen)
              .filter(({ type }) => type === 'email')
              .map(({ value }) => value)}
          />
        </Bulk>
      )}
      <Table
        label="Targets"
        bare
        rows={rows}
        columns={columns}
        minWidth={780}
        height={rows.length > 0 ? heightOf(rows.length) : 'auto'}
        rowKey={(row) => row.key}
        activeKey={active}
        onOpen={(row) => onOpen(row.key)}
        empty={
          <EmptyState title="No targets">
            Nobody in your environment was touched by what was asked about.
          </EmptyState>
        }
      />
    </section>
  );
}
