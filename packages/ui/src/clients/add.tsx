import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { type Answer, addApiClient, listApiClients, SCOPES } from '@sightline/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import css from './clients.module.css';
import { credentialsText, SCOPE_TEXT, type Scope } from './scopes.ts';

type Made = Answer<typeof addApiClient>;

export function AddClient({ onClose }: { onClose: () => void }): ReactNode {
  const [made, setMade] = useState<Made>();
  return (
    <Modal opened onClose={onClose} size="lg" closeOnClickOutside={!made} title="Add API Client">
      {made ? <Credentials made={made} onClose={onClose} /> : <Ask onMade={setMade} onClose={onClose} />}
    </Modal>
  );
}

function Ask({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['inspect:read', 'enrich:read']);
  const [problem, setProblem] = useState<{ name?: string; scopes?: string }>({});
  const add = useAct(addApiClient, { refresh: [listApiClients], onDone: onMade });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const missing = {
      ...(name.trim() === '' && { name: 'Enter a name.' }),
      ...(scopes.length === 0 && { scopes: 'Choose at least one scope.' }),
    };
    setProblem(missing);
    if (Object.keys(missing).length === 0) add.mutate({ body: { name: name.trim(), scopes } });
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <TextInput
        label="Name"
        description="What uses it, so that others know later."
        data-autofocus
        maxLength={128}
        value={name}
        error={problem.name ?? fieldProblem(add.error, 'name')}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Checkbox.Group
        label="Scopes"
        value={scopes}
        error={problem.scopes ?? fieldProblem(add.error, 'scopes')}
        onChange={(v) => setScopes(v as Scope[])}
      >
        <div className={css.scopes}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} description={SCOPE_TEXT[scope]} />
          ))}
        </div>
      </Checkbox.Group>
      <Problem error={add.error} />
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Add
        </Button>
      </div>
    </form>
  );
}

function Credentials({ made, onClose }: { made: Made; onClose: () => void }): ReactNode {
  return (
    <div className={css.stack}>
      <div className={css.warning} role="note">
        <IconAlertTriangle size={17} aria-hidden />
        The password is shown this once. Copy it now: afterwards nobody can see it again.
      </div>
      <Secret label="Client ID" text={made.client.id} />
      <Secret label="Client Password" text={made.password} />
      <div className={css.buttons}>
        <CopyButton text={credentialsText(made.client.id, made.password)} label="Copy both" />
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
