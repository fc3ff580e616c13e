/** One incident: who works on it, what happened when, and what belongs to it. */
import { Button, NativeSelect, TagsInput } from '@mantine/core';
import { eventHistory, exportBundle, INTEL, linkIncident, setIncidentStatus } from '@sightline/api';
import {
  type Casebook,
  INCIDENT_STATUSES,
  type Incident,
  type IncidentStatus,
  type Sighting,
} from '@sightline/ctim';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { May, useMay } from '../kit/may.tsx';
import { Problem } from '../kit/problem.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { Time } from '../kit/when.tsx';
import { Observables } from './columns.tsx';
import { ExportMenu } from './files.tsx';
import css from './intel.module.css';
import { Playbook } from './playbook.tsx';
import { shortOf } from './search.ts';
import { moments } from './timeline.ts';

export function IncidentPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useCall(INTEL.incident.read, { params: { id }, query: {} });
  return (
    <Page
      title={found.data?.title ?? 'Incident'}
      lead={found.data?.description ? <Inert text={found.data.description} /> : undefined}
      actions={<ExportMenu type="incident" ids={[id]} />}
    >
      <Loaded of={found}>
        {(incident) => (
          <div className={css.columns}>
            <div>
              <Playbook id={id} incident={incident} />
              <Related id={id} />
              <Timeline id={id} incident={incident} />
            </div>
            <div>
              <Work incident={incident} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const SEVERITIES = ['Unknown', 'Info', 'Low', 'Medium', 'High', 'Critical'];

/** Status, severity and who works on it. */
function Work({ incident }: { incident: Incident }): ReactNode {
  const may = useMay('intel:write');
  const refresh = [INTEL.incident.read, INTEL.incident.search, eventHistory];
  const params = { id: shortOf(incident.id) };
  const status = useAct(setIncidentStatus, {
    refresh,
    done: ({ status: now }) => `The incident is now: ${now}.`,
  });
  const patch = useAct(INTEL.incident.patch, { refresh });
  const change = (body: Partial<Incident>): void => patch.mutate({ params, query: {}, body: body as never });
  return (
    <section className={`panel ${css.section}`} aria-label="Work">
      <h2>Work</h2>
      <NativeSelect
        label="Status"
        disabled={!may}
        data={[...INCIDENT_STATUSES]}
        value={incident.status}
        onChange={(e) =>
          status.mutate({ params, query: {}, body: { status: e.currentTarget.value as IncidentStatus } })
        }
      />
      <NativeSelect
        label="Severity"
        disabled={!may}
        data={SEVERITIES}
        value={incident.severity ?? 'Unknown'}
        onChange={(e) => change({ severity: e.currentTarget.value as 'High' })}
      />
      <TagsInput
        label="Assignees"
        description="Enter a name, then Enter."
        disabled={!may}
        value={incident.assignees ?? []}
        onChange={(assignees) => change({ assignees })}
      />
      <Problem error={status.error ?? patch.error} />
      <span className="muted">
        Confidence {incident.confidence} · TLP {incident.tlp}
      </span>
    </section>
  );
}

/** Casebooks and sightings that belong to it, by their relationships. */
function Related({ id }: { id: string }): ReactNode {
  const found = useCall(exportBundle, { query: { ids: id } });
  return (
    <section className={`panel ${css.section}`} aria-label="Linked">
      <h2>Linked casebooks and sightings</h2>
      <Loaded of={found} rows={2}>
        {(bundle) => {
          const casebooks = (bundle.casebooks ?? []) as Casebook[];
          const sightings = (bundle.sightings ?? []) as Sighting[];
          if (casebooks.length + sightings.length === 0)
            return (
              <span className="muted">
                Nothing is linked yet. Programs link by API; casebooks are linked below.
              </span>
            );
          return (
            <>
              {casebooks.map((one) => (
                <div key={one.id}>
                  <Link to={`/casebooks/${shortOf(one.id)}` as never}>{one.title ?? 'Casebook'}</Link>
                  <Observables of={one.observables} most={6} />
                </div>
              ))}
              {sightings.map((one) => (
                <div key={one.id}>
                  <Time at={one.observed_time.start_time} />{' '}
                  <Inert text={one.title ?? one.source ?? 'Sighting'} />
                  <Observables of={one.observables} most={6} />
                </div>
              ))}
            </>
          );
        }}
      </Loaded>
      <May do="intel:write">
        <LinkCasebook id={id} />
      </May>
    </section>
  );
}

function LinkCasebook({ id }: { id: string }): ReactNode {
  const casebooks = useCall(INTEL.casebook.search, { query: { limit: 100 } });
  const [chosen, setChosen] = useState('');
  const link = useAct(linkIncident, { refresh: [exportBundle], done: 'Linked.' });
  const choices = (casebooks.data ?? []).map((one) => ({
    value: one.id,
    label: one.title ?? shortOf(one.id),
  }));
  if (choices.length === 0) return null;
  return (
    <div className={css.bar}>
      <NativeSelect
        aria-label="Casebook"
        data={[{ value: '', label: 'Choose a casebook' }, ...choices]}
        value={chosen}
        onChange={(e) => setChosen(e.currentTarget.value)}
      />
      <Button
        variant="default"
        disabled={chosen === ''}
        loading={link.isPending}
        onClick={() => link.mutate({ params: { id }, query: {}, body: { casebook_id: chosen } })}
      >
        Link
      </Button>
    </div>
  );
}

function Timeline({ id, incident }: { id: string; incident: Incident }): ReactNode {
  const history = useCall(eventHistory, { params: { id }, query: {} });
  const all = moments(incident.incident_time, history.data ?? []);
  return (
    <section className={`panel ${css.section}`} aria-label="Timeline">
      <h2>Timeline</h2>
      <ol className={css.timeline}>
        {all.map((one) => (
          <li key={`${one.at} ${one.text}`}>
            <Time at={one.at} />
            <span>
              <Inert text={one.text} />
              {one.who && (
                <span className="muted">
                  {' '}
                  by <Inert text={one.who} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
