/** The messages behind a number of the dashboard. */
import { type Answer, MailSeries, mailMessages } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Status } from '../console/parts.tsx';
import { stateTone } from '../console/tracking/step.ts';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { typed } from '../kit/observable.ts';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { count } from '../kit/text.ts';
import { absolute } from '../kit/time.ts';
import { Time, useZone } from '../kit/when.tsx';
import css from './dashboard.module.css';
import { labelOf } from './series.ts';

type Row = Answer<typeof mailMessages>['rows'][number];

const DAY_MS = 86_400_000;
const tag = (type: Observable['type'], value: string, limit = 34): ReactNode =>
  value === '' ? (
    <span className="muted">none</span>
  ) : (
    <ObservableTag observable={{ type, value }} limit={limit} />
  );

const COLUMNS: Column<Row>[] = [
  {
    id: 'received',
    label: 'Received',
    width: 170,
    cell: ({ row }) => <Time at={row.received} only="absolute" />,
    value: ({ row }) => row.received,
  },
  {
    id: 'subject',
    label: 'Subject',
    lead: true,
    cell: ({ row }) => tag('email_subject', row.subject, 44),
    value: ({ row }) => row.subject,
  },
  {
    id: 'sender',
    label: 'Sender',
    cell: ({ row }) => tag('email', row.sender),
    value: ({ row }) => row.sender,
  },
  {
    id: 'recipients',
    label: 'Recipients',
    cell: ({ row: { recipients } }) => (
      <>
        {tag('email', recipients[0]?.address ?? '')}
        {recipients.length > 1 && <span className="muted"> and {recipients.length - 1} more</span>}
      </>
    ),
    value: ({ row }) => row.recipients[0]?.address ?? '',
  },
  {
    id: 'state',
    label: 'Last state',
    width: 124,
    cell: ({ row }) => <Status tone={stateTone(row.state)}>{row.state}</Status>,
    value: ({ row }) => row.state,
  },
  {
    id: 'device',
    label: 'Appliance',
    width: 196,
    cell: ({ device, row }) => (
      <span title={`${device}, MID ${row.mid}`}>
        <Inert text={device} /> <span className="muted">MID {row.mid}</span>
      </span>
    ),
    value: ({ device }) => device,
  },
];

/** The address says which messages, so that it can be passed on. */
function useAsked(): { series: MailSeries; range: { from: number; to: number }; recipient: string } {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const to = Number(search.to) || Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  const from = Math.min(Number(search.from) || to - 7 * DAY_MS, to);
  const series = MailSeries.safeParse(search.series);
  return {
    series: series.success ? series.data : 'all',
    range: { from, to },
    recipient: typeof search.recipient === 'string' ? search.recipient : '',
  };
}

/** A message by what is its own: the Message-ID, or the MID where it has none. */
const queryOf = ({ row }: Row): string =>
  typed(
    row.messageId !== ''
      ? { type: 'email_messageid', value: row.messageId }
      : { type: 'cisco_mid', value: String(row.mid) },
  );

export function MailPage(): ReactNode {
  const { series, range, recipient } = useAsked();
  const { zone } = useZone();
  const navigate = useNavigate();
  const body = {
    range,
    series,
    ...(recipient ? { recipient: { op: 'is' as const, value: recipient } } : {}),
  };
  const found = useCall(mailMessages, { body });
  const times = [range.from, range.to].map((at) => absolute(at, zone).slice(0, 16));
  return (
    <Page
      title={labelOf(series)}
      lead={
        <>
          {recipient && (
            <>
              To <Inert text={recipient} />,{' '}
            </>
          )}
          {recipient ? 'received' : 'Received'} from {times[0]} to {times[1]}. A row opens the investigation
          of its message.
        </>
      }
    >
      <Loaded of={found} rows={8}>
        {({ rows, total, devices }) => (
          <>
            <p className={`muted ${css.told}`} role="status">
              {rows.length < total
                ? `The newest ${rows.length.toLocaleString('en-US')} of ${count(total, 'message')}`
                : count(total, 'message')}
            </p>
            {devices.map(
              ({ id, problem }) =>
                problem && (
                  <p key={id} className={css.problem} role="status">
                    <Inert text={problem} /> Its messages are missing here.
                  </p>
                ),
            )}
            <Table
              label="Messages"
              rows={rows}
              columns={COLUMNS}
              minWidth={1180}
              height="70vh"
              rowKey={({ device, row }) => `${device}/${row.mid}`}
              onOpen={(row) => void navigate({ to: '/investigate', search: { q: queryOf(row) } })}
              empty={
                <EmptyState title="No message">
                  Nothing of this kind came in this time. The dashboard has longer ones.
                </EmptyState>
              }
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}
