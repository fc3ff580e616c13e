/** API Clients: programs that may use this portal's API, with what each may do. */

import { ActionIcon, Button, Menu } from '@mantine/core';
import { type ApiClient, type ClientRequests, listApiClients } from '@sightline/api';
import { IconDots, IconKey, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Inert } from '../kit/inert.tsx';
import { May, useMay } from '../kit/may.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { AddClient } from './add.tsx';
import { ClientDialog, VERBS, type Verb, verbsFor } from './change.tsx';
import css from './clients.module.css';
import { lifetimeText } from './scopes.ts';

export { AuthorizePage } from './authorize.tsx';

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
      lead={
        <>
          Programs that use the API. Each has an id, a password and the scopes it needs, no more.{' '}
          <a href="/docs">API reference</a>
        </>
      }
      actions={add}
    >
      <Loaded of={clients}>
        {({ clients: all, requests }) =>
          all.length === 0 ? <NoClients add={add} /> : <Clients clients={all} requests={requests} />
        }
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

interface Doing {
  verb: Verb;
  client: ApiClient;
}

const columns = (onDo: (doing: Doing) => void, { byClient }: ClientRequests): Column<ApiClient>[] => [
  {
    id: 'name',
    label: 'Name',
    value: (c) => c.name,
    cell: (c) => (
      <span title={c.description || undefined}>
        <Inert text={c.name} />
      </span>
    ),
  },
  { id: 'state', label: 'State', width: 130, value: state, cell: (c) => <State client={c} /> },
  {
    id: 'id',
    label: 'Client ID',
    width: 376,
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
    width: '15%',
    cell: (c) => (
      <span className="mono" title={c.scopes.join('\n')}>
        {c.scopes.join(' ')}
      </span>
    ),
  },
  {
    id: 'kind',
    label: 'Kind',
    width: 120,
    value: (c) => c.kind,
    cell: (c) => (
      <span title={`Tokens are good for ${lifetimeText(c.lifetimeS)}`}>
        {c.kind === 'code' ? 'Application' : 'Credentials'}
      </span>
    ),
  },
  { id: 'by', label: 'Owner', width: 90, cell: (c) => c.createdBy || <span className="muted">gone</span> },
  {
    id: 'hour',
    label: 'Last hour',
    width: 100,
    value: (c) => byClient[c.id] ?? 0,
    cell: (c) => (byClient[c.id] ?? 0).toLocaleString('en'),
  },
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
    cell: (client) => (
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${client.name}`}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {verbsFor(client).map((verb) => (
            <Menu.Item key={verb} onClick={() => onDo({ verb, client })}>
              {VERBS[verb]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    ),
  },
];

const state = (c: ApiClient): string => (c.disabled ? 'Disabled' : c.owned ? 'Active' : 'No owner');

function State({ client }: { client: ApiClient }): ReactNode {
  return (
    <span className={css.state} data-good={(client.owned && !client.disabled) || undefined}>
      {state(client)}
    </span>
  );
}

function Clients({ clients, requests }: { clients: ApiClient[]; requests: ClientRequests }): ReactNode {
  const [doing, setDoing] = useState<Doing>();
  const mayWrite = useMay('client:write');
  const shown = useMemo(
    () => columns(setDoing, requests).filter(({ id }) => mayWrite || id !== 'actions'),
    [mayWrite, requests],
  );
  return (
    <>
      <Quota requests={requests} />
      <Table
        label="API clients"
        rows={clients}
        columns={shown}
        rowKey={(c) => c.id}
        minWidth={1280}
        sort={{ id: 'name' }}
      />
      {doing && <ClientDialog verb={doing.verb} client={doing.client} onClose={() => setDoing(undefined)} />}
    </>
  );
}

/** What the organisation has of its calls; said louder when little is left. */
function Quota({ requests: { limit, used } }: { requests: ClientRequests }): ReactNode {
  return (
    <p className={css.quota} data-low={used >= limit * 0.9 || undefined}>
      {used.toLocaleString('en')} of {limit.toLocaleString('en')} requests used within the last hour, all API
      clients together.
      {used >= limit && ' Further requests are answered with 429 until there is room again.'}
    </p>
  );
}
