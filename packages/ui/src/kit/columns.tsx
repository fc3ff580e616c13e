/** Which columns of a table are shown: chosen by its user, kept in the browser. */
import { ActionIcon, Checkbox, Popover, Tooltip } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { cell } from './cell.ts';
import css from './parts.module.css';

/** Hidden columns by the name of their table. */
export type Hidden = Readonly<Record<string, readonly string[]>>;

const STORED = 'sightline.columns';
const NONE: readonly string[] = [];

function stored(): Hidden {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    return typeof known === 'object' && known !== null ? (known as Hidden) : {};
  } catch {
    return {};
  }
}
const columns = cell(stored());

/** Of the tables that are named; others stay as they are. */
export function setHidden(part: Hidden): void {
  const now = { ...columns.get(), ...part };
  try {
    localStorage.setItem(STORED, JSON.stringify(now));
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
  columns.set(now);
}

export const useHidden = (): Hidden => columns.use();

/** What is shown of these columns: never none. */
export function shownOf<C extends { id: string }>(columns: C[], hidden: readonly string[] = NONE): C[] {
  const shown = columns.filter(({ id }) => !hidden.includes(id));
  return shown.length > 0 ? shown : columns;
}

export function useShown<C extends { id: string }>(table: string, columns: C[]): C[] {
  const hidden = useHidden()[table];
  return useMemo(() => shownOf(columns, hidden), [columns, hidden]);
}

interface ColumnMenuProps {
  /** Name of the table. */
  table: string;
  columns: readonly { id: string; label: ReactNode }[];
}

export function ColumnMenu({ table, columns }: ColumnMenuProps): ReactNode {
  const [opened, setOpened] = useState(false);
  const hidden = useHidden()[table] ?? NONE;
  const named = columns.filter(({ label }) => typeof label === 'string' && label !== '');
  const toggle = (id: string): void =>
    setHidden({ [table]: hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id] });
  const last = named.filter(({ id }) => !hidden.includes(id)).length === 1;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withinPortal>
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon
            size={22}
            aria-label={`Columns of ${table}`}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            <IconColumns3 size={14} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className={css.columns}>
          <legend>Columns</legend>
          {named.map(({ id, label }) => (
            <Checkbox
              key={id}
              size="xs"
              label={label}
              checked={!hidden.includes(id)}
              disabled={last && !hidden.includes(id)}
              onChange={() => toggle(id)}
            />
          ))}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
