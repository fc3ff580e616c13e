/** Region "Relations graph": the picture, the same as a list, and the tools of both. */
import type { Observable } from '@sightline/ctim';
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { saveFile } from '../kit/save.ts';
import { Skeleton } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import type { Arranged, Arrangement } from './arranged.ts';
import { CapBar, Legend, Picked } from './bars.tsx';
import type { CanvasHandle } from './canvas.tsx';
import { graphmlOf } from './drawn.ts';
import { GraphFilter } from './filter.tsx';
import { type Capped, cap, type Graph } from './graph.ts';
import { GROUP_FROM, type Grouped, group, ungrouped } from './group.ts';
import { NodeList } from './list.tsx';
import panel from './page.module.css';
import type { Point } from './plane.ts';
import css from './relations.module.css';
import { GraphSearch } from './search.tsx';
import { EVERYTHING, find, sift } from './sift.ts';
import { type PictureFormat, Tools } from './tools.tsx';

const Canvas = lazy(() => import('./canvas.tsx'));

/** Nodes that a canvas without a GPU still moves smoothly. */
const LIMIT = 1500;

/** What others may want of the canvas. */
export type Picture = Pick<CanvasHandle, 'svg' | 'positions'>;

interface RelationsProps {
  graph: Graph;
  chosen: string | undefined;
  /** Nodes that the filter lets through; undefined: no filter. */
  lit: ReadonlySet<string> | undefined;
  onOpen: (key: string | undefined) => void;
  onAdd: (observables: Observable[]) => void;
  arranged: Arranged;
  /** The same as a list. */
  asList: boolean;
  onList: (asList: boolean) => void;
  /** Gives what is on the canvas: as a drawing, and where everything is. */
  picture: Ref<Picture>;
  kept: ReadonlyMap<string, Point>;
}

export function Relations(props: RelationsProps): ReactNode {
  const { graph, chosen, lit, onOpen, onAdd, arranged, kept, asList, onList } = props;
  const section = useRef<HTMLElement>(null);
  const { canvas, stood, leave } = usePictureTaker(props.picture, kept);
  const [mode, setMode] = useState<'pan' | 'select'>('pan');
  const [picked, setPicked] = useState<string[]>([]);
  const [text, setText] = useState('');
  const { now, change, undo, redo } = arranged;
  const { on, sifted, capped, shown, found, rows, bright } = usePicture({ graph, arranged, lit, text });

  const open = (id: string | undefined): void => {
    const members = shown.groups.find((g) => g.id === id)?.members;
    if (members) change({ loose: new Set([...now.loose, ...members.map((m) => m.id)]) });
    else onOpen(id);
  };
  const show = (id: string): void => {
    onOpen(id);
    canvas.current?.centre(shown.groups.find((g) => g.members.some((m) => m.id === id))?.id ?? id);
  };
  const onKey = (key: string, at: string | undefined): boolean => {
    const next = keyed(key, meant(shown, at, chosen), now);
    if (next) change(next);
    return next !== undefined;
  };
  return (
    <section ref={section} className={css.region} aria-label="Relations graph" onKeyDown={taking(undo, redo)}>
      <div className={panel.panelHead}>
        <h2>Relations graph</h2>
        <span className={panel.count}>{summary(capped, shown, sifted.hidden)}</span>
        <span className={panel.grow} />
        <Tools
          asList={asList}
          onList={() => onList(!asList)}
          mode={mode}
          onMode={setMode}
          grouped={on}
          canGroup={capped.nodes.length > 2}
          onGroup={() => change({ grouping: !on, loose: new Set() })}
          onUndo={undo}
          onRedo={redo}
          onSave={(format) => void save(format, canvas.current, sifted.graph)}
          canvas={() => canvas.current}
          section={() => section.current}
        >
          <GraphSearch text={text} onText={setText} found={found} onShow={show} />
          <GraphFilter graph={graph} sift={now.sift} onSift={(next) => change({ sift: next })} />
        </Tools>
      </div>
      {capped.hidden.length > 0 && <CapBar capped={capped} />}
      {picked.length > 0 && (
        <Picked
          graph={graph}
          ids={picked}
          shown={shown}
          onAdd={onAdd}
          onHide={(ids) => change(hiding(now, ids))}
          onClear={() => setPicked([])}
        />
      )}
      <div className={css.body}>
        {asList ? (
          <NodeList graph={sifted.graph} chosen={chosen} lit={rows} onOpen={onOpen} />
        ) : (
          <Suspense fallback={<Skeleton rows={6} />}>
            <Canvas
              ref={canvas}
              shown={shown}
              chosen={chosen}
              lit={bright}
              mode={mode}
              inside={sifted.inside}
              kept={stood.current}
              onLeave={leave}
              onOpen={open}
              onPick={setPicked}
              onKey={onKey}
            />
            <Legend shown={shown} />
          </Suspense>
        )}
      </div>
    </section>
  );
}

