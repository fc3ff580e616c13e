/** What can be done with quarantined messages: one dialog that asks for the reason. */
import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core';
import {
  actOnQuarantine,
  listQuarantines,
  type QuarantineAct,
  type QuarantineSelection,
  searchQuarantine,
  viewQuarantined,
} from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import { SubmitRow } from '../../kit/submit.tsx';
import { count } from '../../kit/text.ts';
import css from '../console.module.css';

export type What = QuarantineAct['do'];

export const ACTS: Record<What, { label: string; title: string; text: string }> = {
  release: {
    label: 'Release',
    title: 'Release from quarantine',
    text: 'Delivered as it came, once it is in no other quarantine.',
  },
  delete: {
    label: 'Delete',
    title: 'Delete from quarantine',
    text: 'It will not be delivered. This cannot be undone.',
  },
  delay: { label: 'Delay Exit', title: 'Delay scheduled exit', text: 'It stays so many hours longer.' },
  move: {
    label: 'Move',
    title: 'Move to another quarantine',
    text: 'It stays there for the time of that quarantine.',
  },
  copy: {
    label: 'Send Copy',
    title: 'Send a copy',
    text: 'The same bytes go there too; the original stays.',
  },
};

interface ActDialogProps {
  what: What;
  select: QuarantineSelection;
  /** How many it is about, as far as the page knows. */
  about: number;
  onClose: () => void;
  onDone?: () => void;
}

export function ActDialog({ what, select, about, onClose, onDone }: ActDialogProps): ReactNode {
  const [reason, setReason] = useState('');
  const [to, setTo] = useState('');
  const [into, setInto] = useState('');
  const [hours, setHours] = useState<number | string>(24);
  const act = useAct(actOnQuarantine, {
    refresh: [searchQuarantine, listQuarantines, viewQuarantined],
    done: ({ messages, skipped }) =>
      `${ACTS[what].label}: ${count(messages, 'message')}${skipped > 0 ? `; ${skipped} had gone already` : ''}.`,
    onDone: () => {
      onClose();
      onDone?.();
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    act.mutate({ body: { act: actOf(what, { to, into, hours }), select, reason } });
  };
  return (
    <Modal opened onClose={onClose} title={`${ACTS[what].title}: ${count(about, 'message')}`} size="md">
      <form className={css.stack} onSubmit={send} noValidate>
        <p>{ACTS[what].text}</p>
        {(what === 'copy' || what === 'release') && (
          <TextInput
            label={what === 'copy' ? 'To' : 'To other recipients (optional)'}
            description="Addresses, by commas. Empty: to those that it was sent to."
            value={to}
            error={fieldProblem(act.error, 'act.to') ?? fieldProblem(act.error, 'act.to.0')}
            onChange={(e) => setTo(e.currentTarget.value)}
          />
        )}
        {what === 'move' && <Quarantine value={into} onChange={setInto} />}
        {what === 'delay' && (
          <NumberInput label="Hours" min={1} max={8760} value={hours} onChange={(value) => setHours(value)} />
        )}
        <TextInput
          label="Reason"
          description="Shown in message tracking with your name."
          data-autofocus
          value={reason}
          error={fieldProblem(act.error, 'reason')}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Problem error={act.error} />
        <SubmitRow onCancel={onClose} busy={act.isPending} grave={what === 'delete'}>
          {ACTS[what].label}
        </SubmitRow>
      </form>
    </Modal>
  );
}

const addresses = (text: string): string[] =>
  text
    .split(/[,;\s]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

function actOf(
  what: What,
  { to, into, hours }: { to: string; into: string; hours: number | string },
): QuarantineAct {
  const list = addresses(to);
  if (what === 'release') return list.length > 0 ? { do: 'release', to: list } : { do: 'release' };
  if (what === 'copy') return { do: 'copy', to: list };
  if (what === 'move') return { do: 'move', into };
  if (what === 'delay') return { do: 'delay', hours: Number(hours) };
  return { do: 'delete' };
}

function Quarantine({ value, onChange }: { value: string; onChange: (name: string) => void }): ReactNode {
  const all = useCall(listQuarantines);
  const names = all.data?.quarantines.filter((one) => !one.removed).map((one) => one.name) ?? [];
  return (
    <Select label="Quarantine" data={names} value={value || null} onChange={(name) => onChange(name ?? '')} />
  );
}

interface ActButtonsProps {
  disabled?: boolean;
  onAct: (what: What) => void;
}

export function ActButtons({ disabled = false, onAct }: ActButtonsProps): ReactNode {
  return (
    <div className={css.row}>
      {(Object.keys(ACTS) as What[]).map((what) => (
        <Button key={what} size="xs" variant="default" disabled={disabled} onClick={() => onAct(what)}>
          {ACTS[what].label}
        </Button>
      ))}
    </div>
  );
}
