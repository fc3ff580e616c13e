/** Mail Policies > Incoming and Outgoing Content Filters. */
import type { ContentFilter, Direction } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { EmptyState } from '../../kit/states.tsx';
import { Block } from '../parts.tsx';
import { INCOMING_FILTERS, OUTGOING_FILTERS } from '../places.ts';
import { moved } from '../receive/change.ts';
import { type Editing, Frame } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { AddButton, Rows } from '../receive/rows.tsx';
import { putFilter, usersOf } from './change.ts';
import { NEW } from './draft.ts';
import { Editor } from './editor.tsx';
import { filterWords } from './words.ts';

export const IncomingFiltersPage = (): ReactNode => <Page direction="incoming" />;
export const OutgoingFiltersPage = (): ReactNode => <Page direction="outgoing" />;

function Page({ direction }: { direction: Direction }): ReactNode {
  const incoming = direction === 'incoming';
  return (
    <Frame
      title={incoming ? 'Incoming Content Filters' : 'Outgoing Content Filters'}
      lead="Tried in this order, by the mail policies that name them."
      place={incoming ? INCOMING_FILTERS : OUTGOING_FILTERS}
    >
      {(editing) => <Filters direction={direction} editing={editing} />}
    </Frame>
  );
}

function Filters({ direction, editing }: { direction: Direction; editing: Editing }): ReactNode {
  const [open, setOpen] = useState<number | null>(null);
  const { config, submit } = editing;
  const all = config.filters[direction];
  const put = (list: ContentFilter[]): void => submit({ filters: { [direction]: list } });
  if (open !== null)
    return (
      <Editor
        filter={all[open] ?? NEW}
        index={open}
        direction={direction}
        editing={editing}
        onSubmit={(entry, users) =>
          submit(putFilter(config, direction, open, { entry, users }), () => setOpen(null))
        }
        onClose={() => setOpen(null)}
      />
    );
  const rows = all.map((one, i) => {
    const users = usersOf(config.policies[direction], one.name);
    return {
      name: one.name,
      cells: cells(one, users),
      onEdit: () => setOpen(i),
      ...(users.length > 0
        ? { kept: `In use by ${users.join(', ')}.` }
        : { onRemove: () => put(all.toSpliced(i, 1)) }),
    };
  });
  return (
    <Block title="Filters" actions={<AddButton onClick={() => setOpen(all.length)}>Add Filter</AddButton>}>
      {rows.length === 0 ? (
        <EmptyState title="There are no filters">
          A filter looks for something in a message, its files or its sender, and says what becomes of it.
        </EmptyState>
      ) : (
        <Rows
          label="Content filters"
          head={['Filter', 'What it does', 'Used by']}
          rows={rows}
          onMove={(from, to) => put(moved(all, from, to))}
        />
      )}
    </Block>
  );
}

const cells = (one: ContentFilter, users: string[]): ReactNode[] => [
  <div key="name">
    <span className={receive.name}>{one.enabled ? one.name : `${one.name} (off)`}</span>
    {one.description !== '' && <div className={receive.muted}>{one.description}</div>}
  </div>,
  filterWords(one),
  users.join(', ') || <span className={receive.muted}>no policy</span>,
];
