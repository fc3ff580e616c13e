/** Devices of the organisation: find, add, edit, delete; what registers appears by itself. */
import { Button, TextInput } from '@mantine/core';
import { type Device, deleteDevice, listDevices } from '@sightline/api';
import { IconPlus, IconSearch, IconServerOff, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { call, keyOf, useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import { AddDevices } from './add.tsx';
import css from './devices.module.css';
import { selectedText, stillThere } from './order.ts';
import { DeviceTable } from './table.tsx';

/** Polled, so that a device that turns Registered appears by itself. */
function useDevices(search: string) {
  const input = { query: search === '' ? {} : { search } };
  return useQuery({
    queryKey: [...keyOf(listDevices, input)],
    queryFn: ({ signal }) => call(listDevices, input, { signal }),
    refetchInterval: 3000,
    placeholderData: keepPreviousData,
  });
}

export function DevicesPage(): ReactNode {
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const devices = useDevices(useDeferredValue(search.trim()));
  const organisation = devices.data?.organisation;
  const add = (): void => setAdding(true);
  return (
    <Page
      title={organisation ? `Devices for ${organisation}` : 'Devices'}
      lead={`Appliances that are registered with the exchange${devices.data ? ` ${devices.data.region}` : ''}, and tokens that wait for one.`}
      actions={
        <Button leftSection={<IconPlus size={15} />} onClick={add}>
          Add Devices and Generate Tokens
        </Button>
      }
    >
      <Loaded of={devices} rows={8}>
        {(found) => <Listing devices={found.devices} search={search} onSearch={setSearch} onAdd={add} />}
      </Loaded>
      {adding && <AddDevices region={devices.data?.region ?? ''} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface ListingProps {
  devices: Device[];
  search: string;
  onSearch: (text: string) => void;
  onAdd: () => void;
}

function Listing({ devices, search, onSearch, onAdd }: ListingProps): ReactNode {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const selected = stillThere(marked, devices);
  return (
    <>
      <div className={css.bar}>
        <TextInput
          type="search"
          aria-label="Search devices"
          placeholder="Name, type, version, description, id or address"
          leftSection={<IconSearch size={14} />}
          value={search}
          maxLength={200}
          onChange={(e) => onSearch(e.currentTarget.value)}
        />
        <span className="muted" role="status">
          {selectedText(selected.size)}
        </span>
        <span className={css.space} />
        <span className="muted">{count(devices.length, 'device')}</span>
        <DeleteSelected ids={[...selected]} onDone={() => setMarked(new Set())} />
      </div>
      {devices.length > 0 ? (
        <DeviceTable devices={devices} selected={selected} onSelect={setMarked} />
      ) : (
        <NoDevices searched={search.trim() !== ''} onAdd={onAdd} />
      )}
    </>
  );
}

function NoDevices({ searched, onAdd }: { searched: boolean; onAdd: () => void }): ReactNode {
  if (searched)
    return (
      <div className="panel">
        <EmptyState title="No device matches">
          Nothing has this text in its name, type, version, description, id or address.
        </EmptyState>
      </div>
    );
  return (
    <div className="panel">
      <EmptyState
        icon={<IconServerOff size={28} stroke={1.4} aria-hidden />}
        title="No devices yet"
        actions={<Button onClick={onAdd}>Generate a token</Button>}
      >
        Generate a registration token here, then paste it on the appliance under Network &gt; Cloud Service
        Settings. The device appears in this list.
      </EmptyState>
    </div>
  );
}

function DeleteSelected({ ids, onDone }: { ids: string[]; onDone: () => void }): ReactNode {
  const [asking, setAsking] = useState(false);
  const remove = useAct(deleteDevice, { refresh: [listDevices] });
  const removeAll = async (): Promise<void> => {
    for (const id of ids) await remove.mutateAsync({ params: { id } });
    setAsking(false);
    onDone();
  };
  if (ids.length === 0) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={14} />} onClick={() => setAsking(true)}>
        Delete selected
      </Button>
      <Confirm
        opened={asking}
        title={`Delete ${count(ids.length, 'device')}?`}
        verb={`Delete ${count(ids.length, 'device')}`}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => void removeAll().catch(() => {})}
        onClose={() => setAsking(false)}
      >
        Their connections end at once. Each needs a new registration token to come back.
      </Confirm>
    </>
  );
}
