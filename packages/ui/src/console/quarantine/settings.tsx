/** Monitor > Policy, Virus and Outbreak Quarantines > Quarantine Settings: which there are, how long messages stay. */
import { Button } from '@mantine/core';
import { listQuarantines, QuarantineSettings, type QuarantineStatus } from '@sightline/api';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { count } from '../../kit/text.ts';
import { amountText, SIZES, TIMES } from '../amount.ts';
import { Amount } from '../amountfield.tsx';
import { Block, Notice } from '../parts.tsx';
import { QUARANTINE_SETTINGS, QUARANTINES } from '../places.ts';
import type { Spec } from '../receive/draft.ts';
import { Choice, type Choices, Text } from '../receive/fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { AddButton, Rows } from '../receive/rows.tsx';
import { putQuarantine, usersOf } from './change.ts';
import { stayWords } from './words.ts';

const SPEC: Spec = { name: 'text', keepHours: 'hours', atExpiry: 'text', maxBytes: 'bytes' };
const AT_EXPIRY: Choices = [
  ['delete', 'Delete'],
  ['release', 'Release'],
];
const NEW = { name: '', keepHours: 30 * 24, atExpiry: 'delete', maxBytes: 1024 ** 3 };

export function QuarantineSettingsPage(): ReactNode {
  return (
    <Frame
      title="Quarantine Settings"
      lead="Which quarantines there are, how long a message waits in each, and what becomes of it then."
      place={QUARANTINE_SETTINGS}
      actions={
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
          renderRoot={(root) => <Link to={QUARANTINES} {...root} />}
        >
          Quarantines
        </Button>
      }
    >
      {(editing) => <Settings {...editing} />}
    </Frame>
  );
}

function Settings(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const all = config.quarantines;
  const { data } = useCall(listQuarantines);
  const [open, setOpen] = useState<number | null>(null);
  if (open !== null) return <Edit index={open} editing={editing} live={data} onClose={() => setOpen(null)} />;
  const rows = all.map((one, i) => {
    const held = heldIn(data, one.name);
    const users = usersOf(config, one.name);
    const kept = keptBecause(users, held, all.length);
    return {
      name: one.name,
      cells: [
        <span key="name" className={receive.name}>
          {one.name}
        </span>,
        stayWords(one),
        amountText(one.maxBytes, SIZES),
        held,
        <span key="users" className={receive.muted}>
          {users.join(', ') || 'nothing'}
        </span>,
      ],
      onEdit: () => setOpen(i),
      ...(kept ? { kept } : { onRemove: () => submit({ quarantines: all.toSpliced(i, 1) }) }),
    };
  });
  return (
    <Block
      title="Quarantines"
      actions={<AddButton onClick={() => setOpen(all.length)}>Add Quarantine</AddButton>}
    >
      <Rows
        label="Quarantine settings"
        head={['Quarantine', 'Kept for', 'Largest size', 'Messages now', 'Filled by']}
        rows={rows}
      />
    </Block>
  );
}

type Live = { quarantines: QuarantineStatus[] } | undefined;

const heldIn = (live: Live, name: string): number =>
  live?.quarantines.find((one) => one.name === name)?.messages ?? 0;

/** Why a quarantine cannot be removed. */
function keptBecause(users: string[], held: number, all: number): string | undefined {
  if (users.length > 0) return `In use by ${users.join(', ')}.`;
  if (held > 0) return `It holds ${count(held, 'message')}: release, move or delete them first.`;
  return all === 1 ? 'One quarantine has to stay.' : undefined;
}

interface EditProps {
  index: number;
  editing: Editing;
  live: Live;
  onClose: () => void;
}

function Edit({ index, editing, live, onClose }: EditProps): ReactNode {
  const { config, submit } = editing;
  const old = config.quarantines[index];
  return (
    <EntryForm
      title={old?.name ?? 'Add Quarantine'}
      spec={SPEC}
      schema={QuarantineSettings}
      entry={old ?? NEW}
      at={`quarantines.${index}`}
      editing={editing}
      onSubmit={(entry) => submit(putQuarantine(config, index, entry), onClose)}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <Fields {...fields} />
          {old && fields.draft.name !== old.name && heldIn(live, old.name) > 0 && (
            <Notice>
              {`Policies, content filters and what is in it now (${count(heldIn(live, old.name), 'message')}) follow the new name with the commit.`}
            </Notice>
          )}
        </>
      )}
    </EntryForm>
  );
}

function Fields(fields: FieldsProps): ReactNode {
  const amount = (field: string) => ({
    value: String(fields.draft[field]),
    error: fields.problems[field],
    onChange: (value: string) => fields.set({ [field]: value }),
  });
  return (
    <div className={receive.fields}>
      <Text {...fields} field="name" label="Name" description="As policies and filters call it." />
      <Amount
        {...amount('keepHours')}
        label="Kept for"
        description="Unless somebody decides before. For messages that come from now on."
        units={TIMES}
      />
      <Choice
        {...fields}
        field="atExpiry"
        label="Then"
        description="What becomes of a message when its time is over."
        choices={AT_EXPIRY}
      />
      <Amount
        {...amount('maxBytes')}
        label="Largest size"
        description="With more than that the oldest leave early, as if their time had come."
        units={SIZES}
      />
    </div>
  );
}
