/** Add entries: many values of one kind, with one reason. */
import { Modal, Select, Textarea, TextInput } from '@mantine/core';
import { addToList, type ListKind, type ListName, listEntries, SAFE_KINDS } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import { SubmitRow } from '../../kit/submit.tsx';
import { count } from '../../kit/text.ts';
import css from '../console.module.css';
import { KINDS, valuesOf } from './kinds.ts';

const TIMES = [
  { value: '', label: 'Until it is removed' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '1 day' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
  { value: '2160', label: '90 days' },
];

export function Add({ list, onClose }: { list: ListName; onClose: () => void }): ReactNode {
  const kinds = (Object.keys(KINDS) as ListKind[]).filter(
    (kind) => list === 'block' || SAFE_KINDS.includes(kind),
  );
  const [kind, setKind] = useState<ListKind>('sender');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState('');
  const add = useAct(addToList, {
    refresh: [listEntries],
    done: ({ added }) => `${count(added, 'entry', 'entries')} in force.`,
    onDone: onClose,
  });
  const values = valuesOf(kind, text);
  const wrong = values.flatMap((value, i) => {
    const problem = fieldProblem(add.error, `items.${i}.value`);
    return problem ? [`${value}: ${problem}`] : [];
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const items = values.map((value) => ({ kind, value }));
    add.mutate({ body: { list, items, reason, hours: hours === '' ? null : Number(hours) } });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={list === 'block' ? 'Add to the blocklist' : 'Add to the safelist'}
      size="md"
    >
      <form className={css.stack} onSubmit={send} noValidate>
        <Select
          label="Kind"
          data={kinds.map((value) => ({ value, label: KINDS[value].label }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => setKind((value ?? 'sender') as ListKind)}
        />
        <Textarea
          label="Values"
          description={`One a line: ${KINDS[kind].hint}.`}
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          value={text}
          error={wrong[0] ?? fieldProblem(add.error, 'items')}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <TextInput
          label="Reason"
          value={reason}
          error={fieldProblem(add.error, 'reason')}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Select
          label="In force"
          data={TIMES}
          value={hours}
          allowDeselect={false}
          onChange={(v) => setHours(v ?? '')}
        />
        <Problem error={add.error} />
        <SubmitRow onCancel={onClose} busy={add.isPending}>
          Add
        </SubmitRow>
      </form>
    </Modal>
  );
}
