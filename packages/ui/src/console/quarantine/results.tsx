/** Quarantined messages, chosen by hand or all that a search found, and what to do with them. */
import { Button, Checkbox } from '@mantine/core';
import type { QuarantinedMessage, QuarantineFilter, QuarantinePage } from '@sightline/api';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Inert } from '../../kit/inert.tsx';
import { useMay } from '../../kit/may.tsx';
import { EmptyState } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { count } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import css from '../console.module.css';
import { quarantinedPath } from '../places.ts';
import { ActButtons, ActDialog, type What } from './actions.tsx';

const keyOf = ({ mid, quarantine }: QuarantinedMessage): string => `${mid}:${quarantine}`;

export function Results({ page, filter }: { page: QuarantinePage; filter: QuarantineFilter }): ReactNode {
  const navigate = useNavigate();
  const may = useMay('quarantine:act');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [act, setAct] = useState<{ what: What; all: boolean }>();
  const rows = page.messages;
  const messages = rows
    .filter((row) => chosen.has(keyOf(row)))
    .map(({ mid, quarantine }) => ({ mid, quarantine }));
  const toggle = (keys: string[], on: boolean): void =>
    setChosen((now) => new Set(on ? [...now, ...keys] : [...now].filter((key) => !keys.includes(key))));
  const named = Object.values(filter).some((value) => value !== undefined && value !== '');
  return (
    <div className={css.stack}>
      {may && rows.length > 0 && (
        <div className={css.row}>
          <ActButtons disabled={messages.length === 0} onAct={(what) => setAct({ what, all: false })} />
          <span className="muted" role="status">
            {messages.length === 0 ? `${count(page.total, 'message')}` : `${messages.length} chosen`}
          </span>
          {named && (
            <Button size="xs" variant="subtle" onClick={() => setAct({ what: 'delete', all: true })}>
              Delete all {page.total} found
            </Button>
          )}
        </div>
      )}
      <Table
        label="Quarantined messages"
        rows={rows}
        columns={may ? [choice(rows, chosen, toggle), ...COLUMNS] : COLUMNS}
        rowKey={keyOf}
        minWidth={980}
        height={rows.length > 12 ? 520 : 0}
        onOpen={({ mid }) => void navigate({ to: quarantinedPath(mid) })}
        empty={<EmptyState title="No messages">Nothing that fits is in a quarantine.</EmptyState>}
        bare
      />
      {act && (
        <ActDialog
          what={act.what}
          select={act.all ? { filter } : { messages }}
          about={act.all ? page.total : messages.length}
          onClose={() => setAct(undefined)}
          onDone={() => setChosen(new Set())}
        />
      )}
    </div>
  );
}

function choice(
  rows: QuarantinedMessage[],
  chosen: ReadonlySet<string>,
  toggle: (keys: string[], on: boolean) => void,
): Column<QuarantinedMessage> {
  const keys = rows.map(keyOf);
  const all = keys.length > 0 && keys.every((key) => chosen.has(key));
  return {
    id: 'choice',
    label: (
      <Checkbox
        size="xs"
        aria-label="Choose all"
        checked={all}
        onChange={(e) => toggle(keys, e.currentTarget.checked)}
      />
    ),
    width: 36,
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`Choose message ${row.mid}`}
        checked={chosen.has(keyOf(row))}
        onChange={(e) => toggle([keyOf(row)], e.currentTarget.checked)}
      />
    ),
  };
}

const COLUMNS: Column<QuarantinedMessage>[] = [
  {
    id: 'mid',
    label: 'MID',
    width: 80,
    value: (m) => m.mid,
    cell: (m) => <span className="mono">{m.mid}</span>,
  },
  {
    id: 'entered',
    label: 'Received',
    width: 130,
    value: (m) => m.entered,
    cell: (m) => <Time at={m.entered} only="relative" />,
  },
  { id: 'sender', label: 'Sender', value: (m) => m.sender, cell: (m) => <Inert text={m.sender || '<>'} /> },
  { id: 'recipient', label: 'Recipients', cell: (m) => <Inert text={m.recipients.join(', ')} /> },
  { id: 'subject', label: 'Subject', value: (m) => m.subject, cell: (m) => <Inert text={m.subject} /> },
  {
    id: 'quarantine',
    label: 'Quarantine',
    width: 130,
    value: (m) => m.quarantine,
    cell: (m) => (m.others.length > 0 ? `${m.quarantine} (also ${m.others.join(', ')})` : m.quarantine),
  },
  { id: 'reason', label: 'Reason', cell: (m) => <Inert text={m.reason} /> },
  {
    id: 'leaves',
    label: 'Scheduled Exit',
    width: 130,
    value: (m) => m.leaves,
    cell: (m) => <Time at={m.leaves} only="relative" />,
  },
];
