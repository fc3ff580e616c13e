/** The inspector: everything known of one observable or target, in tabs. */
import { Button, Tabs } from '@mantine/core';
import { defang, type Observable } from '@sightline/ctim';
import { IconFilter, IconFilterOff, IconSearch, IconShieldOff, IconTerminal } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { CopyButton } from '../kit/copy.tsx';
import { DispositionBadge, TypeGlyph } from '../kit/icons.tsx';
import { Inert } from '../kit/inert.tsx';
import { typed, typeName } from '../kit/observable.ts';
import { PivotMenu } from '../kit/pivot.tsx';
import { count } from '../kit/text.ts';
import { RespondMenu } from '../respond/items.tsx';
import { type Dossier, dossier } from './dossier.ts';
import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import css from './inspector.module.css';
import { MessageCards } from './message.tsx';
import { Indicators, Judgements, Overview, Raw, RelationList, SightingList, Verdicts } from './tabs.tsx';

export interface InspectorProps {
  /** Key of the observable that is open. */
  chosen: string;
  known: Facts;
  graph: Graph;
  /** The page shows only what has to do with it. */
  filtered: boolean;
  onFilter: () => void;
  onOpen: (key: string) => void;
  onInvestigate: (observable: Observable) => void;
  /** Undefined: the first. */
  tab: string | undefined;
  onTab: (tab: string) => void;
  bare?: boolean;
  /** What can be done with it in the graph. */
  tools?: ReactNode;
}

export function Inspector(props: InspectorProps): ReactNode {
  const { chosen, known, graph } = props;
  const data = useMemo(() => dossier(chosen, known, graph), [chosen, known, graph]);
  if (!data) return null;
  return (
    <section className={props.bare ? `${css.inspector} ${css.bare}` : css.inspector} aria-label="Inspector">
      <Head data={data} {...props} />
      <TabSet data={data} tab={props.tab} onTab={props.onTab} onOpen={props.onOpen} />
    </section>
  );
}

function Head(props: InspectorProps & { data: Dossier }): ReactNode {
  const { data, filtered, onFilter, onInvestigate, tools } = props;
  const { observable, standing, node } = data;
  return (
    <header className={css.head}>
      <div className={css.kind}>
        <TypeGlyph type={observable.type} />
        {typeName(observable.type)}
        <span className={css.grow} />
        <CopyButton icon label="Copy" text={observable.value} />
        <PivotMenu observable={observable} />
      </div>
      <h2 className={css.value}>
        <Inert text={observable.value} />
      </h2>
      <div className={css.badges}>
        <DispositionBadge standing={standing} />
        {node?.searched && <span className={css.role}>Investigated</span>}
        {node?.target && (
          <span className={css.role} data-target>
            Target
          </span>
        )}
        <span className="muted">{count(data.sightings.length, 'sighting')}</span>
      </div>
      <div className={css.badges}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={filtered ? <IconFilterOff size={13} /> : <IconFilter size={13} />}
          onClick={onFilter}
        >
          {filtered ? 'Show everything' : 'Show only this'}
        </Button>
        {!node?.searched && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconSearch size={13} />}
            onClick={() => onInvestigate(observable)}
          >
            Ask about this
          </Button>
        )}
        {tools}
        <RespondMenu observables={[observable]} />
        <CopyButton
          icon
          glyph={<IconShieldOff size={14} />}
          label="Copy defanged"
          text={defang(observable.value, observable.type)}
        />
        <CopyButton icon glyph={<IconTerminal size={14} />} label="Copy as query" text={typed(observable)} />
      </div>
    </header>
  );
}

interface TabSetProps extends Pick<InspectorProps, 'tab' | 'onTab' | 'onOpen'> {
  data: Dossier;
}

type TabSpec = [id: string, label: string, count: number | undefined, body: () => ReactNode];

const messageTab = (data: Dossier): TabSpec => [
  'message',
  'Message',
  undefined,
  () => <MessageCards data={data} />,
];

function TabSet({ data, tab, onTab, onOpen }: TabSetProps): ReactNode {
  const tabs: TabSpec[] = [
    ...(data.observable.type === 'cisco_mid' ? [messageTab(data)] : []),
    ['overview', 'Overview', undefined, () => <Overview data={data} onOpen={onOpen} />],
    ['verdicts', 'Verdicts', data.verdicts.length, () => <Verdicts list={data.verdicts} />],
    ['judgements', 'Judgements', data.judgements.length, () => <Judgements list={data.judgements} />],
    ['sightings', 'Sightings', data.sightings.length, () => <SightingList list={data.sightings} />],
    ['indicators', 'Indicators', data.indicators.length, () => <Indicators list={data.indicators} />],
    [
      'relations',
      'Relations',
      data.relations.length,
      () => <RelationList list={data.relations} onOpen={onOpen} />,
    ],
    ['raw', 'Raw JSON', undefined, () => <Raw data={data} />],
  ];
  const shown = tabs.some(([id]) => id === tab) ? (tab as string) : (tabs[0]?.[0] ?? '');
  return (
    <Tabs value={shown} onChange={(next) => next && onTab(next)} keepMounted={false} className={css.tabs}>
      <Tabs.List className={css.tabList}>
        {tabs.map(([id, label, n]) => (
          <Tabs.Tab key={id} value={id} className={css.tab}>
            {label} {n ? <span className="muted">{n}</span> : null}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(([id, , , body]) => (
        <Tabs.Panel key={id} value={id} className={css.body}>
          {body()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
