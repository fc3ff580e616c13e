/** Applications that may act for the person who is logged in. */
import { Button } from '@mantine/core';
import { type Application, endApplication, listApplications } from '@sightline/api';
import { type ReactNode, useMemo } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import css from './users.module.css';

const columns = (onEnd: (application: Application) => void): Column<Application>[] => [
  { id: 'name', label: 'Application', value: (a) => a.name, cell: (a) => <Inert text={a.name} /> },
  {
    id: 'scopes',
    label: 'Scopes',
    cell: (a) => (
      <span className="mono" title={a.scopes.join('\n')}>
        {a.scopes.join(' ')}
      </span>
    ),
  },
  {
    id: 'since',
    label: 'Since',
    width: 130,
    value: (a) => a.since,
    cell: (a) => <Time at={a.since} only="relative" />,
  },
  {
    id: 'end',
    label: <span className="visually-hidden">Actions</span>,
    width: 80,
    right: true,
    cell: (a) => (
      <Button size="compact-xs" variant="default" aria-label={`Stop ${a.name}`} onClick={() => onEnd(a)}>
        Stop
      </Button>
    ),
  },
];

export function Applications(): ReactNode {
  const applications = useCall(listApplications);
  const { mutate } = useAct(endApplication, {
    refresh: [listApplications],
    done: 'The application may no longer act for you.',
  });
  const shown = useMemo(
    () => columns(({ id }) => mutate({ params: { id } }, { onError: notifyProblem })),
    [mutate],
  );
  return (
    <section aria-labelledby="applications">
      <div className={css.bar}>
        <h2 id="applications">Applications that act for me</h2>
      </div>
      <Loaded of={applications}>
        {({ applications: all }) => (
          <Table
            label="Applications"
            rows={all}
            columns={shown}
            rowKey={(a) => a.id}
            minWidth={560}
            empty={<EmptyState title="No application acts for you" />}
          />
        )}
      </Loaded>
    </section>
  );
}
