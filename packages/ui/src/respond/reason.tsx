/** Why something is done: asked before it is. */
import { TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';

interface Asking {
  /** What is done is done in mailboxes, and no appliance hears of it. */
  inMailboxes?: boolean;
  /** Without one nothing is done; the default. */
  required?: boolean;
}

interface Asked {
  field: ReactNode;
  /** For the form: hands the reason on, or says at the field that it is missing. */
  onSubmit(then: (reason: string) => void): (event: FormEvent) => void;
}

export function useReason({ inMailboxes = false, required = true }: Asking = {}): Asked {
  const [value, setValue] = useState('');
  const [missing, setMissing] = useState(false);
  const reason = value.trim();
  return {
    field: (
      <TextInput
        label="Reason"
        description={inMailboxes ? 'Kept in the audit log.' : 'Kept in the audit log, and on the appliance.'}
        required
        maxLength={500}
        data-autofocus
        value={value}
        error={missing && reason === '' ? 'Enter a reason.' : undefined}
        onChange={(e) => setValue(e.currentTarget.value)}
      />
    ),
    onSubmit: (then) => (event) => {
      event.preventDefault();
      if (required && reason === '') setMissing(true);
      else then(reason);
    },
  };
}
