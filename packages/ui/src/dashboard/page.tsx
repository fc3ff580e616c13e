/** The home page: what the mail does, who is aimed at, what is open, and whether everything works. */
import { NativeSelect } from '@mantine/core';
import { type MailOverview, mailOverview } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { typed } from '../kit/observable.ts';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { Chart } from './chart.tsx';
import css from './dashboard.module.css';
import { SERIES } from './series.ts';
import { Devices, Incidents, Modules, Snapshots } from './state.tsx';

const EVERY_MS = 60_000;
const SPANS = [
  { value: '1', label: 'Last 24 hours' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
];

export function DashboardPage(): ReactNode {
  const [days, setDays] = useState('7');
  const mayAsk = useMay('investigate');
  return (
    <Page
      title="Dashboard"
      lead="What the mail of your organisation does, and what waits for you."
      actions={
        mayAsk && (
          <NativeSelect
            aria-label="Time"
            data={SPANS}
            value={days}
            onChange={(e) => setDays(e.currentTarget.value)}
          />
        )
      }
    >
      <div className={css.page}>
        {mayAsk && <Mail days={Number(days)} />}
        <div className={css.grid}>
          <Incidents />
          <Snapshots />
          <Modules />
          <Devices />
        </div>
      </div>
    </Page>
  );
}

function Mail({ days }: { days: number }): ReactNode {
  const found = useCall(mailOverview, { query: { days } }, { every: EVERY_MS });
  return (
    <Loaded of={found} rows={6}>
      {(mail) =>
        mail.devices.length === 0 ? <NoAppliance reason={mail.reason} /> : <Overview mail={mail} />
      }
    </Loaded>
  );
}

const NoAppliance = ({ reason }: { reason: string }): ReactNode => (
  <section className="panel" aria-label="Mail">
    <EmptyState
      title="No appliance to ask yet"
      actions={
        <>
          <Link to="/devices">Add a device</Link>
          <Link to="/cloud-services">Cloud Services</Link>
        </>
      }
    >
      {reason} Once an appliance is registered, its mail is shown here by hour and by verdict.
    </EmptyState>
  </section>
);

function Overview({ mail }: { mail: MailOverview }): ReactNode {
  const { from, to, totals, targets, campaigns, devices } = mail;
  return (
    <>
      <section className={`panel ${css.section}`} aria-label="Mail">
        <h2>Mail</h2>
        <ul className={css.figures}>
          {SERIES.map(({ id, label, color }) => (
            <li key={id} style={{ borderColor: color }}>
              <Link to={'/mail' as never} search={{ series: id, from, to } as never}>
                <b>{totals[id].toLocaleString('en-US')}</b> {label}
              </Link>
            </li>
          ))}
        </ul>
        {totals.all > 0 ? (
          <Chart of={mail} />
        ) : (
          <EmptyState title="No mail in this time">
            Choose a longer time, or send a test message through the gateway.
          </EmptyState>
        )}
        {devices
          .filter(({ problem }) => problem !== '')
          .map(({ id, problem }) => (
            <p key={id} className={css.problem} role="status">
              <Inert text={problem} /> Its mail is missing here.
            </p>
          ))}
      </section>
      <div className={css.grid}>
        <Common
          title="Top targets"
          lead="Who received mail that was malicious, spam, quarantined or refused"
          list={targets}
          type="email"
          link={(value) => ({ to: '/mail', search: { recipient: value, from, to } })}
          empty="Nobody received mail that was malicious, spam, quarantined or refused."
        />
        <Common
          title="Campaigns"
          lead="Subjects that came three times or more. Choose one to investigate it."
          list={campaigns}
          type="email_subject"
          link={(value) => ({ to: '/investigate', search: { q: typed({ type: 'email_subject', value }) } })}
          empty="No subject came three times or more."
        />
      </div>
    </>
  );
}

interface CommonProps {
  title: string;
  /** What is counted. */
  lead: string;
  list: MailOverview['targets'];
  type: Observable['type'];
  /** Where a number leads. */
  link: (value: string) => { to: string; search: Record<string, string | number> };
  empty: string;
}

function Common({ title, lead, list, type, link, empty }: CommonProps): ReactNode {
  const navigate = useNavigate();
  return (
    <section className={`panel ${css.section}`} aria-label={title}>
      <h2>{title}</h2>
      <p className={css.lead}>{list.length === 0 ? empty : lead}</p>
      <ol className={css.rows}>
        {list.map(({ value, count }) => (
          <li key={value}>
            <ObservableTag
              observable={{ type, value }}
              limit={56}
              onOpen={() => void navigate(link(value) as never)}
            />
            <Link
              {...(link(value) as { to: never; search: never })}
              className={css.number}
              aria-label={`${count}, ${value}`}
            >
              {count.toLocaleString('en-US')}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
