/** What is to be done about an incident, in the order of NIST SP 800-61: what was done is kept with the incident. */
import { Button, Checkbox } from '@mantine/core';
import { eventHistory, exportBundle, INTEL, setIncidentStatus } from '@sightline/api';
import {
  type Casebook,
  type Incident,
  isoTime,
  type Observable,
  observableKey,
  type Sighting,
} from '@sightline/ctim';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay, useMe } from '../kit/may.tsx';
import { typed } from '../kit/observable.ts';
import { Problem } from '../kit/problem.tsx';
import { Time } from '../kit/when.tsx';
import { RespondMenu } from '../respond/items.tsx';
import css from './intel.module.css';
import { PHASES, type Phase, stepKey, wasDone } from './phases.ts';
import { shortOf } from './search.ts';

export function Playbook({ id, incident }: { id: string; incident: Incident }): ReactNode {
  const bundle = useCall(exportBundle, { query: { ids: id } });
  const observables = observablesOf(bundle.data);
  return (
    <section className={`panel ${css.section}`} aria-label="Playbook">
      <h2>Playbook</h2>
      <ol className={css.phases}>
        {PHASES.map((phase) => (
          <OnePhase key={phase.name} phase={phase} incident={incident} observables={observables} />
        ))}
      </ol>
    </section>
  );
}

interface PhaseProps {
  phase: Phase;
  incident: Incident;
  observables: Observable[];
}

function OnePhase({ phase, incident, observables }: PhaseProps): ReactNode {
  const may = useMay('intel:write');
  const me = useMe()?.name ?? '';
  const params = { id: shortOf(incident.id) };
  const refresh = [INTEL.incident.read, INTEL.incident.search, eventHistory];
  const patch = useAct(INTEL.incident.patch, { refresh });
  const status = useAct(setIncidentStatus, { refresh });
  const done = phase.steps.map((_, i) => wasDone(incident.meta, phase.name, i));
  const left = done.filter((one) => one === undefined).length;
  const mark = (step: number, on: boolean): void => {
    const meta = { ...incident.meta, [stepKey(phase.name, step)]: on ? `${isoTime(Date.now())} ${me}` : '' };
    patch.mutate({ params, query: {}, body: { meta } as never });
  };
  const next = phase.leadsTo;
  return (
    <li data-done={left === 0 || undefined}>
      <div className={css.phase}>
        <h3>{phase.name}</h3>
        <span className="muted">{left === 0 ? 'complete' : `${done.length - left} of ${done.length}`}</span>
        <span className={css.grow} />
        <Tool phase={phase} observables={observables} />
        {may && left === 0 && next && incident.status !== next && (
          <Button
            size="compact-xs"
            loading={status.isPending}
            onClick={() => status.mutate({ params, query: {}, body: { status: next } })}
          >
            Set {next}
          </Button>
        )}
      </div>
      {phase.steps.map((text, i) => (
        <Checkbox
          key={text}
          size="xs"
          label={text}
          description={<Said of={done[i]} />}
          disabled={!may || patch.isPending}
          checked={done[i] !== undefined}
          onChange={(e) => mark(i, e.currentTarget.checked)}
        />
      ))}
      <Problem error={patch.error ?? status.error} />
    </li>
  );
}

const Said = ({ of }: { of: ReturnType<typeof wasDone> }): ReactNode =>
  of && (
    <>
      <Time at={of.at} only="absolute" /> by <Inert text={of.by} />
    </>
  );

/** The way to do it from here. */
function Tool({ phase, observables }: Omit<PhaseProps, 'incident'>): ReactNode {
  const navigate = useNavigate();
  if (observables.length === 0) return null;
  if (phase.tool === 'respond') return <RespondMenu observables={observables.slice(0, 12)} />;
  if (phase.tool !== 'investigate') return null;
  const q = observables.slice(0, 100).map(typed).join(' ');
  return (
    <Button
      size="compact-xs"
      variant="default"
      onClick={() => void navigate({ to: '/investigate', search: { q } })}
    >
      Investigate all
    </Button>
  );
}

/** Of all casebooks and sightings that are linked, each once. */
function observablesOf(bundle: { [kind: string]: unknown } | undefined): Observable[] {
  const { casebooks = [], sightings = [] } = bundle ?? {};
  const linked = [...(casebooks as Casebook[]), ...(sightings as Sighting[])];
  const all = linked.flatMap(({ observables }) => observables ?? []);
  return [...new Map(all.map((o) => [observableKey(o), { type: o.type, value: o.value }])).values()];
}
