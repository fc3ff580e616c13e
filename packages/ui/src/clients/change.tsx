/** What can be done with an API client: change it, give it a new password, switch it off, take it over, delete it. */
import { Button, Modal, NativeSelect } from '@mantine/core';
import {
  type ApiClient,
  adoptApiClient,
  deleteApiClient,
  editApiClient,
  endApiClientSecret,
  KEEP_HOURS,
  listApiClients,
  rotateApiClient,
} from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import { Time } from '../kit/when.tsx';
import { Credentials } from './add.tsx';
import css from './clients.module.css';
import { ClientFields, formOf, redirectsOf } from './form.tsx';

export const VERBS = {
  edit: 'Edit',
  rotate: 'New password',
  disable: 'Disable',
  enable: 'Enable',
  adopt: 'Take over',
  delete: 'Delete',
} as const;
export type Verb = keyof typeof VERBS;

/** What can be done with a client as it is. */
export const verbsFor = (client: ApiClient): Verb[] => [
  'edit',
  ...(client.confidential ? (['rotate'] as const) : []),
  ...(client.owned ? [] : (['adopt'] as const)),
  client.disabled ? 'enable' : 'disable',
  'delete',
];

interface DialogProps {
  verb: Verb;
  client: ApiClient;
  onClose: () => void;
}

export function ClientDialog({ verb, client, onClose }: DialogProps): ReactNode {
  if (verb === 'edit') return <Edit client={client} onClose={onClose} />;
  if (verb === 'rotate') return <Rotate client={client} onClose={onClose} />;
  if (verb === 'delete') return <Delete client={client} onClose={onClose} />;
  if (verb === 'adopt') return <Adopt client={client} onClose={onClose} />;
  return <Switch client={client} disabled={verb === 'disable'} onClose={onClose} />;
}

type OneProps = Omit<DialogProps, 'verb'>;

function Edit({ client, onClose }: OneProps): ReactNode {
  const [form, setForm] = useState(() => formOf(client));
  const edit = useAct(editApiClient, {
    refresh: [listApiClients],
    done: `${client.name} has been changed.`,
    onDone: onClose,
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const { name, description, scopes, lifetimeS } = form;
    const redirects = client.kind === 'code' ? { redirects: redirectsOf(form.redirects) } : {};
    edit.mutate({ params: { id: client.id }, body: { name, description, scopes, lifetimeS, ...redirects } });
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={`Edit ${client.name}`}>
      <form className={css.stack} onSubmit={send} noValidate>
        <ClientFields
          form={form}
          set={(part) => setForm((now) => ({ ...now, ...part }))}
          error={edit.error}
          isNew={false}
        />
        {client.confidential && <Passwords client={client} />}
        <Problem error={edit.error} />
        <SubmitRow onCancel={onClose} busy={edit.isPending}>
          Save
        </SubmitRow>
      </form>
    </Modal>
  );
}

/** The passwords that are good now; none of them can be read again. */
function Passwords({ client }: { client: ApiClient }): ReactNode {
  const end = useAct(endApiClientSecret, { refresh: [listApiClients], done: 'The password has ended.' });
  const [gone, setGone] = useState<readonly string[]>([]);
  const left = client.secrets.filter(({ id }) => !gone.includes(id));
  const stop = (secret: string): void =>
    end.mutate({ params: { id: client.id, secret } }, { onSuccess: () => setGone([...gone, secret]) });
  return (
    <section aria-label="Passwords">
      <div className={css.label}>Passwords</div>
      <ul className={css.passwords}>
        {left.map(({ id, created, expires, lastUsed }) => (
          <li key={id}>
            <span>
              made <Time at={created} only="absolute" />,{' '}
              {lastUsed ? (
                <>
                  last used <Time at={lastUsed} only="relative" />
                </>
              ) : (
                'never used'
              )}
              {expires && (
                <>
                  , ends <Time at={expires} only="relative" />
                </>
              )}
            </span>
            <Button size="compact-xs" variant="default" onClick={() => stop(id)}>
              End now
            </Button>
          </li>
        ))}
        {left.length === 0 && <li className="muted">None: it cannot log in until it gets a new one.</li>}
      </ul>
      <Problem error={end.error} />
    </section>
  );
}

const KEEP_WORDS: Record<(typeof KEEP_HOURS)[number], string> = {
  0: 'at once',
  1: 'in an hour',
  24: 'in a day',
  168: 'in a week',
};

function Rotate({ client, onClose }: OneProps): ReactNode {
  const [keep, setKeep] = useState('24');
  const [password, setPassword] = useState<string>();
  const rotate = useAct(rotateApiClient, {
    refresh: [listApiClients],
    onDone: (made) => setPassword(made.password),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      closeOnClickOutside={password === undefined}
      title={`New password for ${client.name}`}
    >
      {password === undefined ? (
        <div className={css.stack}>
          <NativeSelect
            size="xs"
            label="The password of now ends"
            description="Until then both work, so that the program can be changed over without a gap."
            data={KEEP_HOURS.map((hours) => ({ value: String(hours), label: KEEP_WORDS[hours] }))}
            value={keep}
            onChange={(e) => setKeep(e.currentTarget.value)}
          />
          <Problem error={rotate.error} />
          <div className={css.buttons}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              loading={rotate.isPending}
              onClick={() => rotate.mutate({ params: { id: client.id }, body: { keepHours: Number(keep) } })}
            >
              Make password
            </Button>
          </div>
        </div>
      ) : (
        <Credentials made={{ id: client.id, password }} onClose={onClose} />
      )}
    </Modal>
  );
}

function Switch({ client, disabled, onClose }: OneProps & { disabled: boolean }): ReactNode {
  const change = useAct(editApiClient, {
    refresh: [listApiClients],
    done: `${client.name} has been ${disabled ? 'disabled' : 'enabled'}.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`${disabled ? 'Disable' : 'Enable'} ${client.name}?`}
      verb={disabled ? 'Disable API client' : 'Enable API client'}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate({ params: { id: client.id }, body: { disabled } })}
      onClose={onClose}
    >
      {disabled
        ? 'Its tokens stop working at once and it gets no new ones. Id and password are kept.'
        : 'It can log in again with the password of before.'}
    </Confirm>
  );
}

function Adopt({ client, onClose }: OneProps): ReactNode {
  const adopt = useAct(adoptApiClient, {
    refresh: [listApiClients],
    done: `${client.name} is yours now.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`Take over ${client.name}?`}
      verb="Take over"
      busy={adopt.isPending}
      error={adopt.error}
      onConfirm={() => adopt.mutate({ params: { id: client.id } })}
      onClose={onClose}
    >
      Its owner is gone or disabled, so it gets no tokens. With you as its owner it may what its scopes and
      your role allow.
    </Confirm>
  );
}

function Delete({ client, onClose }: OneProps): ReactNode {
  const remove = useAct(deleteApiClient, {
    refresh: [listApiClients],
    done: `${client.name} has been deleted.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`Delete ${client.name}?`}
      verb="Delete API client"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { id: client.id } })}
      onClose={onClose}
    >
      Its password and every token it holds stop working at once.
    </Confirm>
  );
}
