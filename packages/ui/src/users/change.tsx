import { Button, Modal, TextInput } from '@mantine/core';
import {
  changeUser,
  deleteUser,
  endUserSecondFactor,
  endUserSessions,
  listUsers,
  type OneTimeLink,
  type RoleText,
  resetUser,
  type User,
} from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import { LinkShown, Roles } from './add.tsx';
import css from './users.module.css';

export const VERBS = {
  role: 'Change role',
  email: 'Change e-mail',
  link: 'New one-time link',
  reset: 'Reset password',
  sessions: 'End sessions',
  factor: 'Take second factor',
  disable: 'Disable',
  enable: 'Enable',
  delete: 'Delete',
} as const;
export type Verb = keyof typeof VERBS;

export interface Doing {
  verb: Verb;
  user: User;
}

/** What can be done with a user as he is; `emails`: he has an address here. */
export function verbsFor(user: User, emails: boolean): Verb[] {
  const link: Verb[] = user.state === 'invited' ? ['link'] : user.state === 'active' ? ['reset'] : [];
  return [
    'role',
    ...(emails ? (['email'] as const) : []),
    ...link,
    ...(user.sessions > 0 ? (['sessions'] as const) : []),
    ...(user.secondFactor ? (['factor'] as const) : []),
    user.state === 'disabled' ? 'enable' : 'disable',
    'delete',
  ];
}

interface DialogProps {
  doing: Doing;
  roles: RoleText[];
  onClose: () => void;
}

export function UserDialog({ doing: { verb, user }, roles, onClose }: DialogProps): ReactNode {
  if (verb === 'role') return <ChangeRole user={user} roles={roles} onClose={onClose} />;
  if (verb === 'link' || verb === 'reset') return <NewLink user={user} onClose={onClose} />;
  if (verb === 'sessions') return <EndSessions user={user} onClose={onClose} />;
  if (verb === 'email') return <ChangeEmail user={user} onClose={onClose} />;
  if (verb === 'factor') return <TakeFactor user={user} onClose={onClose} />;
  if (verb === 'delete') return <Delete user={user} onClose={onClose} />;
  return <Switch user={user} disabled={verb === 'disable'} onClose={onClose} />;
}

interface OneProps {
  user: User;
  onClose: () => void;
}

function ChangeRole({ user, roles, onClose }: OneProps & { roles: RoleText[] }): ReactNode {
  const [role, setRole] = useState(user.role);
  const change = useAct(changeUser, {
    refresh: [listUsers],
    done: `The role of ${user.name} has been changed.`,
    onDone: onClose,
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={`Role of ${user.name}`}>
      <div className={css.stack}>
        <Roles roles={roles} value={role} onChange={setRole} />
        <p className="muted" style={{ margin: 0 }}>
          The sessions of {user.name} end.
        </p>
        <Problem error={change.error} />
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={change.isPending}
            disabled={role === user.role}
            onClick={() => change.mutate({ params: { id: user.id }, body: { role } })}
          >
            Change role
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function ChangeEmail({ user, onClose }: OneProps): ReactNode {
  const [email, setEmail] = useState(user.email ?? '');
  const change = useAct(changeUser, {
    refresh: [listUsers],
    done: `The e-mail address of ${user.name} has been changed.`,
    onDone: onClose,
  });
  return (
    <Modal opened onClose={onClose} size="md" title={`E-mail of ${user.name}`}>
      <form
        className={css.stack}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ params: { id: user.id }, body: { email: email.trim() } });
        }}
      >
        <TextInput
          label="E-mail"
          type="email"
          data-autofocus
          maxLength={254}
          value={email}
          error={fieldProblem(change.error, 'email')}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
        {!fieldProblem(change.error, 'email') && <Problem error={change.error} />}
        <SubmitRow onCancel={onClose} busy={change.isPending}>
          Save
        </SubmitRow>
      </form>
    </Modal>
  );
}

function TakeFactor({ user, onClose }: OneProps): ReactNode {
  const take = useAct(endUserSecondFactor, {
    refresh: [listUsers],
    done: `${user.name} can log in with the password again.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`Take the second factor of ${user.name}?`}
      verb="Take second factor"
      busy={take.isPending}
      error={take.error}
      onConfirm={() => take.mutate({ params: { id: user.id } })}
      onClose={onClose}
    >
      For somebody who has lost authenticator and recovery codes. Make sure that it is {user.name} who asks:
      from then on the password alone is enough. The sessions end.
    </Confirm>
  );
}

function NewLink({ user, onClose }: OneProps): ReactNode {
  const [link, setLink] = useState<OneTimeLink>();
  const reset = useAct(resetUser, { refresh: [listUsers], onDone: setLink });
  const hasPassword = user.state === 'active';
  if (link)
    return (
      <Modal
        opened
        onClose={onClose}
        size="lg"
        closeOnClickOutside={false}
        title={`One-time link for ${user.name}`}
      >
        <LinkShown name={user.name} link={link} onClose={onClose} />
      </Modal>
    );
  return (
    <Confirm
      opened
      title={hasPassword ? `Reset the password of ${user.name}?` : `New one-time link for ${user.name}?`}
      verb={hasPassword ? 'Reset password' : 'Make link'}
      busy={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate({ params: { id: user.id } })}
      onClose={onClose}
    >
      {hasPassword
        ? 'The password and all sessions end at once. You get a one-time link to hand over.'
        : 'The earlier link ends. You get a new one to hand over.'}
    </Confirm>
  );
}

function EndSessions({ user, onClose }: OneProps): ReactNode {
  const end = useAct(endUserSessions, {
    refresh: [listUsers],
    done: `All sessions of ${user.name} have ended.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`End all sessions of ${user.name}?`}
      verb="End sessions"
      busy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate({ params: { id: user.id } })}
      onClose={onClose}
    >
      {user.name} can log in again. To prevent that, disable the user.
    </Confirm>
  );
}

function Delete({ user, onClose }: OneProps): ReactNode {
  const remove = useAct(deleteUser, {
    refresh: [listUsers],
    done: `${user.name} has been deleted.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`Delete ${user.name}?`}
      verb="Delete user"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { id: user.id } })}
      onClose={onClose}
    >
      The sessions end at once. What the user did stays in the history and the log.
    </Confirm>
  );
}

function Switch({ user, disabled, onClose }: OneProps & { disabled: boolean }): ReactNode {
  const change = useAct(changeUser, {
    refresh: [listUsers],
    done: `${user.name} has been ${disabled ? 'disabled' : 'enabled'}.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`${disabled ? 'Disable' : 'Enable'} ${user.name}?`}
      verb={disabled ? 'Disable user' : 'Enable user'}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate({ params: { id: user.id }, body: { disabled } })}
      onClose={onClose}
    >
      {disabled
        ? 'The sessions end at once, and nobody can log in with this name. The password is kept.'
        : 'The user can log in again with the password of before.'}
    </Confirm>
  );
}
