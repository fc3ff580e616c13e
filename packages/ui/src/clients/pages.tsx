/** API Clients: programs that may use this portal's API, with what each may do. */

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { type ApiClient, deleteApiClient, listApiClients } from '@sightline/api';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { CopyButton } from '../kit/copy.tsx';
import { Inert } from '../kit/inert.tsx';
import { May, useMay } from '../kit/may.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { AddClient } from './add.tsx';

export function ClientsPage(): ReactNode {
  const [adding, setAdding] = useState(false);
  const clients = useCall(listApiClients, undefined, { every: 15_000 });
  const add = (
    <May do="client:write">
      <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
        Add API Client
      </Button>
    </May>
  );
  return (
    <Page
      title="API Clients"
      lead="Programs that use the API. Each has an id, a password and the scopes it needs, no more."
      actions={add}
    >
      <Loaded of={clients}>
        {({ clients: all }) => (all.length === 0 ? <NoClients add={add} /> : <Clients clients={all} />)}
      </Loaded>
      {adding && <AddClient onClose={() => setAdding(false)} />}
    </Page>
  );
}

function NoClients({ add }: { add: ReactNode }): ReactNode {
  return (
    <div className="panel">
      <EmptyState
        icon={<IconKey size={28} stroke={1.4} aria-hidden />}
        title="No API clients yet"
        actions={add}
      >
        Scripts and other products log in as an API client, never as a person.
      </EmptyState>
    </div>
  );
}

const columns = (onDelete: (client: ApiClient) => void): Column<ApiClient>[] => [
  { id: 'name', label: 'Name', value: (c) => c.name, cell: (c) => <Inert text={c.name} /> },
  {
    id: 'id',
    label: 'Client ID',
    width: '30%',
    cell: (c) => (
      <>
        <span className="mono">{c.id}</span>{' '}
        <CopyButton icon text={c.id} label={`Copy the id of ${c.name}`} />
      </>
    ),
  },
  {
    id: 'scopes',
    label: 'Scopes',
    width: '22%',
    cell: (c) => (
      <span className="mono" title={c.scopes.join('\n')}>
        {c.scopes.join(' ')}
      </span>
    ),
  },
  {
    id: 'created',
    label: 'Created',
    width: 170,
    value: (c) => c.created,
    cell: (c) => <Time at={c.created} only="absolute" />,
  },
  { id: 'by', label: 'By', width: 90, cell: (c) => c.createdBy },
  {
    id: 'used',
    label: 'Last used',
    width: 120,
    value: (c) => c.lastUsed ?? '',
    cell: (c) =>
      c.lastUsed ? <Time at={c.lastUsed} only="relative" /> : <span className="muted">never</span>,
  },
  {
    id: 'actions',
    label: <span className="visually-hidden">Actions</span>,
    width: 48,
    cell: (c) => (
      <Tooltip label={`Delete ${c.name}`}>
        <ActionIcon aria-label={`Delete ${c.name}`} onClick={() => onDelete(c)}>
          <IconTrash size={15} />
        </ActionIcon>
      </Tooltip>
    ),
  },
];

function Clients({ clients }: { clients: ApiClient[] }): ReactNode {
  const [doomed, setDoomed] = useState<ApiClient>();
  const mayWrite = useMay('client:write');
  const shown = useMemo(
    () => columns(setDoomed).filter(({ id }) => mayWrite || id !== 'actions'),
    [mayWrite],
  );
  return (
    <>
      <Table
        label="API clients"
        rows={clients}
        columns={shown}
        rowKey={(c) => c.id}
        minWidth={1020}
        sort={{ id: 'name' }}
      />
      {doomed && <DeleteClient client={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  );
}

function DeleteClient({ client, onClose }: { client: ApiClient; onClose: () => void }): ReactNode {
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
