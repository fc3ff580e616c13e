/** Audit Log: who did what, newest first; filtered, exported, verified. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type AuditEntry, address, auditFacets, exportAudit, listAudit } from '@sightline/api';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { call, keyOf, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { LoadMore } from '../kit/more.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time, useZone } from '../kit/when.tsx';
import css from './devices.module.css';
import { instant } from './order.ts';
import { ExchangeTabs } from './tabs.tsx';
import { useVerify, VerifyButton, VerifyResult } from './verify.tsx';

const COLUMNS: Column<AuditEntry>[] = [
  { id: 'seq', label: '#', width: 64, right: true, cell: (e) => <span className="muted">{e.seq}</span> },
  { id: 'at', label: 'Time', width: 274, cell: (e) => <Time at={e.at} /> },
  { id: 'actor', label: 'Who', width: 150, cell: (e) => <Inert text={e.actor} /> },
  { id: 'action', label: 'Action', width: 170, cell: (e) => <span className="mono">{e.action}</span> },
  {
    id: 'text',
    label: 'What',
    lead: true,
    cell: (e) => (
      <span title={`${e.object}: ${e.text}`}>
        <Inert text={e.text} />
      </span>
    ),
  },
  { id: 'peer', label: 'From', width: 130, cell: (e) => <span className="mono">{e.peer}</span> },
];

/** As the fields have it; '' is no filter, times are as `datetime-local` gives them. */
interface Filter {
  search: string;
  actor: string;
  action: string;
  from: string;
  to: string;
}
const NONE: Filter = { search: '', actor: '', action: '', from: '', to: '' };

/** As the endpoint takes it. */
function useQueryOf(filter: Filter) {
  const { zone } = useZone();
  const { search, from, to, ...rest } = filter;
  const all = { search: search.trim(), ...rest, from: instant(from, zone), to: instant(to, zone) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as Partial<Filter>;
}

function useAudit(query: Partial<Filter>) {
  return useInfiniteQuery({
    queryKey: [...keyOf(listAudit, query)],
    queryFn: ({ pageParam, signal }) =>
      call(
        listAudit,
        { query: { ...query, ...(pageParam && { before: pageParam }), limit: 100 } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.more ? last.entries.at(-1)?.seq : undefined),
    placeholderData: keepPreviousData,
  });
}

export function AuditPage(): ReactNode {
  const [filter, setFilter] = useState(NONE);
  const query = useQueryOf(useDeferredValue(filter));
  const audit = useAudit(query);
  const verify = useVerify();
  const filtered = Object.keys(query).length > 0;
  return (
    <Page
      title="Audit Log"
      lead="Who did what in this exchange, newest first. Entries cannot be changed or deleted, and each is chained to the one before."
      actions={
        <>
          <VerifyButton verify={verify} />
          <Export format="csv" query={query} />
          <Export format="json" query={query} />
        </>
      }
    >
      <ExchangeTabs />
      <VerifyResult verify={verify} />
      <Filters filter={filter} onChange={(change) => setFilter((now) => ({ ...now, ...change }))} />
      <Loaded of={audit} rows={10}>
        {(found) => (
          <Table
            label="Audit log"
            rows={found.pages.flatMap((p) => p.entries)}
            columns={COLUMNS}
            rowKey={(e) => String(e.seq)}
            minWidth={1040}
            empty={<EmptyState title={filtered ? 'No entry matches' : 'Nothing has happened yet'} />}
          />
        )}
      </Loaded>
      <LoadMore of={audit} />
    </Page>
  );
}

/** The browser saves the answer; the session's cookie goes with the request. */
function Export({ format, query }: { format: 'csv' | 'json'; query: Partial<Filter> }): ReactNode {
  return (
    <Button
      component="a"
      variant="default"
      leftSection={<IconDownload size={14} />}
      href={address(exportAudit, { query: { ...query, format } })}
      download
    >
      Export {format.toUpperCase()}
    </Button>
  );
}

interface FiltersProps {
  filter: Filter;
  onChange: (change: Partial<Filter>) => void;
}

/** `token.minted` reads `Token minted`. */
const actionChoice = (value: string) => {
  const words = value.replaceAll(/[._]/g, ' ');
  return { value, label: words.charAt(0).toUpperCase() + words.slice(1) };
};

function Filters({ filter, onChange }: FiltersProps): ReactNode {
  const facets = useCall(auditFacets).data ?? { actors: [], actions: [] };
  const { zone } = useZone();
  const where = zone === 'utc' ? 'UTC' : 'local time';
  type Choice = string | { value: string; label: string };
  const pick = (name: 'actor' | 'action', label: string, all: string, values: Choice[]): ReactNode => (
    <NativeSelect
      size="xs"
      aria-label={label}
      data={[{ value: '', label: all }, ...values]}
      value={filter[name]}
      onChange={(e) => onChange({ [name]: e.currentTarget.value })}
    />
  );
  const time = (name: 'from' | 'to', label: string): ReactNode => (
    <span className={css.time}>
      <span aria-hidden>{label}</span>
      <TextInput
        type="datetime-local"
        aria-label={`${label}, ${where}`}
        value={filter[name]}
        onChange={(e) => onChange({ [name]: e.currentTarget.value })}
      />
    </span>
  );
  return (
    <div className={css.bar}>
      <TextInput
        type="search"
        aria-label="Filter the audit log"
        placeholder="Who, action, what or address"
        leftSection={<IconSearch size={14} />}
        value={filter.search}
        maxLength={200}
        onChange={(e) => onChange({ search: e.currentTarget.value })}
      />
      {pick('actor', 'Who', 'Everybody', facets.actors)}
      {pick('action', 'Action', 'All actions', facets.actions.map(actionChoice))}
      {time('from', 'From')}
      {time('to', 'Until')}
    </div>
  );
}
