/** Devices of the organisation: find, add, edit, delete; what registers appears by itself. */

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type Device, deleteDevices, listDevices } from '@sightline/api';
import { IconPlus, IconSearch, IconServerOff, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { call, keyOf, useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { May, useMay } from '../kit/may.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import { AddDevices } from './add.tsx';
import css from './devices.module.css';
import { STATUS_WORD, selectedText, stillThere } from './order.ts';
import { RevokeSelected } from './revoke.tsx';
import { DeviceTable } from './table.tsx';
import { ExchangeTabs } from './tabs.tsx';

/** '' where all are meant. */
interface Filter {
  search: string;
  status: '' | Device['status'];
  type: string;
}
const ALL: Filter = { search: '', status: '', type: '' };

/** Polled, so that a device that turns Registered appears by itself. */
function useDevices({ search, status, type }: Filter) {
  const query = { ...(search && { search }), ...(status && { status }), ...(type && { type }) };
  const input = { query };
  return useQuery({
    queryKey: [...keyOf(listDevices, input)],
    queryFn: ({ signal }) => call(listDevices, input, { signal }),
    refetchInterval: 3000,
    placeholderData: keepPreviousData,
  });
}

export function DevicesPage(): ReactNode {
  const [filter, setFilter] = useState(ALL);
  const [adding, setAdding] = useState(false);
  const search = useDeferredValue(filter.search.trim());
  const devices = useDevices({ ...filter, search });
  const region = devices.data?.region ?? '';
  const organisation = devices.data?.organisation;
  const add = (): void => setAdding(true);
  return (
    <Page
      title={organisation ? `Devices for ${organisation}` : 'Devices'}
      lead={`Appliances that are registered with the exchange${region && ` ${region}`}, and tokens that wait for one.`}
      actions={
        <May do="device:write">
          <Button leftSection={<IconPlus size={15} />} onClick={add}>
            Add Devices and Generate Tokens
          </Button>
        </May>
      }
    >
      <ExchangeTabs />
      <Loaded of={devices} rows={8}>
        {(found) => (
          <Listing
            devices={found.devices}
            region={region}
            filter={filter}
            onFilter={(change) => setFilter((now) => ({ ...now, ...change }))}
            onAdd={add}
          />
        )}
      </Loaded>
      {adding && <AddDevices region={region} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface ListingProps {
  devices: Device[];
  region: string;
  filter: Filter;
  onFilter: (change: Partial<Filter>) => void;
  onAdd: () => void;
}

function Listing({ devices, region, filter, onFilter, onAdd }: ListingProps): ReactNode {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const selected = stillThere(marked, devices);
  const filtered = Object.values(filter).some((value) => value.trim() !== '');
  return (
    <>
      <div className={css.bar}>
        <Filters filter={filter} onFilter={onFilter} />
        <span className="muted" role="status">
          {selectedText(selected.size)}
        </span>
        <span className={css.space} />
        <span className="muted">{count(devices.length, 'device')}</span>
        <RevokeSelected devices={devices.filter(({ id }) => selected.has(id))} />
        <DeleteSelected ids={[...selected]} onDone={() => setMarked(new Set())} />
      </div>
      {devices.length > 0 ? (
        <DeviceTable devices={devices} region={region} selected={selected} onSelect={setMarked} />
      ) : (
        <NoDevices filtered={filtered} onAdd={onAdd} />
      )}
    </>
  );
}

const STATUSES = [
  { value: '', label: 'Any status' },
  ...Object.entries(STATUS_WORD).map(([value, label]) => ({ value, label })),
];
const TYPES = [
  { value: '', label: 'Any type' },
  { value: 'ESA', label: 'ESA' },
  { value: 'SMA', label: 'SMA' },
];

function Filters({ filter, onFilter }: Pick<ListingProps, 'filter' | 'onFilter'>): ReactNode {
  return (
    <>
      <TextInput
        type="search"
        aria-label="Search devices"
        placeholder="Name, type, version, description, id or address"
        leftSection={<IconSearch size={14} />}
        value={filter.search}
        maxLength={200}
        onChange={(e) => onFilter({ search: e.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        aria-label="Status"
        data={STATUSES}
        value={filter.status}
        onChange={(e) => onFilter({ status: e.currentTarget.value as Filter['status'] })}
      />
      <NativeSelect
        size="xs"
        aria-label="Type"
        data={TYPES}
        value={filter.type}
        onChange={(e) => onFilter({ type: e.currentTarget.value })}
      />
    </>
  );
}

function NoDevices({ filtered, onAdd }: { filtered: boolean; onAdd: () => void }): ReactNode {
  if (filtered)
    return (
      <div className="panel">
        <EmptyState title="No device matches">
          No device has this status and type, and this text in its name, type, version, description, id or
          address.
        </EmptyState>
      </div>
    );
  return (
    <div className="panel">
      <EmptyState
        icon={<IconServerOff size={28} stroke={1.4} aria-hidden />}
        title="No devices yet"
        actions={
          <May do="device:write">
            <Button onClick={onAdd}>Generate a token</Button>
          </May>
        }
      >
        Generate a registration token here, then paste it on the appliance under Network &gt; Cloud Service
        Settings. The device appears in this list.
      </EmptyState>
    </div>
  );
}

function DeleteSelected({ ids, onDone }: { ids: string[]; onDone: () => void }): ReactNode {
  const [asking, setAsking] = useState(false);
  const remove = useAct(deleteDevices, {
    refresh: [listDevices],
    done: ({ deleted }) => `${count(deleted, 'device')} deleted.`,
    onDone: () => {
      setAsking(false);
      onDone();
    },
  });
  const mayWrite = useMay('device:write');
  if (!mayWrite || (ids.length === 0 && !asking)) return null;
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
        onConfirm={() => remove.mutate({ body: { ids } })}
        onClose={() => setAsking(false)}
      >
        Their connections end at once. Each needs a new registration token to come back.
      </Confirm>
    </>
  );
}
