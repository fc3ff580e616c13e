/** Region "Relations graph": the picture, the same as a list, and the tools of both. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconFocusCentered,
  IconHandStop,
  IconLayoutGrid,
  IconList,
  IconRefresh,
  IconSelectAll,
  IconTopologyStar3,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import { look } from '../kit/disposition.ts';
import { DispositionMark } from '../kit/icons.tsx';
import { typeName } from '../kit/observable.ts';
import { Skeleton } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import type { CanvasHandle } from './canvas.tsx';
import { type Capped, cap, type Graph } from './graph.ts';
import { GROUP_FROM, type Grouped, group, ungrouped } from './group.ts';
import { NodeList } from './list.tsx';
import panel from './page.module.css';
import css from './relations.module.css';
import { useFullScreen } from './screen.ts';

const Canvas = lazy(() => import('./canvas.tsx'));

/** Nodes that a canvas without a GPU still moves smoothly. */
const LIMIT = 1500;

interface RelationsProps {
  graph: Graph;
  chosen: string | undefined;
  /** Nodes that the filter lets through; undefined: no filter. */
  lit: ReadonlySet<string> | undefined;
  onOpen: (key: string | undefined) => void;
  onAdd: (observables: Observable[]) => void;
}

export function Relations({ graph, chosen, lit, onOpen, onAdd }: RelationsProps): ReactNode {
  const section = useRef<HTMLElement>(null);
  const canvas = useRef<CanvasHandle>(null);
  const [asList, setAsList] = useState(false);
  const [mode, setMode] = useState<'pan' | 'select'>('pan');
  const [grouping, setGrouping] = useState<boolean>();
  const [loose, setLoose] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<string[]>([]);
  const on = grouping ?? graph.nodes.length >= GROUP_FROM;
  const { capped, shown } = useMemo(() => picture(graph, on, loose), [graph, on, loose]);
  const bright = useMemo(() => withGroups(shown, lit), [shown, lit]);

  const open = (id: string | undefined): void => {
    const members = shown.groups.find((g) => g.id === id)?.members;
    if (members) setLoose(new Set([...loose, ...members.map((m) => m.id)]));
    else onOpen(id);
  };
  const toggleGrouping = (): void => {
    setLoose(new Set());
    setGrouping(!on);
  };
  return (
    <section ref={section} className={`${panel.panel} ${css.panel}`} aria-label="Relations graph">
      <div className={panel.panelHead}>
        <h2>Relations graph</h2>
        <span className={panel.count}>{summary(capped, shown)}</span>
        <span className={panel.grow} />
        <Tools
          asList={asList}
          onList={() => setAsList(!asList)}
          mode={mode}
          onMode={setMode}
          grouped={on}
          canGroup={capped.nodes.length > 2}
          onGroup={toggleGrouping}
          canvas={() => canvas.current}
          section={() => section.current}
        />
      </div>
      {capped.hidden.length > 0 && <CapBar capped={capped} />}
      {picked.length > 0 && (
        <Picked graph={graph} ids={picked} shown={shown} onAdd={onAdd} onClear={() => setPicked([])} />
      )}
      <div className={css.body}>
        {asList ? (
          <NodeList graph={graph} chosen={chosen} lit={lit} onOpen={onOpen} />
        ) : (
          <Suspense fallback={<Skeleton rows={6} />}>
            <Canvas
              ref={canvas}
              shown={shown}
              chosen={chosen}
              lit={bright}
              mode={mode}
              onOpen={open}
              onPick={setPicked}
            />
            <Legend shown={shown} />
          </Suspense>
        )}
      </div>
    </section>
  );
}

/** Grouped first; only what is still too much then is capped. */
function picture(graph: Graph, on: boolean, loose: ReadonlySet<string>): { capped: Capped; shown: Grouped } {
  const arrange = (g: Graph): Grouped => (on ? group(g, loose) : ungrouped(g));
  const whole = arrange(graph);
  const fits = whole.nodes.length + whole.groups.length <= LIMIT;
  const capped = cap(graph, fits ? graph.nodes.length : LIMIT);
  return { capped, shown: fits ? whole : arrange(capped) };
}

/** A group is bright when one of its members is. */
function withGroups(shown: Grouped, lit: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
  if (!lit) return undefined;
  const groups = shown.groups.filter((g) => g.members.some((m) => lit.has(m.id)));
  return new Set([...lit, ...groups.map((g) => g.id)]);
}

function summary({ nodes, edges }: Capped, { groups }: Grouped): string {
  const parts = [count(nodes.length, 'node'), count(edges.length, 'relation')];
  if (groups.length > 0) parts.push(count(groups.length, 'group'));
  return parts.join(' · ');
}