/** The canvas, of which the page may take a picture; where things stood while the list is shown. */
function usePictureTaker(picture: Ref<Picture>, kept: ReadonlyMap<string, Point>) {
  const canvas = useRef<CanvasHandle>(null);
  const stood = useRef(kept);
  const positions = (): ReadonlyMap<string, Point> =>
    new Map([...stood.current, ...(canvas.current?.positions() ?? [])]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads references only
  useImperativeHandle(picture, () => ({ svg: () => canvas.current?.svg() ?? '', positions }), []);
  const leave = (at: ReadonlyMap<string, Point>): void => {
    stood.current = new Map([...stood.current, ...at]);
  };
  return { canvas, stood, leave };
}

/** The nodes that a key is for: the one that is open, or all of the group that the keyboard is at. */
function meant({ groups }: Grouped, at: string | undefined, chosen: string | undefined): string[] {
  const members = groups.find((g) => g.id === at)?.members.map((m) => m.id);
  if (members && !members.includes(chosen ?? '')) return members;
  return chosen ? [chosen] : [];
}

const keyed = (key: string, at: string[], now: Arrangement): Partial<Arrangement> | undefined =>
  key === 'h' && at.length > 0 ? hiding(now, at) : key === 'u' ? { sift: EVERYTHING } : undefined;

const hiding = ({ sift: by }: Arrangement, ids: string[]): Partial<Arrangement> => ({
  sift: { ...by, away: new Set([...by.away, ...ids]) },
});

interface PictureOf {
  graph: Graph;
  arranged: Arranged;
  lit: ReadonlySet<string> | undefined;
  /** What is searched for. */
  text: string;
}

/** From all that is known to what is on the canvas. */
function usePicture({ graph, arranged: { now }, lit, text }: PictureOf) {
  const on = now.grouping ?? graph.nodes.length >= GROUP_FROM;
  const sifted = useMemo(() => sift(graph, now.sift), [graph, now.sift]);
  const drawn = useMemo(() => pictureOf(sifted.graph, on, now.loose), [sifted, on, now.loose]);
  const found = useMemo(() => find(sifted.graph, text), [sifted, text]);
  const rows = useMemo(() => {
    const matches = text.trim() === '' ? undefined : new Set(found);
    return both(both(lit, sifted.lit), matches);
  }, [lit, sifted, text, found]);
  const bright = useMemo(() => withGroups(drawn.shown, rows), [drawn, rows]);
  return { on, sifted, ...drawn, found, rows, bright };
}

const both = (
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined => (a && b ? new Set([...a].filter((id) => b.has(id))) : (a ?? b));

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, but not while somebody writes. */
const taking =
  (undo: (() => void) | undefined, redo: (() => void) | undefined) =>
  (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    const act = key === 'z' && !event.shiftKey ? undo : key === 'y' || key === 'z' ? redo : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };

async function save(format: PictureFormat, canvas: CanvasHandle | null, graph: Graph): Promise<void> {
  if (format === 'graphml') return saveFile('relations.graphml', graphmlOf(graph), 'application/xml');
  if (format === 'svg') return saveFile('relations.svg', canvas?.svg() ?? '', 'image/svg+xml');
  const blob = await canvas?.png();
  if (blob) saveFile('relations.png', blob, 'image/png');
}

/** Grouped first; only what is still too much then is capped. */
function pictureOf(
  graph: Graph,
  on: boolean,
  loose: ReadonlySet<string>,
): { capped: Capped; shown: Grouped } {
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

function summary({ nodes, edges }: Capped, { groups }: Grouped, hidden: number): string {
  const parts = [count(nodes.length, 'node'), count(edges.length, 'relation')];
  if (groups.length > 0) parts.push(count(groups.length, 'group'));
  if (hidden > 0) parts.push(`${hidden} not shown`);
  return parts.join(' · ');
}
