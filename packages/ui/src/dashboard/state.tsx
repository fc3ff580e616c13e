/** Regions of the dashboard about the work and the parts: incidents, snapshots, modules, devices. */
import { INTEL, listDevices, listModules, listSnapshots } from '@sightline/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { shortOf } from '../intel/search.ts';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { Loaded } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import css from './dashboard.module.css';

const SHOWN = 6;
const EVERY_MS = 30_000;
const OPEN = 'NOT status:Closed* AND NOT status:Rejected';

interface SectionProps {
  title: string;
  to: string;
  /** Behind the title, e.g. how many. */
  told?: string;
  children: ReactNode;
}

const Section = ({ title, to, told, children }: SectionProps): ReactNode => (
  <section className={`panel ${css.section}`} aria-label={title}>
    <h2>
      <Link to={to as never}>{title}</Link> {told && <span className="muted">{told}</span>}
    </h2>
    {children}
  </section>
);

export function Incidents(): ReactNode {
  const may = useMay('intel:read');
  const query = { query: OPEN, sort_by: 'created', sort_order: 'desc' as const, limit: SHOWN, offset: 0 };
  const found = useCall(INTEL.incident.search, { query }, { enabled: may, every: EVERY_MS });
  const total = useCall(INTEL.incident.count, { query: { query: OPEN } }, { enabled: may });
  if (!may) return null;
  return (
    <Section title="Open incidents" to="/incidents" told={String(total.data ?? '')}>
      <Loaded of={found} rows={3}>
        {(list) =>
          list.length === 0 ? (
            <p className="muted">None. An incident brings together what is known of one attack.</p>
          ) : (
            <ul className={css.rows}>
              {list.map(({ id, title, status, severity }) => (
                <li key={id}>
                  <Link to={`/incidents/${shortOf(id)}` as never}>
                    <Inert text={title ?? id} />
                  </Link>
                  <span className={css.aside}>
                    {status} · {severity ?? 'no severity'}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

export function Snapshots(): ReactNode {
  const may = useMay('investigate');
  const found = useCall(listSnapshots, undefined, { enabled: may });
  if (!may) return null;
  return (
    <Section title="Recent snapshots" to="/snapshots">
      <Loaded of={found} rows={3}>
        {({ snapshots }) =>
          snapshots.length === 0 ? (
            <p className="muted">None yet. A snapshot keeps an investigation as it is, with its graph.</p>
          ) : (
            <ul className={css.rows}>
              {snapshots.slice(0, SHOWN).map(({ id, name, by, created }) => (
                <li key={id}>
                  <Link to="/investigate" search={{ snapshot: id }}>
                    <Inert text={name} />
                  </Link>
                  <span className={css.aside}>
                    <Inert text={by} /> · <Time at={created} only="relative" />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

/** What a module without a problem has done so far. */
const record = ({ asked, failed }: { asked: number; failed: number }): string =>
  asked === 0
    ? 'not asked yet'
    : `asked ${count(asked, 'time')}, ${failed === 0 ? 'no failure' : count(failed, 'failure')}`;

export function Modules(): ReactNode {
  const may = useMay('module:read');
  const found = useCall(listModules, undefined, { enabled: may, every: EVERY_MS });
  if (!may) return null;
  return (
    <Section title="Modules" to="/modules">
      <Loaded of={found} rows={3}>
        {({ modules }) =>
          modules.length === 0 ? (
            <p className="muted">None yet. Investigations ask modules; add the first one.</p>
          ) : (
            <ul className={css.rows}>
              {modules.map(({ id, name, enabled, problem, stats }) => (
                <li key={id} data-bad={(enabled && problem !== '') || undefined}>
                  <Link to={`/modules/${id}` as never}>
                    <Inert text={name} />
                  </Link>
                  <span className={css.aside}>{enabled ? problem || record(stats) : 'disabled'}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

export function Devices(): ReactNode {
  const found = useCall(listDevices, { query: {} }, { every: EVERY_MS });
  return (
    <Section title="Devices" to="/devices">
      <Loaded of={found} rows={3}>
        {({ devices }) =>
          devices.length === 0 ? (
            <p className="muted">None yet. A token registers an appliance in a minute.</p>
          ) : (
            <ul className={css.rows}>
              {devices.map(({ id, name, status, lastSeen }) => (
                <li key={id} data-bad={status === 'offline' || status === 'conflict' || undefined}>
                  <Link to="/devices">
                    <Inert text={name} />
                  </Link>
                  <span className={css.aside}>
                    {status}
                    {status === 'offline' && lastSeen && (
                      <>
                        {' '}
                        since <Time at={lastSeen} only="relative" />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}
