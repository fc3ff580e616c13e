/** Events: what happens between devices and the exchange, newest first; alarms ask for a person. */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type ExchangeEvent, listDevices, listEvents } from '@sightline/api';
import { IconAlertTriangleFilled, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { call, keyOf, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { LoadMore } from '../kit/more.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import css from './devices.module.css';
import { KIND_WORD } from './order.ts';
import { ExchangeTabs } from './tabs.tsx';

const COLUMNS: Column<ExchangeEvent>[] = [
  { id: 'at', label: 'Time', width: 274, cell: (e) => <Time at={e.at} /> },
  { id: 'kind', label: 'Event', width: 230, cell: (e) => <Kind event={e} /> },
  { id: 'name', label: 'Device', width: 180, cell: (e) => <Inert text={e.name} /> },
  {
    id: 'text',
    label: 'What',
    lead: true,
    cell: (e) => (
      <span title={e.text}>
        <Inert text={e.text} />
      </span>
    ),
  },
  { id: 'peer', label: 'From', width: 130, cell: (e) => <span className="mono">{e.peer}</span> },
];

function Kind({ event }: { event: ExchangeEvent }): ReactNode {
  return (
    <span className={css.kind} data-alarm={event.alarm || undefined} title={event.kind}>
      {event.alarm && <IconAlertTriangleFilled size={13} aria-label="Alarm" />}
      {KIND_WORD[event.kind] ?? event.kind}
    </span>
  );
}

interface Filter {
  device?: string;
  kind?: string;
  alarm?: boolean;
  search?: string;
}

function useEvents(filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...keyOf(listEvents, filter)],
    queryFn: ({ pageParam, signal }) => {
      const { alarm, ...rest } = filter;
      const query = { ...rest, ...(alarm && { alarm: 'true' }), ...(pageParam && { before: pageParam }) };
      return call(listEvents, { query }, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (last) => (last.more ? last.events.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

export function EventsPage(): ReactNode {
  const { device = '', kind = '' } = useSearch({ from: '/events' });
  const navigate = useNavigate({ from: '/events' });
  const [search, setSearch] = useState('');
  const [alarm, setAlarm] = useState(false);
  const sought = useDeferredValue(search.trim());
  const events = useEvents({
    ...(device && { device }),
    ...(kind && { kind }),
    ...(sought && { search: sought }),
    ...(alarm && { alarm }),
  });
  const pick = (next: { device?: string; kind?: string }): void =>
    void navigate({ search: { device, kind, ...next }, replace: true });
  const filtered = Boolean(device || kind || sought || alarm);
  return (
    <Page
      title="Events"
      lead="What happened between devices and this exchange in the last 90 days, newest first."
    >
      <ExchangeTabs />
      <div className={css.bar}>
        <TextInput
          type="search"
          aria-label="Search events"
          placeholder="Event, device, what or address"
          leftSection={<IconSearch size={14} />}
          value={search}
          maxLength={200}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
        <KindFilter
          kinds={events.data?.pages[0]?.kinds ?? []}
          value={kind}
          onPick={(k) => pick({ kind: k })}
        />
        <DeviceFilter value={device} onPick={(d) => pick({ device: d })} />
        <Checkbox label="Alarms only" checked={alarm} onChange={(e) => setAlarm(e.currentTarget.checked)} />
      </div>
      <Loaded of={events} rows={10}>
        {(found) => (
          <Table
            label="Events"
            rows={found.pages.flatMap((p) => p.events)}
            columns={COLUMNS}
            rowKey={(e) => e.id}
            minWidth={1080}
            empty={<EmptyState title={filtered ? 'No event matches' : 'Nothing has happened yet'} />}
          />
        )}
      </Loaded>
      <LoadMore of={events} />
    </Page>
  );
}

interface PickProps {
  value: string;
  onPick: (value: string) => void;
}

function KindFilter({ kinds, value, onPick }: PickProps & { kinds: string[] }): ReactNode {
  const known = kinds.includes(value) || value === '' ? kinds : [value, ...kinds];
  return (
    <NativeSelect
      size="xs"
      aria-label="Kind of event"
      data={[
        { value: '', label: 'All events' },
        ...known.map((kind) => ({ value: kind, label: KIND_WORD[kind] ?? kind })),
      ]}
      value={value}
      onChange={(e) => onPick(e.currentTarget.value)}
    />
  );
}

function DeviceFilter({ value, onPick }: PickProps): ReactNode {
  const devices = useCall(listDevices, { query: {} }).data?.devices ?? [];
  const gone = value !== '' && !devices.some((d) => d.id === value);
  return (
    <NativeSelect
      size="xs"
      aria-label="Device"
      data={[
        { value: '', label: 'All devices' },
        ...(gone ? [{ value, label: 'A deleted device' }] : []),
        ...devices.map((d) => ({ value: d.id, label: d.name })),
      ]}
      value={value}
      onChange={(e) => onPick(e.currentTarget.value)}
    />
  );
}
