/** The conditions or the actions of a filter: rows that are chosen from a menu, filled in, and put in order. */
import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { moved } from '../receive/change.ts';
import type { Problems } from '../receive/draft.ts';
import { Handle, useOrder } from '../receive/order.tsx';
import { asKind, PARTS, type Part, type RowDraft, withRow } from './draft.ts';
import own from './filters.module.css';
import { RowInput } from './inputs.tsx';
import { menuOf } from './kinds.ts';

interface RowListProps {
  part: Part;
  rows: RowDraft[];
  problems: Problems;
  quarantines: readonly string[];
  onChange: (rows: RowDraft[]) => void;
}

export function RowList({ part, rows, problems, quarantines, onChange }: RowListProps): ReactNode {
  const { noun } = PARTS[part];
  const ids = rows.map((row) => row.id);
  const order = useOrder<HTMLOListElement>(ids, (from, to) => onChange(moved(rows, from, to)));
  const focus = useFocusAfterAdd(order.root, ids);
  return (
    <div className={own.list}>
      <ol ref={order.root} className={own.rows}>
        {rows.map((row, i) => (
          <li key={row.id} className={own.row} {...order.target(i)}>
            <Handle {...order.handle(i)} name={`${noun} ${i + 1}`} />
            <Row
              part={part}
              row={row}
              index={i}
              problems={problems}
              quarantines={quarantines}
              onChange={(next) => onChange(rows.with(i, next))}
            />
            <ActionIcon
              aria-label={`Remove ${noun} ${i + 1}`}
              className={own.remove}
              onClick={() => {
                focus(Math.min(i, rows.length - 2));
                onChange(rows.toSpliced(i, 1));
              }}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      {problems[part] && (
        <p role="alert" className={own.problem}>
          {problems[part]}
        </p>
      )}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => {
          focus(rows.length);
          onChange(withRow(part, rows));
        }}
      >
        {part === 'conditions' ? 'Add Condition' : 'Add Action'}
      </Button>
    </div>
  );
}

/** The row that was added, or that stands where one was removed, has the focus then. */
function useFocusAfterAdd(root: React.RefObject<HTMLElement | null>, ids: string[]): (index: number) => void {
  const next = useRef<number | null>(null);
  const all = ids.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are what it waits for
  useEffect(() => {
    if (next.current === null) return;
    root.current?.querySelectorAll<HTMLElement>('[data-kind] select')[next.current]?.focus();
    next.current = null;
  }, [all]);
  return (index) => {
    next.current = index;
  };
}

interface RowProps {
  part: Part;
  row: RowDraft;
  index: number;
  problems: Problems;
  quarantines: readonly string[];
  onChange: (row: RowDraft) => void;
}

function Row({ part, row, index, problems, quarantines, onChange }: RowProps): ReactNode {
  const { noun, kinds } = PARTS[part];
  const kind = kinds[row.kind];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid in every browser
    <div role="group" aria-label={`${noun} ${index + 1}`} className={own.fields}>
      <div data-kind>
        <NativeSelect
          label={part === 'conditions' ? 'Condition' : 'Action'}
          data={menuOf(kinds)}
          value={row.kind}
          onChange={(e) => onChange(asKind(part, row, e.currentTarget.value))}
        />
      </div>
      {kind?.fields.map((spec) => (
        <RowInput
          key={`${row.kind} ${spec.field}`}
          spec={spec}
          values={row.values}
          error={problems[`${part}.${index}.${spec.field}`]}
          quarantines={quarantines}
          set={(some) => onChange({ ...row, values: { ...row.values, ...some } })}
        />
      ))}
    </div>
  );
}