function CapBar({ capped }: { capped: Capped }): ReactNode {
  const left = capped.hidden.map(([type, n]) => `${n.toLocaleString('en-US')} ${typeName(type)}`).join(', ');
  return (
    <div className={css.notice} role="status">
      Showing {capped.nodes.length.toLocaleString('en-US')} of {capped.total.toLocaleString('en-US')} nodes.
      Not shown: {left}. Group look-alikes or ask about less to see them; the list has everything.
    </div>
  );
}

interface PickedProps {
  graph: Graph;
  shown: Grouped;
  ids: string[];
  onAdd: (observables: Observable[]) => void;
  onClear: () => void;
}

function Picked({ graph, shown, ids, onAdd, onClear }: PickedProps): ReactNode {
  const members = new Set(
    ids.flatMap((id) => shown.groups.find((g) => g.id === id)?.members.map((m) => m.id) ?? [id]),
  );
  const observables = graph.nodes.filter((n) => members.has(n.id)).map((n) => n.observable);
  return (
    <div className={css.notice}>
      {count(observables.length, 'node')} selected
      <Button size="compact-xs" variant="default" onClick={() => onAdd(observables)}>
        Add to the query
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={onClear}>
        Dismiss
      </Button>
    </div>
  );
}

interface ToolsProps {
  asList: boolean;
  onList: () => void;
  mode: 'pan' | 'select';
  onMode: (mode: 'pan' | 'select') => void;
  grouped: boolean;
  canGroup: boolean;
  onGroup: () => void;
  canvas: () => CanvasHandle | null;
  section: () => HTMLElement | null;
}

function Tools(props: ToolsProps): ReactNode {
  const { asList, mode, grouped, canvas } = props;
  const [full, toggleFull] = useFullScreen(props.section);
  return (
    <div className={css.tools} role="toolbar" aria-label="Graph tools">
      {!asList && (
        <>
          <Tool label="Pan" on={mode === 'pan'} onClick={() => props.onMode('pan')}>
            <IconHandStop size={15} />
          </Tool>
          <Tool label="Select with a box" on={mode === 'select'} onClick={() => props.onMode('select')}>
            <IconSelectAll size={15} />
          </Tool>
          <span className={css.separator} />
          <Tool label="Zoom in" onClick={() => canvas()?.zoom(1.25)}>
            <IconZoomIn size={15} />
          </Tool>
          <Tool label="Zoom out" onClick={() => canvas()?.zoom(0.8)}>
            <IconZoomOut size={15} />
          </Tool>
          <Tool label="Fit to view" onClick={() => canvas()?.fit()}>
            <IconFocusCentered size={15} />
          </Tool>
          <Tool label="Rearrange" onClick={() => canvas()?.rearrange()}>
            <IconRefresh size={15} />
          </Tool>
          {props.canGroup && (
            <Tool label={grouped ? 'Ungroup' : 'Group look-alikes'} on={grouped} onClick={props.onGroup}>
              <IconLayoutGrid size={15} />
            </Tool>
          )}
          <span className={css.separator} />
        </>
      )}
      <Tool label={asList ? 'Show as graph' : 'Show as list'} onClick={props.onList}>
        {asList ? <IconTopologyStar3 size={15} /> : <IconList size={15} />}
      </Tool>
      <Tool label={full ? 'Leave full screen' : 'Full screen'} onClick={toggleFull}>
        {full ? <IconArrowsMinimize size={15} /> : <IconArrowsMaximize size={15} />}
      </Tool>
    </div>
  );
}

interface ToolProps {
  label: string;
  on?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, on, onClick, children }: ToolProps): ReactNode {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={on} data-on={on || undefined} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Only what is in this picture. */
function Legend({ shown }: { shown: Grouped }): ReactNode {
  const all = [...shown.nodes, ...shown.groups.flatMap((g) => g.members)];
  const standings = [...new Set(all.filter((n) => !n.target).map((n) => n.standing))].sort(
    (a, b) => look(a).rank - look(b).rank,
  );
  return (
    <div className={css.legend} aria-hidden="true">
      {all.some((n) => n.searched) && (
        <span>
          <i className={css.key} style={{ borderColor: 'var(--sl-accent)', borderRadius: '50%' }} />
          Investigated
        </span>
      )}
      {all.some((n) => n.target) && (
        <span>
          <i className={css.key} style={{ borderColor: 'var(--sl-target)', borderRadius: 3 }} />
          Target
        </span>
      )}
      {standings.map((s) => (
        <span key={s}>
          <DispositionMark standing={s} size={12} />
          {look(s).word}
        </span>
      ))}
    </div>
  );
}
