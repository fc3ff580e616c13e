/** Apply to Queue: what waits already and fits entries that came later. */
import { Button, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { applyList, listQuarantines, searchQuarantine } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import { count } from '../../kit/text.ts';
import css from '../console.module.css';

export function Apply({ ids, onClose }: { ids: number[]; onClose: () => void }): ReactNode {
  const [what, setWhat] = useState<'hold' | 'quarantine' | 'delete'>('quarantine');
  const [quarantine, setQuarantine] = useState('Policy');
  const [reason, setReason] = useState('');
  const all = useCall(listQuarantines);
  const apply = useAct(applyList, { refresh: [listQuarantines, searchQuarantine] });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    apply.mutate({ body: { ids, do: what, quarantine, reason } });
  };
  const about =
    ids.length === 0 ? 'all entries of the blocklist' : count(ids.length, 'chosen entry', 'chosen entries');
  return (
    <Modal opened onClose={onClose} title="Apply to Queue" size="md">
      <form className={css.stack} onSubmit={send} noValidate>
        <p>Looks through the messages that wait in the queue and in quarantines, by {about}.</p>
        <SegmentedControl
          aria-label="What to do"
          value={what}
          onChange={(value) => setWhat(value as typeof what)}
          data={[
            { value: 'quarantine', label: 'Quarantine' },
            { value: 'hold', label: 'Hold' },
            { value: 'delete', label: 'Delete' },
          ]}
        />
        {what === 'quarantine' && (
          <Select
            label="Quarantine"
            data={all.data?.quarantines.map(({ name }) => name) ?? [quarantine]}
            value={quarantine}
            allowDeselect={false}
            onChange={(name) => setQuarantine(name ?? 'Policy')}
          />
        )}
        <TextInput
          label="Reason"
          data-autofocus
          value={reason}
          error={fieldProblem(apply.error, 'reason')}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Problem error={apply.error} />
        {apply.data && (
          <p role="status">
            {count(apply.data.looked, 'message')} looked at.{' '}
            {what === 'hold' ? 'Held in the queue' : 'Taken from the queue'}: {apply.data.queue}. In
            quarantines that fit: {apply.data.quarantine}
            {apply.data.more ? '. There are more: apply it again.' : '.'}
          </p>
        )}
        <div className={`${css.row} ${css.end}`}>
          <Button variant="default" onClick={onClose}>
            {apply.data ? 'Close' : 'Cancel'}
          </Button>
          <Button type="submit" loading={apply.isPending} color={what === 'delete' ? 'grape' : undefined}>
            Apply
          </Button>
        </div>
      </form>
    </Modal>
  );
}
