import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Confirm } from '../../kit/confirm.tsx';

interface ReasonProps {
  title: string;
  verb: string;
  busy: boolean;
  error: unknown;
  children: ReactNode;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks why before something is done to mail: message tracking and the log keep the answer. */
export function Reason({ title, verb, busy, error, children, onConfirm, onClose }: ReasonProps): ReactNode {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const confirm = (): void => {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') onConfirm(reason.trim());
  };
  return (
    <Confirm opened title={title} verb={verb} busy={busy} error={error} onConfirm={confirm} onClose={onClose}>
      {children}
      <TextInput
        mt="sm"
        label="Reason"
        description="Shown in message tracking, with your name."
        value={reason}
        error={missing && 'Enter a reason.'}
        maxLength={500}
        onChange={(e) => setReason(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Enter' && confirm()}
      />
    </Confirm>
  );
}
