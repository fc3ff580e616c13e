/** What was found: modules, metrics, graph, sightings, targets, observables, inspector. Loaded once there is a query. */
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { observableKey } from '@sightline/ctim';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type Ref, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { type Key, useKeys } from '../kit/keys.tsx';
import { typed } from '../kit/observable.ts';
import { Problem } from '../kit/problem.tsx';
import { useSubject } from '../kit/subject.ts';
import { useRespond } from '../respond/provider.tsx';
import { useViewOf } from '../views/inforce.ts';
import { Views } from '../views/menu.tsx';
import { type Arranged, useArranged } from './arranged.ts';
import { type Campaign, campaigns } from './campaign.ts';
import { Campaigns } from './campaigns.tsx';
import { Metrics } from './counts.tsx';
import { Nothing } from './empty.tsx';
import { type Filter, type SightingRow, without } from './facts.ts';
import { Filters } from './filters.tsx';
import { Inspector } from './inspector.tsx';
import { Keep } from './keep.tsx';
import { type Look, packLook, unpackLook } from './look.ts';
import { type MetricId, metrics } from './metrics.ts';
import { NodeTools } from './nodetools.tsx';
import type { Opened } from './opened.ts';
import css from './page.module.css';
import { ModuleProblems, Pills } from './pills.tsx';
import { QueryOf, Strip } from './query.tsx';
import { type Picture, Relations } from './relations.tsx';
import { type Scope, scopeWords, searchOf } from './scope.ts';
import { Side } from './side.tsx';
import { Sightings } from './sightings.tsx';
import { type Box, useView, type View } from './state.ts';
import type { Run } from './stream.ts';
import { Observables } from './tables.tsx';
import { Targets } from './targets.tsx';
import type { Investigation } from './use.ts';

interface ResultsProps {
  box: Box;
  inquiry: Investigation;
  opened: Opened;
}

export default function Results({ box, inquiry, opened }: ResultsProps): ReactNode {
  const { run } = inquiry;
  const view = useView(run);
  const arranged = useArranged(`${opened.id}:${run.started}`, opened.arrangement);
  const picture = useRef<Picture>(null);
  const { look, change } = useLook(opened, run, arranged);
  const { tab, inspector: side } = look;
  const setTab = (next: string): void => change({ tab: next });
  const setSide = (next: boolean): void => change({ inspector: next });
  const [drawer, setDrawer] = useState(false);
  const wide = useMediaQuery('(min-width: 1061px)', true, { getInitialValueInEffect: false });
  const chosen = view.whole.nodes.find(({ id }) => id === view.chosen)?.observable;
  useSubject(chosen);
  useKeys([
    { keys: ']', does: 'Show or hide the inspector', act: () => setSide(!side) },
    { keys: 'e', does: 'Ask about the open node too', act: () => chosen && inquiry.expand(chosen) },
    ...LISTED,
  ]);

  const open = (key: string | undefined): void => {
    view.choose(key);
    if (key && !wide) setDrawer(true);
    if (key && wide) setSide(true);
  };
  const openMetric = (id: MetricId): void => {
    if (id === 'indicators') {
      setTab('indicators');
      open(view.chosen);
    } else reveal(id === 'targets' ? 'targets' : id === 'modules' ? 'modules' : 'observables');
  };
  const inspector = view.chosen && (
    <InspectorOf
      view={view}
      chosen={view.chosen}
      tab={tab}
      onTab={setTab}
      onOpen={open}
      bare={!wide}
      arranged={arranged}
      inquiry={inquiry}
    />
  );
  return (
    <div className={css.page}>
      <h1 className="visually-hidden">Investigate</h1>
      <Head
        box={box}
        inquiry={inquiry}
        view={view}
        arranged={arranged}
        look={look}
        picture={picture}
        onOpen={open}
      />
      <Problem error={run.error} />
      <Pills run={run} onRetry={inquiry.retry} />
      <ModuleProblems run={run} />
      <Metrics list={metrics(run.observables, view.known, run.modules.length)} onOpen={openMetric}>
        <Filters view={view} />
      </Metrics>
      <div className={css.columns} data-wide={!side || undefined}>
        <Main
          box={box}
          view={view}
          inquiry={inquiry}
          arranged={arranged}
          picture={picture}
          opened={opened}
          onOpen={open}
          onTab={setTab}
          asList={look.list}
          onList={(list) => change({ list })}
        />
        {wide && side && <Side>{inspector}</Side>}
      </div>
      {!wide && (
        <Narrow opened={drawer} onClose={() => setDrawer(false)}>
          {inspector}
        </Narrow>
      )}
    </div>
  );
}

