/** Network > Submission Users: who may log in and send anywhere. */
import { Button, Modal, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import {
  addSubmissionUser,
  changeSubmissionUser,
  deleteSubmissionUser,
  listSubmissionUsers,
  type SubmissionUser,
} from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../../kit/call.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { Inert } from '../../kit/inert.tsx';
import { useMay } from '../../kit/may.tsx';
import { notifyProblem } from '../../kit/notify.ts';
import { Problem } from '../../kit/problem.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { SubmitRow } from '../../kit/submit.tsx';
import { Time } from '../../kit/when.tsx';
import css from '../console.module.css';
import { Block, ConsolePage, Status } from '../parts.tsx';
import { lines } from './draft.ts';
import own from './receive.module.css';
import { Rows } from './rows.tsx';

export function SubmissionPage(): ReactNode {
  const users = useCall(listSubmissionUsers);
  const may = useMay('config:commit');
  const [open, setOpen] = useState<SubmissionUser | 'new'>();
  const [gone, setGone] = useState<SubmissionUser>();
  const add = may && <Button onClick={() => setOpen('new')}>Add User</Button>;
  return (
    <ConsolePage
      title="Submission Users"
      lead="Who may log in (SMTP AUTH) where the mail flow policy offers it, and send anywhere. Changes count at once."
    >
      <Block title="Submission Users" actions={add}>
        <Loaded of={users}>
          {({ users: all }) =>
            all.length === 0 ? (
              <EmptyState title="No submission users">
                Add a user, and a listener with the policy SUBMISSION under Network &gt; Listeners.
              </EmptyState>
            ) : (
              <UserRows users={all} may={may} onOpen={setOpen} onDelete={setGone} />
            )
          }
        </Loaded>
      </Block>
      {open && (
        <UserForm key={open === 'new' ? '' : open.name} user={open} onClose={() => setOpen(undefined)} />
      )}
      {gone && <Delete user={gone} onClose={() => setGone(undefined)} />}
    </ConsolePage>
  );
}

interface UserRowsProps {
  users: SubmissionUser[];
  may: boolean;
  onOpen: (user: SubmissionUser) => void;
  onDelete: (user: SubmissionUser) => void;
}

function UserRows({ users, may, onOpen, onDelete }: UserRowsProps): ReactNode {
  const rows = users.map((user) => ({
    name: user.name,
    cells: [
      <span key="name" className={own.name}>
        <Inert text={user.name} />
      </span>,
      <span key="senders" className="mono">
        {user.senders.join(', ')}
      </span>,
      <Enabled key="state" user={user} may={may} />,
      user.lastLogin ? <Time key="last" at={user.lastLogin} /> : 'never',
    ],
    ...(may ? { onEdit: () => onOpen(user), onRemove: () => onDelete(user) } : {}),
  }));
  return (
    <Rows label="Submission Users" head={['User', 'May send from', 'State', 'Last login']} rows={rows} />
  );
}

function Enabled({ user, may }: { user: SubmissionUser; may: boolean }): ReactNode {
  const change = useAct(changeSubmissionUser, { refresh: [listSubmissionUsers] });
  if (!may)
    return <Status tone={user.disabled ? 'off' : 'good'}>{user.disabled ? 'disabled' : 'enabled'}</Status>;
  return (
    <Switch
      label={user.disabled ? 'disabled' : 'enabled'}
      aria-label={`${user.name} enabled`}
      checked={!user.disabled}
      onChange={(e) =>
        change.mutate(
          { params: { name: user.name }, body: { disabled: !e.currentTarget.checked } },
          { onError: notifyProblem },
        )
      }
    />
  );
}

function UserForm({ user, onClose }: { user: SubmissionUser | 'new'; onClose: () => void }): ReactNode {
  const known = user === 'new' ? undefined : user;
  const [name, setName] = useState(known?.name ?? '');
  const [password, setPassword] = useState('');
  const [senders, setSenders] = useState((known?.senders ?? []).join('\n'));
  const options = { refresh: [listSubmissionUsers], onDone: onClose };
  const add = useAct(addSubmissionUser, { ...options, done: 'The user has been added.' });
  const change = useAct(changeSubmissionUser, { ...options, done: 'The user has been changed.' });
  const { error } = known ? change : add;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const body = { senders: lines(senders) };
    if (!known) add.mutate({ body: { ...body, name, password } });
    else
      change.mutate({ params: { name: known.name }, body: password === '' ? body : { ...body, password } });
  };
  return (
    <Modal opened onClose={onClose} title={known ? known.name : 'Add User'} size="md">
      <form className={css.stack} onSubmit={send} noValidate>
        <TextInput
          label="User name"
          description="Often the e-mail address. It cannot be changed later."
          data-autofocus
          autoComplete="off"
          disabled={known !== undefined}
          value={name}
          error={fieldProblem(error, 'name')}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <PasswordInput
          label={known ? 'New password' : 'Password'}
          description={known ? 'Empty: the password stays.' : 'At least 12 characters.'}
          autoComplete="new-password"
          value={password}
          error={fieldProblem(error, 'password')}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Textarea
          label="May send from"
          description="Envelope senders, one a line: ann@example.com, example.com, .example.com, ALL."
          autosize
          minRows={2}
          spellCheck={false}
          value={senders}
          error={sendersProblem(error)}
          onChange={(e) => setSenders(e.currentTarget.value)}
        />
        <Problem error={error} />
        <SubmitRow onCancel={onClose} busy={add.isPending || change.isPending}>
          Save
        </SubmitRow>
      </form>
    </Modal>
  );
}

const sendersProblem = (error: unknown): string | undefined =>
  fieldProblem(error, 'senders') ?? fieldProblem(error, 'senders.0');

function Delete({ user, onClose }: { user: SubmissionUser; onClose: () => void }): ReactNode {
  const remove = useAct(deleteSubmissionUser, {
    refresh: [listSubmissionUsers],
    done: 'The user has been deleted.',
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title="Delete User"
      verb="Delete user"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { name: user.name } })}
      onClose={onClose}
    >
      {user.name} will not be able to log in any more.
    </Confirm>
  );
}
