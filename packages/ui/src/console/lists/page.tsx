/** Mail Policies > Blocklists: who and what is kept out or spared, since when, until when and why. */
import { Button, Checkbox, FileButton, SegmentedControl, TextInput } from '@mantine/core';
import {
  exportList,
  importList,
  type ListEntry,
  type ListName,
  listEntries,
  removeFromList,
} from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { call, useAct, useCall } from '../../kit/call.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { Inert } from '../../kit/inert.tsx';
import { useMay } from '../../kit/may.tsx';
import { notifyProblem } from '../../kit/notify.ts';
import { saveFile } from '../../kit/save.ts';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { count } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import css from '../console.module.css';
import { Block, ConsolePage } from '../parts.tsx';
import { Add } from './add.tsx';
import { Apply } from './apply.tsx';
import { KINDS } from './kinds.ts';

export function ListsPage(): ReactNode {
  const may = useMay('lists:write');
  const [list, setList] = useState<ListName>('block');
  const [adding, setAdding] = useState(false);
  return (
    <ConsolePage
      title="Blocklists"
      lead="Entries count from the next message on, also on connections that are open. What was delivered already cannot be called back."
      actions={may && <Button onClick={() => setAdding(true)}>Add Entries</Button>}
    >
      <SegmentedControl
        aria-label="List"
        style={{ alignSelf: 'flex-start' }}
        value={list}
        onChange={(value) => setList(value as ListName)}
        data={[
          { value: 'block', label: 'Blocklist' },
          { value: 'safe', label: 'Safelist' },
        ]}
      />
      <Entries key={list} list={list} may={may} />
      {adding && <Add list={list} onClose={() => setAdding(false)} />}
    </ConsolePage>
  );
}

function Entries({ list, may }: { list: ListName; may: boolean }): ReactNode {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [dialog, setDialog] = useState<'remove' | 'apply'>();
  const query = { list, limit: 1000, ...(text.trim() === '' ? {} : { text: text.trim() }) };
  const found = useCall(listEntries, { query }, { every: 10_000 });
  const ids = found.data?.entries.map(({ id }) => id).filter((id) => chosen.has(id)) ?? [];
  const close = (): void => setDialog(undefined);
  return (
    <Block title={list === 'block' ? 'Blocklist' : 'Safelist'} actions={<Files may={may} />}>
      <div className={css.stack}>
        <div className={css.row}>
          <TextInput
            aria-label="Find entries"
            placeholder="Value, reason or who"
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          {may && (
            <Button
              size="xs"
              variant="default"
              disabled={ids.length === 0}
              onClick={() => setDialog('remove')}
            >
              Remove
            </Button>
          )}
          {may && list === 'block' && (
            <Button size="xs" variant="default" onClick={() => setDialog('apply')}>
              Apply to Queue
            </Button>
          )}
          <span className="muted" role="status">
            {ids.length > 0 ? `${ids.length} chosen` : found.data ? entriesOf(found.data.total) : ''}
          </span>
        </div>
        <Loaded of={found} rows={6}>
          {({ entries }) => (
            <Rows entries={entries} may={may} chosen={chosen} choose={setChosen} list={list} />
          )}
        </Loaded>
      </div>
      {dialog === 'remove' && <Remove list={list} ids={ids} onClose={close} />}
      {dialog === 'apply' && <Apply ids={ids} onClose={close} />}
    </Block>
  );
}

const entriesOf = (n: number): string => count(n, 'entry', 'entries');

interface RowsProps {
  entries: ListEntry[];
  may: boolean;
  list: ListName;
  chosen: ReadonlySet<number>;
  choose: (chosen: ReadonlySet<number>) => void;
}

function Rows({ entries, may, list, chosen, choose }: RowsProps): ReactNode {
  const choice: Column<ListEntry> = {
    id: 'choice',
    label: '',
    width: 36,
    cell: ({ id, value }) => (
      <Checkbox
        size="xs"
        aria-label={`Choose ${value}`}
        checked={chosen.has(id)}
        onChange={(e) =>
          choose(new Set(e.currentTarget.checked ? [...chosen, id] : [...chosen].filter((one) => one !== id)))
        }
      />
    ),
  };
  return (
    <Table
      label={list === 'block' ? 'Blocklist' : 'Safelist'}
      rows={entries}
      columns={may ? [choice, ...COLUMNS] : COLUMNS}
      rowKey={({ id }) => String(id)}
      minWidth={860}
      height={entries.length > 14 ? 560 : 0}
      empty={<EmptyState title="No entries">Nothing is on this list, or nothing that fits.</EmptyState>}
      bare
    />
  );
}

const COLUMNS: Column<ListEntry>[] = [
  { id: 'kind', label: 'Kind', width: 110, value: (e) => e.kind, cell: (e) => KINDS[e.kind].label },
  {
    id: 'value',
    label: 'Value',
    value: (e) => e.value,
    cell: (e) => (
      <span className="mono">
        <Inert text={e.value} />
      </span>
    ),
  },
  { id: 'reason', label: 'Reason', value: (e) => e.reason, cell: (e) => <Inert text={e.reason} /> },
  { id: 'actor', label: 'By', width: 150, value: (e) => e.actor, cell: (e) => <By entry={e} /> },
  {
    id: 'created',
    label: 'Since',
    width: 120,
    value: (e) => e.created,
    cell: (e) => <Time at={e.created} only="relative" />,
  },
  {
    id: 'expires',
    label: 'Until',
    width: 120,
    value: (e) => e.expires ?? '9',
    cell: (e) => (e.expires ? <Time at={e.expires} only="relative" /> : 'no end'),
  },
];

const By = ({ entry }: { entry: ListEntry }): ReactNode => (
  <>
    <Inert text={entry.actor} /> <span className="muted">{entry.source}</span>
  </>
);

function Files({ may }: { may: boolean }): ReactNode {
  const add = useAct(importList, {
    refresh: [listEntries],
    done: ({ added }) => `${entriesOf(added)} of the file are in force.`,
  });
  const save = (): void =>
    void call(exportList).then((csv) => saveFile('lists.csv', csv, 'text/csv'), notifyProblem);
  const take = async (file: File | null): Promise<void> => {
    if (file) add.mutate({ body: { csv: await file.text() } }, { onError: notifyProblem });
  };
  return (
    <div className={css.row}>
      <Button size="xs" variant="subtle" onClick={save}>
        Export CSV
      </Button>
      {may && (
        <FileButton accept=".csv,text/csv" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} size="xs" variant="subtle" loading={add.isPending}>
              Import CSV
            </Button>
          )}
        </FileButton>
      )}
    </div>
  );
}

function Remove({ list, ids, onClose }: { list: ListName; ids: number[]; onClose: () => void }): ReactNode {
  const remove = useAct(removeFromList, {
    refresh: [listEntries],
    done: ({ removed }) => `${entriesOf(removed)} removed.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title="Remove entries"
      verb="Remove"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ body: { list, ids, reason: 'Removed in the console' } })}
      onClose={onClose}
    >
      {entriesOf(ids.length)} will not count any more, from the next message on.
    </Confirm>
  );
}
