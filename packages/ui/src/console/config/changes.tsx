import type { Change } from '@sightline/api';
import type { ReactNode } from 'react';
import { EmptyState } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { changeText } from './change.ts';
import css from './config.module.css';

const COLUMNS: Column<Change>[] = [
  {
    id: 'setting',
    label: 'Setting',
    cell: (c) => (
      <span className={css.setting} title={c.path}>
        {changeText(c).label}
      </span>
    ),
  },
  { id: 'from', label: 'From', cell: (c) => <span className={css.old}>{changeText(c).from}</span> },
  { id: 'to', label: 'To', cell: (c) => <span className={css.value}>{changeText(c).to}</span> },
];

/** Which settings change, from what, to what. */
export function Changes({ changes, label }: { changes: Change[]; label: string }): ReactNode {
  return (
    <Table
      label={label}
      rows={changes}
      columns={COLUMNS}
      rowKey={(c) => c.path}
      minWidth={560}
      empty={<EmptyState title="No setting changed" />}
    />
  );
}
