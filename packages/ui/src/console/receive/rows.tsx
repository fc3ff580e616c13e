/** A table of entries that are edited, removed, and put in order by dragging or with the keyboard. */
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPencil, IconTrash } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useMay } from '../../kit/may.tsx';
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
  const [drag, setDrag] = useState<{ from: number; over: number } | null>(null);
  const { table, follow } = useFocusAfterMove(rows);
  const move = (from: number, to: number): void => {
    follow(rows[from]?.name ?? '');
    onMove?.(from, to);
  };
  const target = (over: number) => ({
    onDragOver: (event: DragEvent) => {
      if (!drag) return;
      event.preventDefault();
      if (drag.over !== over) setDrag({ ...drag, over });
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (drag && drag.from !== over) move(drag.from, over);
      setDrag(null);
    },
  });
  return (
    <table ref={table} className={css.table} aria-label={label}>
      <thead>
        <tr>
          {ordered && <th className={css.order}>Order</th>}
          {head.map((text) => (
            <th key={text}>{text}</th>
          ))}
          <th aria-label="Actions" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr
            key={row.name}
            data-over={(drag?.over === i && drag.from !== i) || undefined}
            {...(ordered ? target(i) : {})}
          >
            {ordered && (
              <Place
                row={row}
                index={i}
                count={rows.length}
                onMove={(to) => move(i, to)}
                onDrag={(from) => setDrag(from ? { from: i, over: i } : null)}
              />
            )}
            <Cells row={row} head={head} />
            <Actions row={row} may={may} />
          </tr>
        ))}
        {last.map((row) => (
          <tr key={row.name} className={css.fixed}>
            {ordered && <td />}
            <Cells row={row} head={head} />
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A row that was moved keeps the keyboard's focus, so that it can be moved on. */
function useFocusAfterMove(rows: Row[]) {
  const table = useRef<HTMLTableElement>(null);
  const moving = useRef('');
  const order = rows.map((row) => row.name).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new order is what it waits for
  useEffect(() => {
    const handles = [...(table.current?.querySelectorAll<HTMLElement>('[data-handle]') ?? [])];
    if (moving.current !== '') handles.find((one) => one.dataset.handle === moving.current)?.focus();
    moving.current = '';
  }, [order]);
  return {
    table,
    follow: (name: string) => {
      moving.current = name;
    },
  };
}

function Cells({ row, head }: { row: Row; head: string[] }): ReactNode {
  return row.cells.map((cell, i) => (
    <td key={head[i]} data-label={head[i]}>
      {cell}
    </td>
  ));
}

interface PlaceProps {
  row: Row;
  index: number;
  count: number;
  onMove: (to: number) => void;
  onDrag: (begins: boolean) => void;
}

/** The handle: drag it, or move the row with the arrow keys. */
function Place({ row, index, count, onMove, onDrag }: PlaceProps): ReactNode {
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (index + step >= 0 && index + step < count) onMove(index + step);
  };
  return (
    <td className={css.order}>
      <div className={css.place}>
        <button
          type="button"
          className={css.handle}
          data-handle={row.name}
          draggable
          aria-label={`Place ${index + 1} of ${count}: ${row.name}. Move with the arrow keys.`}
          onKeyDown={keys}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('text/plain', row.name);
            onDrag(true);
          }}
          onDragEnd={() => onDrag(false)}
        >
          <IconGripVertical size={14} aria-hidden />
          {index + 1}
        </button>
        <ActionIcon
          aria-label={`Move ${row.name} up`}
          disabled={index === 0}
          onClick={() => onMove(index - 1)}
        >
          <IconArrowUp size={14} />
        </ActionIcon>
        <ActionIcon
          aria-label={`Move ${row.name} down`}
          disabled={index === count - 1}
          onClick={() => onMove(index + 1)}
        >
          <IconArrowDown size={14} />
        </ActionIcon>
      </div>
    </td>
  );
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
