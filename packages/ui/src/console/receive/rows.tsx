/** A table of entries that are edited, removed, and put in order by dragging or with the keyboard. */
import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMay } from '../../kit/may.tsx';
import { Handle, useOrder } from './order.tsx';
import css from './receive.module.css';

export interface Row {
  /** What it is called in labels. */
  name: string;
  cells: ReactNode[];
  /** Without these it can only be looked at. */
  onEdit?: () => void;
  onRemove?: () => void;
  /** Why it cannot be removed. */
  kept?: string;
}

interface RowsProps {
  label: string;
  head: string[];
  rows: Row[];
  /** Rows that stand below and never move. */
  last?: Row[];
  onMove?: (from: number, to: number) => void;
}

export function Rows({ label, head, rows, last = [], onMove }: RowsProps): ReactNode {
  const may = useMay('config:submit');
  const ordered = onMove !== undefined && may;
  const order = useOrder<HTMLTableElement>(
    rows.map((row) => row.name),
    (from, to) => onMove?.(from, to),
  );
  return (
    <table ref={order.root} className={css.table} aria-label={label}>
      <thead>
        <tr>
          {ordered && <th className={css.order}>Order</th>}
          {head.map((text) => (
            <th key={text}>{text}</th>
          ))}
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.name} {...(ordered ? order.target(i) : {})}>
            {ordered && (
              <td className={css.order}>
                <Handle {...order.handle(i)} name={row.name} />
              </td>
            )}
            <Cells row={row} head={head} />
            <Actions row={row} may={may} />
          </tr>
        ))}
        {last.map((row) => (
          <tr key={row.name} className={css.fixed}>
            {ordered && <td />}
            <Cells row={row} head={head} />
            <Actions row={row} may={may} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cells({ row, head }: { row: Row; head: string[] }): ReactNode {
  return row.cells.map((cell, i) => (
    <td key={head[i]} data-label={head[i]}>
      {cell}
    </td>
  ));
}

function Actions({ row, may }: { row: Row; may: boolean }): ReactNode {
  return (
    <td className={css.actions}>
      {row.onEdit && (
        <ActionIcon aria-label={`${may ? 'Edit' : 'Show'} ${row.name}`} onClick={row.onEdit}>
          <IconPencil size={15} />
        </ActionIcon>
      )}
      {may && (row.onRemove || row.kept) && (
        <ActionIcon
          aria-label={`Remove ${row.name}`}
          disabled={row.kept !== undefined}
          title={row.kept}
          onClick={row.onRemove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      )}
    </td>
  );
}

export function AddButton({ children, onClick }: { children: string; onClick: () => void }): ReactNode {
  return useMay('config:submit') && <Button onClick={onClick}>{children}</Button>;
}
