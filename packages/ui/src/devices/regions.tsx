/** Regions: every exchange of the installation, which one this is, and whether the others answer. */
import { Button } from '@mantine/core';
import { listRegions, type RegionState } from '@sightline/api';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { duration } from '../kit/time.ts';
import css from './devices.module.css';
import { ExchangeTabs } from './tabs.tsx';

const COLUMNS: Column<RegionState>[] = [
  {
    id: 'name',
    label: 'Region',
    width: 190,
    cell: (r) => (
      <>
        {r.name}
        {r.own && <span className={css.mark}>this exchange</span>}
      </>
    ),
  },
  { id: 'state', label: 'Reachable from here', width: 240, cell: (r) => <Reachable region={r} /> },
  {
    id: 'url',
    label: 'Address',
    cell: (r) => (
      <>
        <span className="mono">{r.url}</span>{' '}
        <CopyButton icon text={r.url} label={`Copy address of ${r.name}`} />
      </>
    ),
  },
];

export function RegionsPage(): ReactNode {
  const regions = useCall(listRegions, undefined, { every: 30_000 });
  return (
    <Page
      title="Regions"
      lead="Each region is an exchange of its own: a registration token is good in the region that generated it, and data does not cross."
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={regions.isFetching}
          onClick={() => void regions.refetch()}
        >
          Check again
        </Button>
      }
    >
      <ExchangeTabs />
      <Loaded of={regions} rows={3}>
        {({ regions: all }) => (
          <Table label="Regions" rows={all} columns={COLUMNS} rowKey={(r) => r.name} minWidth={700} />
        )}
      </Loaded>
    </Page>
  );
}

function Reachable({ region }: { region: RegionState }): ReactNode {
  const text = region.own ? 'You are here' : region.problem || `Answers in ${duration(region.ms ?? 0)}`;
  return (
    <span className={css.state} data-good={region.reachable} title={text}>
      {text}
    </span>
  );
}
