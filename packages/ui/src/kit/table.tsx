/** The one table: sorting, sticky header, virtual rows, keyboard j, k and Enter. On narrow screens each row is a card. */
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  type Column as TableColumn,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useShown } from './columns.tsx';
import { useRowHeight } from './display.ts';
import css from './table.module.css';

export interface Column<T> {
  id: string;
  label: ReactNode;
  cell: (row: T) => ReactNode;
  /** What to sort by; without it the column does not sort. */
  value?: (row: T) => string | number;
  /** CSS width; columns without one share what is left. */
  width?: number | string;
  right?: boolean;
  /** Heads the card that a row is on narrow screens; otherwise the first column with a name does. */
  lead?: boolean;
}

interface TableProps<T> {
  /** Accessible name. */
  label: string;
  rows: T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Key of the row that is open elsewhere on the page. */
  activeKey?: string | undefined;
  sort?: { id: string; desc?: boolean };
  /** Shown in place of rows when there are none. */
  empty?: ReactNode;
  /** CSS height of the scrolling frame; the table grows without one (up to 200 rows are then in the page). */
  height?: number | string;
  /** Narrower than this it scrolls sideways, until rows are cards. */
  minWidth?: number;
  bare?: boolean;
}

type Row = Record<string, unknown>;
const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

const defsOf = <T,>(columns: Column<T>[]) =>
  columns.map((column) => ({
    id: column.id,
    accessorFn: (row: Row) => column.value?.(row as T) ?? '',
    enableSorting: column.value !== undefined,
    sortFn: 'alphanumeric' as const,
    sortDescFirst: false,
  }));

export function Table<T extends object>(props: TableProps<T>): ReactNode {
  const { rows, rowKey } = props;
  const columns = useShown(props.label, props.columns);
  const frame = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const defs = useMemo(() => defsOf(columns), [columns]);
  const table = useTable({
    features,
    columns: defs,
    data: rows as Row[],
    getRowId: (row: Row) => rowKey(row as T),
    initialState: { sorting: props.sort ? [{ id: props.sort.id, desc: props.sort.desc ?? false }] : [] },
  });
  const sorted = table.getRowModel().rows;
  const height: number = useRowHeight(() => virtual.measure());
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: props.height ? 12 : 200,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);

  const focus = (index: number): void => {
    const next = Math.max(0, Math.min(sorted.length - 1, index));
    setFocused(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };

  const shape: CSSProperties = props.height ? { height: props.height } : {};
  return (
    <div ref={frame} className={props.bare ? `${css.frame} ${css.bare}` : css.frame} style={shape}>
      <table
        className={css.table}
        aria-label={props.label}
        aria-rowcount={sorted.length + 1}
        style={least(props.minWidth)}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} state={table.getColumn(column.id)} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} span={columns.length} />
          {items.map((item) => {
            const row = sorted[item.index];
            if (!row) return null;
            return (
              <BodyRow
                key={row.id}
                row={row.original as T}
                columns={columns}
                lead={leadOf(columns)}
                index={item.index}
                measure={virtual.measureElement}
                active={row.id === props.activeKey}
                reachable={item.index === focused}
                onOpen={props.onOpen}
                onMove={focus}
              />
            );
          })}
          <Gap height={after} span={columns.length} />
        </tbody>
      </table>
      {rows.length === 0 && props.empty}
    </div>
  );
}

const least = (px = 0): CSSProperties => ({ '--least': `${px}px` }) as CSSProperties;

/** The column that heads a row's card. */
const leadOf = <T,>(columns: Column<T>[]): string | undefined =>
  (columns.find((c) => c.lead) ?? columns.find((c) => typeof c.label === 'string'))?.id;

function Gap({ height, span }: { height: number; span: number }): ReactNode {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row is not focusable; this one only takes room
    <tr aria-hidden="true" className={css.gap}>
      <td className={css.pad} style={{ height }} colSpan={span} />
    </tr>
  );
}

interface HeadProps<T> {
  column: Column<T>;
  state: TableColumn<typeof features, Row, unknown> | undefined;
}

const width = (of: number | string | undefined): string | undefined =>
  typeof of === 'number' ? `${of}px` : of;

function Head<T>({ column, state }: HeadProps<T>): ReactNode {
  const sorted = state?.getIsSorted() || false;
  const order = sorted === 'asc' ? 'ascending' : 'descending';
  return (
    <th
      scope="col"
      style={{ '--wide': width(column.width) } as CSSProperties}
      className={column.right ? css.right : undefined}
      aria-sort={sorted ? order : undefined}
    >
      {column.value ? (
        <button type="button" className={css.sort} onClick={() => state?.toggleSorting()}>
          {column.label}
          {sorted === 'asc' && <IconChevronUp size={12} aria-hidden />}
          {sorted === 'desc' && <IconChevronDown size={12} aria-hidden />}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

interface BodyRowProps<T> {
  row: T;
  columns: Column<T>[];
  lead: string | undefined;
  index: number;
  /** Rows are as high as what is in them. */
  measure: (row: HTMLElement | null) => void;
  active: boolean;
  reachable: boolean;
  onOpen: ((row: T) => void) | undefined;
  onMove: (index: number) => void;
}

function BodyRow<T>(props: BodyRowProps<T>): ReactNode {
  const { row, columns, lead, index, measure, active, reachable, onOpen, onMove } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) onMove(index + step);
    else if (event.key === 'Enter' && onOpen) onOpen(row);
    else if (event.key === 'x') event.currentTarget.querySelector<HTMLElement>('[data-select]')?.click();
    else if (event.key === '.') event.currentTarget.querySelector<HTMLElement>('[data-pivot]')?.click();
    else return;
    event.preventDefault();
  };
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      data-active={active || undefined}
      className={onOpen ? `${css.row} ${css.open}` : css.row}
      tabIndex={reachable ? 0 : -1}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (onOpen && !isControl(event.target)) onOpen(row);
      }}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          className={column.right ? css.right : undefined}
          data-label={typeof column.label === 'string' ? column.label : undefined}
          data-lead={column.id === lead || undefined}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

/** Buttons and links in a cell act for themselves. */
const isControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('button, a, input, label, [role="menuitem"]') !== null;
