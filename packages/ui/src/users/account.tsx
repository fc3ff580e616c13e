/** My account: change the password, see and end the own sessions. */
import { Button, PasswordInput } from '@mantine/core';
import {
  changePassword,
  endOtherSessions,
  endOwnSession,
  listOwnSessions,
  type OwnSession,
} from '@sightline/api';
import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../kit/call.ts';
import { useMe } from '../kit/may.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { Problem } from '../kit/problem.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { isGood, NewPasswordFields, NO_PASSWORD } from '../session/newpassword.tsx';
import css from './users.module.css';

/** `children`: what one of the programs has besides, beside the sessions. */
export function AccountPage({ children }: { children?: ReactNode }): ReactNode {
  const me = useMe();
  return (
    <Page title="My account" lead={me && `${me.name} at ${me.organisation}, with the role ${me.role}`}>
      <div className={css.columns}>
        <section aria-labelledby="password">
          <div className={css.bar}>
            <h2 id="password">Change password</h2>
          </div>
          <ChangePassword name={me?.name ?? ''} />
        </section>
        <div className={css.stack}>
          <Sessions />
          {children}
        </div>
      </div>
    </Page>
  );
}

function ChangePassword({ name }: { name: string }): ReactNode {
  const [current, setCurrent] = useState('');
  const [value, setValue] = useState(NO_PASSWORD);
  const change = useAct(changePassword, {
    refresh: [listOwnSessions],
    done: 'Your password has been changed. Your other sessions have ended.',
    onDone: () => {
      setCurrent('');
      setValue(NO_PASSWORD);
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ body: { current, password: value.password } });
  };
  return (
    <form className={`panel ${css.form}`} onSubmit={send}>
      <input type="text" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={current}
        error={fieldProblem(change.error, 'current')}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <NewPasswordFields
        label="New password"
        value={value}
        name={name}
        error={fieldProblem(change.error, 'password')}
        onChange={setValue}
      />
      {!fieldProblem(change.error, 'current') && <Problem error={change.error} />}
      <div className={css.buttons}>
        <Button type="submit" loading={change.isPending} disabled={current === '' || !isGood(value, name)}>
          Change password
        </Button>
      </div>
    </form>
  );
}

const columns = (onEnd: (session: OwnSession) => void): Column<OwnSession>[] => [
  {
    id: 'peer',
    label: 'From',
    cell: (s) => (
      <>
        <span className="mono">{s.peer || 'unknown'}</span>
        {s.current && <span className="muted"> (this one)</span>}
      </>
    ),
  },
  {
    id: 'used',
    label: 'Last used',
    width: 130,
    value: (s) => s.used,
    cell: (s) => <Time at={s.used} only="relative" />,
  },
  {
    id: 'created',
    label: 'Logged in',
    width: 170,
    value: (s) => s.created,
    cell: (s) => <Time at={s.created} only="absolute" />,
  },
  {
    id: 'end',
    label: <span className="visually-hidden">Actions</span>,
    width: 80,
    right: true,
    cell: (s) =>
      !s.current && (
        <Button size="compact-xs" variant="default" onClick={() => onEnd(s)}>
          End
        </Button>
      ),
  },
];

function Sessions(): ReactNode {
  const sessions = useCall(listOwnSessions, undefined, { every: 15_000 });
  const { mutate } = useAct(endOwnSession, { refresh: [listOwnSessions], done: 'The session has ended.' });
  const others = useAct(endOtherSessions, {
    refresh: [listOwnSessions],
    done: 'All other sessions have ended.',
  });
  const shown = useMemo(
    () => columns(({ id }) => mutate({ params: { id } }, { onError: notifyProblem })),
    [mutate],
  );
  return (
    <section aria-labelledby="sessions">
      <div className={css.bar}>
        <h2 id="sessions">My sessions</h2>
        {(sessions.data?.sessions.length ?? 0) > 1 && (
          <Button
            variant="default"
            loading={others.isPending}
            onClick={() => others.mutate({}, { onError: notifyProblem })}
          >
            End all others
          </Button>
        )}
      </div>
      <Loaded of={sessions}>
        {({ sessions: all }) => (
          <Table
            label="My sessions"
            rows={all}
            columns={shown}
            rowKey={(s) => s.id}
            minWidth={560}
            sort={{ id: 'used', desc: true }}
          />
        )}
      </Loaded>
    </section>
  );
}
