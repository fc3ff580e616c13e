/** Everybody's sessions: who is logged in, from where, since when; an administrator ends them. */
import { Button } from '@mantine/core';
import { endSession, listSessions, listUsers, type SessionShown } from '@sightline/api';
import { type ReactNode, useMemo } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { PeopleTabs } from './tabs.tsx';

const COLUMNS: Column<SessionShown>[] = [
  {
    id: 'user',
    label: 'User',
    value: (s) => s.user,
    cell: (s) => (
      <>
        <Inert text={s.user} />
        {s.current && <span className="muted"> (this one)</span>}
      </>
    ),
  },
  { id: 'role', label: 'Role', width: 180, value: (s) => s.role, cell: (s) => <RoleName id={s.role} /> },
  {
    id: 'way',
    label: 'Logged in with',
    width: 150,
    value: (s) => s.way,
    cell: (s) => (s.way === 'sso' ? 'single sign-on' : 'password'),
  },
  {
    id: 'peer',
    label: 'From',
    width: 170,
    value: (s) => s.peer,
    cell: (s) => <span className="mono">{s.peer || 'unknown'}</span>,
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
];

function RoleName({ id }: { id: string }): ReactNode {
  const users = useCall(listUsers);
  return users.data?.roles.find((role) => role.id === id)?.label ?? id;
}

const ending = (onEnd: (session: SessionShown) => void): Column<SessionShown> => ({
  id: 'end',
  label: <span className="visually-hidden">Actions</span>,
  width: 80,
  right: true,
  cell: (s) =>
    !s.current && (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`End a session of ${s.user}`}
        onClick={() => onEnd(s)}
      >
        End
      </Button>
    ),
});

export function SessionsPage(): ReactNode {
  const sessions = useCall(listSessions, undefined, { every: 10_000 });
  const mayWrite = useMay('user:write');
  const { mutate } = useAct(endSession, {
    refresh: [listSessions, listUsers],
    done: 'The session has ended.',
  });
  const shown = useMemo(
    () =>
      mayWrite
        ? [...COLUMNS, ending(({ id }) => mutate({ params: { id } }, { onError: notifyProblem }))]
        : COLUMNS,
    [mayWrite, mutate],
  );
  return (
    <Page
      title="Sessions"
      lead="Who is logged in now. A session ends after half an hour of rest, and after twelve hours in any case."
    >
      <PeopleTabs />
      <Loaded of={sessions}>
        {({ sessions: all }) => (
          <Table
            label="Sessions"
            rows={all}
            columns={shown}
            rowKey={(s) => s.id}
            minWidth={980}
            sort={{ id: 'used', desc: true }}
          />
        )}
      </Loaded>
    </Page>
  );
}
