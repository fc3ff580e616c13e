/** Audit Log: who did what, newest first. */
import { Button, TextInput } from '@mantine/core';
import { type AuditEntry, listAudit } from '@sightline/api';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { call, keyOf } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import css from './devices.module.css';

const COLUMNS: Column<AuditEntry>[] = [
  { id: 'at', label: 'Time', width: 274, cell: (e) => <Time at={e.at} /> },
  { id: 'actor', label: 'Who', width: 150, cell: (e) => <Inert text={e.actor} /> },
  { id: 'action', label: 'Action', width: 170, cell: (e) => <span className="mono">{e.action}</span> },
  {
    id: 'text',
    label: 'What',
    cell: (e) => (
      <span title={e.object}>
        <Inert text={e.text} />
      </span>
    ),
  },
  { id: 'peer', label: 'From', width: 130, cell: (e) => <span className="mono">{e.peer}</span> },
];

function useAudit(search: string) {
  return useInfiniteQuery({
    queryKey: [...keyOf(listAudit, search)],
    queryFn: ({ pageParam, signal }) =>
      call(
        listAudit,
        { query: { ...(search && { search }), ...(pageParam && { before: pageParam }), limit: 100 } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.more ? last.entries.at(-1)?.seq : undefined),
    placeholderData: keepPreviousData,
  });
}

export function AuditPage(): ReactNode {
  const [search, setSearch] = useState('');
  const audit = useAudit(useDeferredValue(search.trim()));
  return (
    <Page
      title="Audit Log"
      lead="Who did what in this exchange, newest first. Entries cannot be changed or deleted."
    >
      <div className={css.bar}>
        <TextInput
          type="search"
          aria-label="Filter the audit log"
          placeholder="Who, action, what or address"
          leftSection={<IconSearch size={14} />}
          value={search}
          maxLength={200}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
      </div>
      <Loaded of={audit} rows={10}>
        {(found) => (
          <Table
            label="Audit log"
            rows={found.pages.flatMap((p) => p.entries)}
            columns={COLUMNS}
            rowKey={(e) => String(e.seq)}
            minWidth={980}
            empty={<EmptyState title={search.trim() ? 'No entry matches' : 'Nothing has happened yet'} />}
          />
        )}
      </Loaded>
      {audit.hasNextPage && (
        <div>
          <Button
            variant="default"
            loading={audit.isFetchingNextPage}
            onClick={() => void audit.fetchNextPage()}
          >
            Load more
          </Button>
        </div>
      )}
    </Page>
  );
}
