/** Monitor > Overview: what the gateway has done and is doing. */
import { getCloud, mailStatus, searchTracking } from '@sightline/api';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { May, useMay } from '../../kit/may.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { Time } from '../../kit/when.tsx';
import { cloudView, serverLabel } from '../cloud/view.ts';
import layout from '../console.module.css';
import { Block, ConsolePage, Facts, Status } from '../parts.tsx';
import { CLOUD, messagePath, TRACKING } from '../places.ts';
import { title } from '../tracking/fields.tsx';
import { Address, Subject } from '../tracking/results.tsx';
import { stateTone } from '../tracking/step.ts';
import { deliveredShare, FIGURES, type Figure, type MailStatus, percent } from './outcome.ts';
import css from './overview.module.css';

export function OverviewPage(): ReactNode {
  const status = useCall(mailStatus, undefined, { every: 3000 });
  return (
    <ConsolePage title="Overview" lead="What this gateway has done since it was started, and what waits.">
      <Loaded of={status}>
        {(now) => (
          <>
            <Figures status={now} />
            <div className={`${layout.grid2} ${layout.even}`}>
              <Gateway status={now} />
              <May do="config:read">
                <CloudService />
              </May>
            </div>
          </>
        )}
      </Loaded>
      <May do="tracking:read">
        <Latest />
      </May>
    </ConsolePage>
  );
}

function Figures({ status }: { status: MailStatus }): ReactNode {
  const since = (
    <span className="muted">
      since <Time at={status.since} only="absolute" />
    </span>
  );
  return (
    <Block title="Messages" actions={since}>
      <div className={css.figures}>
        {FIGURES.map((figure) => (
          <FigureLink key={figure.key} figure={figure} value={status[figure.key]} />
        ))}
      </div>
      <Share share={deliveredShare(status)} />
    </Block>
  );
}

/** Every number leads to its messages, for whoever may see them. */
function FigureLink({ figure: { key, label, unit }, value }: { figure: Figure; value: number }): ReactNode {
  const mayTrack = useMay('tracking:read');
  const search = key === 'accepted' ? { received: 'week' } : { received: 'week', states: key };
  const figure = (
    <>
      <span className={css.value}>{value.toLocaleString('en-US')}</span>{' '}
      <span className={css.label}>
        <i className={css.dot} data-mark={key} aria-hidden />
        {label}
      </span>{' '}
      <span className={css.unit}>{unit}</span>
    </>
  );
  if (!mayTrack) return <div className={css.figure}>{figure}</div>;
  return (
    <Link to={TRACKING} search={search as never} className={css.figure}>
      {figure}
    </Link>
  );
}

function Share({ share }: { share: number | undefined }): ReactNode {
  if (share === undefined) return null;
  return (
    <div className={css.share}>
      <div className={css.bar} aria-hidden>
        <span data-mark="delivered" style={{ flexGrow: share }} />
        {share < 1 && <span data-mark="bounced" style={{ flexGrow: 1 - share }} />}
      </div>
      <span className="muted">{percent(share)} of recipients delivered</span>
    </div>
  );
}

function Gateway({ status }: { status: MailStatus }): ReactNode {
  return (
    <Block title="Gateway">
      <Facts
        rows={[
          ['Host name', status.hostname],
          [
            'Listener',
            <span key="l" className="mono">
              {status.listener}
            </span>,
          ],
          ['In the queue', status.queued.toLocaleString('en-US')],
          ['Oldest in the queue', status.oldestQueued ? <Time key="o" at={status.oldestQueued} /> : 'none'],
        ]}
      />
    </Block>
  );
}

function CloudService(): ReactNode {
  const cloud = useCall(getCloud, undefined, { every: 5000 });
  return (
    <Block
      title="Cloud Service"
      actions={
        <Link to={CLOUD} className={css.link}>
          Settings
        </Link>
      }
    >
      <Loaded of={cloud} rows={3}>
        {(now) => (
          <Facts
            rows={[
              ['Threat Response', now.enabled ? 'Enabled' : 'Disabled'],
              ['Server', now.enabled ? serverLabel({ name: now.server, url: now.serverUrl }) : null],
              [
                'Status',
                <Status key="s" tone={cloudView(now).tone}>
                  {now.status}
                </Status>,
              ],
            ]}
          />
        )}
      </Loaded>
    </Block>
  );
}

const COLUMNS: Column<LatestRow>[] = [
  { id: 'received', label: 'Received', width: 132, cell: (r) => <Time at={r.received} only="relative" /> },
  {
    id: 'mid',
    label: 'MID',
    width: 64,
    right: true,
    cell: (r) => (
      <Link className={css.link} to={messagePath(r.mid)}>
        {r.mid}
      </Link>
    ),
  },
  { id: 'sender', label: 'Sender', width: '28%', cell: (r) => <Address text={r.sender} /> },
  { id: 'subject', label: 'Subject', cell: (r) => <Subject text={r.subject} /> },
  {
    id: 'state',
    label: 'Last State',
    width: 120,
    cell: (r) => <Status tone={stateTone(r.state)}>{title(r.state)}</Status>,
  },
];
type LatestRow = Awaited<ReturnType<typeof useLatest>>['rows'][number];

function useLatest() {
  const [now] = useState(Date.now);
  const body = { range: { from: now - 7 * 86_400_000, to: now + 86_400_000 }, limit: 8 };
  const latest = useCall(searchTracking, { body }, { every: 5000 });
  return { latest, rows: latest.data?.rows ?? [] };
}

function Latest(): ReactNode {
  const { latest, rows } = useLatest();
  return (
    <Block
      title="Latest messages"
      actions={
        <Link to={TRACKING} className={css.link}>
          Message Tracking
        </Link>
      }
    >
      <Loaded of={latest}>
        {() => (
          <Table
            label="Latest messages"
            bare
            rows={rows}
            columns={COLUMNS}
            rowKey={(r) => String(r.mid)}
            minWidth={640}
            empty={
              <EmptyState title="No messages in the last 7 days">
                Send a mail to the listener above; it appears here within seconds.
              </EmptyState>
            }
          />
        )}
      </Loaded>
    </Block>
  );
}