/** What the focused part of the page hears. */
const LISTED: Key[] = [
  { keys: 'j k', does: 'Next row, row before', where: 'Tables' },
  { keys: 'Enter', does: 'Open the row', where: 'Tables' },
  { keys: 'x', does: 'Select the row', where: 'Tables' },
  { keys: '.', does: 'Menu of its observable', where: 'Tables' },
  { keys: '← ↑ → ↓', does: 'Walk along relations', where: 'Relations graph' },
  { keys: '+', does: 'Zoom in', where: 'Relations graph' },
  { keys: '-', does: 'Zoom out', where: 'Relations graph' },
  { keys: '0', does: 'Fit all', where: 'Relations graph' },
  { keys: '.', does: 'Menu of the node', where: 'Relations graph' },
  { keys: 'h', does: 'Hide the node', where: 'Relations graph' },
  { keys: 'u', does: 'Show everything', where: 'Relations graph' },
  { keys: 'mod+Z', does: 'Undo', where: 'Relations graph' },
  { keys: 'shift+mod+Z', does: 'Redo', where: 'Relations graph' },
  { keys: 'mod+Enter', does: 'Investigate', where: 'Query' },
];

interface HeadProps {
  box: Box;
  inquiry: Investigation;
  view: View;
  arranged: Arranged;
  look: Look;
  picture: RefObject<Picture | null>;
  onOpen: (key: string | undefined) => void;
}

/** The query, in one line unless it is being written, and what can be made of the page. */
function Head({ box, inquiry, view, arranged, look, picture, onOpen }: HeadProps): ReactNode {
  const { run } = inquiry;
  const { acted } = useRespond();
  if (box.editing) return <QueryOf box={box} cancel={() => box.setEditing(false)} />;
  return (
    <Strip
      observables={run.observables}
      running={run.phase === 'running'}
      scope={scopeWords(box.scope)}
      tools={
        <>
          <Views
            page="investigate"
            tables={['Sightings', 'Targets', 'Observables']}
            state={() => ({
              filter: filterOf(box.scope),
              investigate: packLook(look, arranged.now),
            })}
          />
          <Keep run={run} view={view} arranged={arranged} picture={picture} />
        </>
      }
      again={() => box.ask(run.observables)}
      stale={acted > run.started}
      onEdit={() => box.setEditing(true)}
      onStop={inquiry.stop}
      onOpen={(o) => onOpen(observableKey(o))}
    />
  );
}

/** How the page looks: as its user has it, and each time anew as the saved view in force has it. */
function useLook(opened: Opened, { started }: Run, { change: arrange }: Arranged) {
  const [look, setLook] = useState<Look>({ tab: undefined, inspector: true, list: false });
  const saved = useViewOf('investigate');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view or another run, not another drawing
  useEffect(() => {
    const kept = saved?.state.investigate;
    if (!kept || opened.run) return;
    const { look: next, arrangement } = unpackLook(kept);
    setLook(next);
    arrange(arrangement);
  }, [saved, started]);
  return { look, change: (part: Partial<Look>) => setLook((now) => ({ ...now, ...part })) };
}

/** Whom to ask and how far back, as the address has it. */
const filterOf = (scope: Scope): Record<string, string> =>
  Object.fromEntries(Object.entries(searchOf(scope)).filter(([, value]) => value !== undefined));

