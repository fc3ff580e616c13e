/** Monitor > Delivery Status: destinations, whether they can be reached, and what waits for them. */
import { Button } from '@mantine/core';
import {
  type DeliveryStatus,
  type DestinationStatus,
  deliveryStatus,
  listQueue,
  type SuspendOrder,
  suspendMail,
} from '@sightline/api';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May, useMay } from '../../kit/may.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { Block, ConsolePage, Facts, Status, type Tone } from '../parts.tsx';
import { QUEUE } from '../places.ts';
import css from './queue.module.css';
import { Reason } from './reason.tsx';

type Order = Omit<SuspendOrder, 'reason'>;

export function DeliveryStatusPage(): ReactNode {
  const status = useCall(deliveryStatus, undefined, { every: 5000 });
  const [order, setOrder] = useState<Order>();
  return (
    <ConsolePage title="Delivery Status" lead="Where mail goes, whether it gets there, and what waits.">
      <Loaded of={status}>
        {(now) => (
          <>
            <Flow status={now} ask={setOrder} />
            <Destinations status={now} ask={setOrder} />
          </>
        )}
      </Loaded>
      {order && <Suspend order={order} onClose={() => setOrder(undefined)} />}
    </ConsolePage>
  );
}

interface Part {
  status: DeliveryStatus;
  ask: (order: Order) => void;
}

function Flow({ status, ask }: Part): ReactNode {
  const { suspension, queued, oldest } = status;
  return (
    <div className={`${layout.grid2} ${layout.even}`}>
      <Block title="Mail flow">
        <Facts
          rows={[
            ['Receiving', <Switch key="l" what="listeners" off={suspension.listeners} ask={ask} />],
            ['Delivery', <Switch key="d" what="delivery" off={suspension.delivery} ask={ask} />],
          ]}
        />
      </Block>
      <Block title="Queue">
        <Facts
          rows={[
            [
              'Messages',
              <Link key="q" to={QUEUE}>
                {queued.toLocaleString('en-US')}
              </Link>,
            ],
            ['Oldest', oldest ? <Time key="o" at={oldest} /> : 'none'],
          ]}
        />
      </Block>
    </div>
  );
}

function Switch({
  what,
  off,
  ask,
}: {
  what: 'listeners' | 'delivery';
  off: boolean;
  ask: Part['ask'];
}): ReactNode {
  return (
    <span className={layout.row}>
      <Status tone={off ? 'off' : 'good'}>{off ? 'Suspended' : 'Running'}</Status>
      <May do="queue:write">
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${off ? 'Resume' : 'Suspend'} ${what}`}
          onClick={() => ask({ what, domain: '', suspended: !off })}
        >
          {off ? 'Resume' : 'Suspend'}
        </Button>
      </May>
    </span>
  );
}

const HOSTS: Record<DestinationStatus['host'], [Tone, string]> = {
  up: ['good', 'Up'],
  down: ['bad', 'Down'],
  unknown: ['calm', 'Not tried'],
};

function Destinations({ status, ask }: Part): ReactNode {
  const may = useMay('queue:write');
  const columns = useMemo(() => columnsOf(may, ask), [may, ask]);
  const since = (
    <span className="muted">
      counted since <Time at={status.since} only="absolute" />
    </span>
  );
  return (
    <Block title="Destinations" actions={since}>
      <Table
        label="Destinations"
        rows={status.destinations}
        columns={columns}
        rowKey={(row) => row.domain}
        sort={{ id: 'active', desc: true }}
        minWidth={1100}
        empty={
          <EmptyState title="No destination yet">
            They appear when the first message is on its way.
          </EmptyState>
        }
      />
    </Block>
  );
}

const number = (
  id: 'active' | 'deferred' | 'held' | 'connections' | 'delivered' | 'softBounced' | 'hardBounced',
  label: string,
): Column<DestinationStatus> => ({
  id,
  label,
  width: 108,
  right: true,
  value: (row) => row[id],
  cell: (row) => row[id].toLocaleString('en-US'),
});

const columnsOf = (may: boolean, ask: Part['ask']): Column<DestinationStatus>[] => [
  {
    id: 'domain',
    label: 'Domain',
    value: (row) => row.domain,
    cell: ({ domain }) => (
      <Link className={css.domain} to={QUEUE} search={{ domain } as never}>
        {domain}
      </Link>
    ),
  },
  {
    id: 'host',
    label: 'Host',
    width: 104,
    value: (row) => row.host,
    cell: ({ host, suspended, reply }) => {
      const [tone, label] = suspended ? (['off', 'Suspended'] as const) : HOSTS[host];
      return (
        <span title={reply ? `${reply.code || ''} ${reply.status} ${reply.text}`.trim() : undefined}>
          <Status tone={tone}>{label}</Status>
        </span>
      );
    },
  },
  number('active', 'Active'),
  number('deferred', 'Deferred'),
  number('held', 'On hold'),
  number('connections', 'Connections'),
  number('delivered', 'Delivered'),
  number('softBounced', 'Soft bounced'),
  number('hardBounced', 'Hard bounced'),
  ...(may
    ? [
        {
          id: 'act',
          label: <span className="visually-hidden">Suspend</span>,
          width: 106,
          cell: ({ domain, suspended }: DestinationStatus) => (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`${suspended ? 'Resume' : 'Suspend'} ${domain}`}
              onClick={() => ask({ what: 'domain', domain, suspended: !suspended })}
            >
              {suspended ? 'Resume' : 'Suspend'}
            </Button>
          ),
        },
      ]
    : []),
];

const TEXTS: Record<Order['what'], string> = {
  listeners: 'Clients are told to come again later (421). Nothing that is in the queue is touched.',
  delivery: 'Mail is still taken; it waits in the queue. Messages in transfer are finished.',
  domain: 'Mail for this domain waits in the queue.',
};

function Suspend({ order, onClose }: { order: Order; onClose: () => void }): ReactNode {
  const verb = order.suspended ? 'Suspend' : 'Resume';
  const what = order.what === 'domain' ? `delivery to ${order.domain}` : order.what;
  const suspend = useAct(suspendMail, {
    refresh: [deliveryStatus, listQueue],
    done: `${verb}d: ${what}.`,
    onDone: onClose,
  });
  return (
    <Reason
      title={`${verb} ${what}`}
      verb={verb}
      busy={suspend.isPending}
      error={suspend.error}
      onClose={onClose}
      onConfirm={(reason) => suspend.mutate({ body: { ...order, reason } })}
    >
      {order.suspended ? TEXTS[order.what] : 'It goes on at once.'}
    </Reason>
  );
}
