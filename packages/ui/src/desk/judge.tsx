/** A judgement by a person: what is thought of one observable, why, and for how long. */
import { Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { deliberate, INTEL, reputation } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { useMe } from '../kit/may.tsx';
import { nameOf } from '../kit/pivot.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import css from './desk.module.css';

interface Props {
  observable: Observable;
  disposition: string | undefined;
  onClose: () => void;
}

/** People's judgements go before those of lists and programs. */
const PRIORITY = 100;
const LEVELS = ['High', 'Medium', 'Low', 'Unknown'];
const TLPS = [
  { value: 'amber', label: 'Amber: your organisation' },
  { value: 'red', label: 'Red: you alone' },
  { value: 'green', label: 'Green: may be passed on in the community' },
  { value: 'white', label: 'White: may be passed on to everybody' },
];

const CHOICES = [
  ['disposition_name', 'Disposition', ['Malicious', 'Suspicious', 'Clean', 'Common', 'Unknown']],
  ['confidence', 'Confidence', LEVELS],
  ['severity', 'Severity', LEVELS],
  ['tlp', 'TLP', TLPS],
] as const;
type Name = (typeof CHOICES)[number][0];

export default function Judge({ observable, disposition = 'Malicious', onClose }: Props): ReactNode {
  const me = useMe()?.name ?? '';
  const [values, setValues] = useState<Record<Name, string>>({
    disposition_name: disposition,
    confidence: 'High',
    severity: 'Medium',
    tlp: 'amber',
  });
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const add = useAct(INTEL.judgement.create, {
    refresh: [INTEL.judgement.search, reputation, deliberate],
    done: 'Your judgement is in force.',
    onDone: onClose,
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const body = { ...values, ...optional(reason, until), observable, priority: PRIORITY, source: me };
    add.mutate({ query: {}, body: body as never });
  };
  return (
    <Modal opened onClose={onClose} title="Judge" size="md">
      <form className={css.form} onSubmit={send}>
        <p className={css.subject}>{nameOf(observable)}</p>
        {CHOICES.map(([name, label, data], i) => (
          <NativeSelect
            key={name}
            label={label}
            data={[...data] as string[]}
            value={values[name]}
            onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })}
            {...(i === 0 ? { 'data-autofocus': true } : {})}
          />
        ))}
        <Textarea
          label="Reason"
          maxLength={1024}
          autosize
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <TextInput
          type="date"
          label="Valid until"
          description="Until the end of that day, UTC. Without a date it has no end."
          value={until}
          onChange={(e) => setUntil(e.currentTarget.value)}
        />
        <Problem error={add.error} />
        <SubmitRow onCancel={onClose} busy={add.isPending}>
          Judge
        </SubmitRow>
      </form>
    </Modal>
  );
}

const optional = (reason: string, until: string): object => ({
  ...(reason.trim() ? { reason: reason.trim() } : {}),
  ...(until
    ? { valid_time: { start_time: new Date().toISOString(), end_time: `${until}T23:59:59.999Z` } }
    : {}),
});