/** The inspector on narrow screens: over the page. */
const Narrow = (props: { opened: boolean; onClose: () => void; children: ReactNode }): ReactNode => (
  <Drawer
    {...props}
    position="right"
    size="min(440px, 94vw)"
    title="Inspector"
    padding={0}
    classNames={{ header: css.drawerHead ?? '' }}
  />
);

interface MainProps {
  box: Box;
  view: View;
  inquiry: Investigation;
  arranged: Arranged;
  picture: Ref<Picture>;
  opened: Opened;
  onOpen: (key: string | undefined) => void;
  onTab: (tab: string) => void;
  asList: boolean;
  onList: (asList: boolean) => void;
}

function Main(props: MainProps): ReactNode {
  const { box, view, inquiry, arranged, picture, opened, onOpen, onTab, asList, onList } = props;
  const { known, filter, chosen } = view;
  const groups = useMemo(() => campaigns(view.timely), [view.timely]);
  const openDetails = (row: SightingRow): void => {
    onTab('sightings');
    onOpen(subjectOf(row));
  };
  return (
    <div className={css.main}>
      <Relations
        graph={view.whole}
        chosen={chosen}
        lit={view.lit}
        onOpen={onOpen}
        onAdd={box.add}
        arranged={arranged}
        asList={asList}
        onList={onList}
        picture={picture}
        kept={opened.positions}
        key={opened.id}
      />
      <Campaigns
        list={groups}
        active={filter.campaign?.id}
        onPick={(one) =>
          view.setFilter(one ? { ...filter, campaign: narrowed(one) } : without(filter, 'campaign'))
        }
      />
      <Sightings
        all={view.all}
        shown={known.sightings}
        range={filter.range}
        onRange={(range) => view.setFilter(range ? { ...filter, range } : without(filter, 'range'))}
        onOpen={(row) => onOpen(subjectOf(row))}
        onDetails={openDetails}
        empty={
          <Nothing
            run={inquiry.run}
            onEdit={() => box.setEditing(true)}
            onAsk={() => box.ask(inquiry.run.observables, { ...box.scope, manual: false })}
          />
        }
      />
      <div className={css.pair}>
        <Targets rows={known.targets} sightings={known.sightings} active={chosen} onOpen={onOpen} />
        <Observables rows={known.observables} active={chosen} onOpen={onOpen} />
      </div>
    </div>
  );
}

const narrowed = ({ id, subject, sightings }: Campaign): Filter['campaign'] => ({
  id,
  name: subject || '(no subject)',
  sightings: new Set(sightings.map((row) => row.id)),
});

/** The message of a sighting where it names one, else what was seen. */
function subjectOf({ sighting }: SightingRow): string | undefined {
  const sources = sighting.relations?.flatMap((r) => [r.source, r.related]) ?? [];
  const observable = sources.find((o) => o.type === 'cisco_mid') ?? sighting.observables?.[0];
  return observable && observableKey(observable);
}

interface InspectorOfProps {
  view: View;
  chosen: string;
  tab: string | undefined;
  onTab: (tab: string) => void;
  onOpen: (key: string | undefined) => void;
  bare: boolean;
  arranged: Arranged;
  inquiry: Investigation;
}

function InspectorOf({ view, chosen, arranged, inquiry, ...rest }: InspectorOfProps): ReactNode {
  const navigate = useNavigate();
  const { filter } = view;
  const filtered = filter.key === chosen;
  return (
    <Inspector
      chosen={chosen}
      known={view.known}
      graph={view.whole}
      filtered={filtered}
      onFilter={() => view.setFilter(filtered ? without(filter, 'key') : { ...filter, key: chosen })}
      onInvestigate={(o) => void navigate({ to: '/investigate', search: { q: typed(o) } })}
      tools={<NodeTools view={view} chosen={chosen} arranged={arranged} inquiry={inquiry} />}
      {...rest}
    />
  );
}

/** Scrolls to a region and gives it the focus. */
function reveal(id: string): void {
  const region = document.getElementById(id);
  region?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  region?.focus({ preventScroll: true });
}
