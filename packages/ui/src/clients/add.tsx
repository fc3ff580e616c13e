import { Button, Modal, TextInput } from '@mantine/core';
import { addApiClient, listApiClients } from '@sightline/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import css from './clients.module.css';
import { ClientFields, type ClientForm, NEW_CLIENT, redirectsOf } from './form.tsx';
import { credentialsText } from './scopes.ts';

/** What a program needs to log in; an application without a password has its id only. */
interface Made {
  id: string;
  password: string | null;
}

export function AddClient({ onClose }: { onClose: () => void }): ReactNode {
  const [made, setMade] = useState<Made>();
  return (
    <Modal opened onClose={onClose} size="xl" closeOnClickOutside={!made} title="Add API Client">
      {made ? <Credentials made={made} onClose={onClose} /> : <Ask onMade={setMade} onClose={onClose} />}
    </Modal>
  );
}

function Ask({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }): ReactNode {
  const [form, setForm] = useState<ClientForm>(NEW_CLIENT);
  const add = useAct(addApiClient, {
    refresh: [listApiClients],
    onDone: ({ client, password }) => onMade({ id: client.id, password }),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ body: { ...form, redirects: form.kind === 'code' ? redirectsOf(form.redirects) : [] } });
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <ClientFields
        form={form}
        set={(part) => setForm((now) => ({ ...now, ...part }))}
        error={add.error}
        isNew
      />
      <Problem error={add.error} />
      <SubmitRow onCancel={onClose} busy={add.isPending}>
        Add
      </SubmitRow>
    </form>
  );
}

/** Id and password, this once. */
export function Credentials({ made, onClose }: { made: Made; onClose: () => void }): ReactNode {
  return (
    <div className={css.stack}>
      {made.password !== null && (
        <div className={css.warning} role="note">
          <IconAlertTriangle size={17} aria-hidden />
          The password is shown this once. Copy it now: afterwards nobody can see it again.
        </div>
      )}
      <Secret label="Client ID" text={made.id} />
      {made.password !== null && <Secret label="Client Password" text={made.password} />}
      <div className={css.buttons}>
        {made.password !== null && (
          <CopyButton text={credentialsText(made.id, made.password)} label="Copy both" />
        )}
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}

function Secret({ label, text }: { label: string; text: string }): ReactNode {
  return (
    <div className={css.secret}>
      <TextInput
        label={label}
        readOnly
        value={text}
        classNames={{ input: css.mono }}
        onFocus={(e) => e.currentTarget.select()}
      />
      <CopyButton text={text} label="Copy to Clipboard" />
    </div>
  );
}
