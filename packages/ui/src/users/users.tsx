/** System Administration > Users: who may log in, as what; one-time links, disable, delete. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import { listUsers, type RoleText, type User } from '@sightline/api';
import { IconDots, IconUserPlus } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay, useMe } from '../kit/may.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { AddUser } from './add.tsx';
import { type Doing, UserDialog, VERBS, verbsFor } from './change.tsx';
import css from './users.module.css';

interface UsersProps {
  tabs?: ReactNode;
  /** Users have addresses here, and second factors. */
  emails?: boolean;
}

export function UsersPage({ tabs, emails = false }: UsersProps): ReactNode {
  const [adding, setAdding] = useState(false);
  const mayWrite = useMay('user:write');
  const users = useCall(listUsers, undefined, { every: 15_000 });
  return (
    <Page
      title="Users"
      lead="People who may log in here. Each chooses the password with a one-time link that you hand over."
      actions={
        mayWrite && (
          <Button leftSection={<IconUserPlus size={15} />} onClick={() => setAdding(true)}>
            Add User
          </Button>
        )
      }
    >
      {tabs}
      <Loaded of={users}>
        {({ users: all, roles }) => <UserTable users={all} roles={roles} emails={emails} />}
      </Loaded>
      {adding && <AddUser roles={users.data?.roles ?? []} emails={emails} onClose={() => setAdding(false)} />}
    </Page>
  );
}

const STATES = { active: 'Active', invited: 'Invited', disabled: 'Disabled' } as const;

const columns = (roles: RoleText[], me: string): Column<User>[] => [
  {
    id: 'name',
    label: 'Name',
    value: (u) => u.name,
    cell: (u) => (
      <>
        <Inert text={u.name} />
        {u.name === me && <span className="muted"> (you)</span>}
      </>
    ),
  },
  {
    id: 'role',
    label: 'Role',
    width: 180,
    value: (u) => u.role,
    cell: (u) => roles.find(({ id }) => id === u.role)?.label ?? u.role,
  },
  { id: 'state', label: 'State', width: 220, value: (u) => u.state, cell: (u) => <State user={u} /> },
  {
    id: 'sessions',
    label: 'Sessions',
    width: 90,
    right: true,
    value: (u) => u.sessions,
    cell: (u) => u.sessions,
  },
  {
    id: 'login',
    label: 'Last login',
    width: 140,
    value: (u) => u.lastLogin ?? '',
    cell: (u) =>
      u.lastLogin ? <Time at={u.lastLogin} only="relative" /> : <span className="muted">never</span>,
  },
  {
    id: 'created',
    label: 'Added',
    width: 170,
    value: (u) => u.created,
    cell: (u) => <Time at={u.created} only="absolute" />,
  },
];

function State({ user }: { user: User }): ReactNode {
  return (
    <span className={css.state} data-state={user.state}>
      {STATES[user.state]}
      {user.state === 'invited' && (
        <span className="muted">
          {user.linkUntil ? (
            <>
              link ends <Time at={user.linkUntil} only="relative" />
            </>
          ) : (
            'link has ended'
          )}
        </span>
      )}
    </span>
  );
}

/** What only the portal knows of its users. */
const ADDRESSES: Column<User>[] = [
  {
    id: 'email',
    label: 'E-mail',
    width: 200,
    value: (u) => u.email ?? '',
    cell: (u) => (u.email ? <Inert text={u.email} /> : <span className="muted">none</span>),
  },
  {
    id: 'factor',
    label: 'Log in',
    width: 160,
    value: waysIn,
    cell: (u) => <span className={u.secondFactor || u.sso ? undefined : 'muted'}>{waysIn(u)}</span>,
  },
];

function waysIn({ secondFactor, sso }: User): string {
  const ways = [...(secondFactor ? ['second factor'] : []), ...(sso ? ['single sign-on'] : [])];
  return ways.join(', ') || 'password';
}

interface TableProps {
  users: User[];
  roles: RoleText[];
  emails: boolean;
}

function UserTable({ users, roles, emails }: TableProps): ReactNode {
  const [doing, setDoing] = useState<Doing>();
  const mayWrite = useMay('user:write');
  const me = useMe()?.name ?? '';
  const shown = useMemo(
    () => [
      ...columns(roles, me),
      ...(emails ? ADDRESSES : []),
      ...(mayWrite ? [actions(emails, setDoing)] : []),
    ],
    [roles, me, emails, mayWrite],
  );
  return (
    <>
      <Table
        label="Users"
        rows={users}
        columns={shown}
        rowKey={(u) => u.id}
        minWidth={emails ? 1280 : 1080}
        sort={{ id: 'name' }}
      />
      {doing && <UserDialog doing={doing} roles={roles} onClose={() => setDoing(undefined)} />}
    </>
  );
}

const actions = (emails: boolean, onDo: (doing: Doing) => void): Column<User> => ({
  id: 'actions',
  label: <span className="visually-hidden">Actions</span>,
  width: 48,
  cell: (user) => (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${user.name}`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {verbsFor(user, emails).map((verb) => (
          <Menu.Item key={verb} onClick={() => onDo({ verb, user })}>
            {VERBS[verb]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  ),
});
