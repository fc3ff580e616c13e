/** The graph on canvas. Loaded when there is something to draw. */
import { useMantineColorScheme } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { typeName } from '../kit/observable.ts';
import { PivotAt } from '../kit/pivot.tsx';
import { count } from '../kit/text.ts';
import { type Drawing, drawing, type Events } from './draw.ts';
import { svgOf } from './drawn.ts';
import type { Grouped } from './group.ts';
import { type Layouter, layouter } from './layouter.ts';
import { drawNodes } from './nodes.ts';
import { type Places, places } from './places.ts';
import type { Point } from './plane.ts';
import css from './relations.module.css';
import { colourOf, palette, verdictColour } from './style.ts';

export interface CanvasHandle {
  fit(): void;
  zoom(factor: number): void;
  rearrange(): void;
  /** Brings a node into the middle. */
  centre(id: string): void;
  /** What is on the canvas, as a picture of it. */
  png(): Promise<Blob | undefined>;
  svg(): string;
  /** Where everything is. */
  positions(): ReadonlyMap<string, Point>;
}

interface CanvasProps {
  shown: Grouped;
  /** Node or group that is open in the inspector. */
  chosen: string | undefined;
  lit: ReadonlySet<string> | undefined;
  mode: 'pan' | 'select';
  /** Neighbours of a node that are not shown. */
  inside: ReadonlyMap<string, number>;
  /** Where things were when a snapshot was made; looked at when the canvas begins. */
  kept: ReadonlyMap<string, Point>;
  onOpen: (id: string | undefined) => void;
  onPick: (ids: string[]) => void;
  /** It goes from the page; where everything was. */
  onLeave: (at: ReadonlyMap<string, Point>) => void;
  /** Keys that are not the canvas's own, and the node or group that they are for. */
  onKey: (key: string, at: string | undefined) => boolean;
  ref: Ref<CanvasHandle>;
}

interface Parts {
  drawing: Drawing;
  layouter: Layouter;
  places: Places;
}

export default function Canvas(props: CanvasProps): ReactNode {
  const { shown, lit, mode, inside, onPick, ref } = props;
  const { at, walk, open } = useStand(props);
  const box = useRef<HTMLDivElement>(null);
  const kept = useRef(props.kept);
  const left = useRef(props.onLeave);
  const menu = useNodeMenu(shown, () => box.current?.focus());
  const events = useRef<Events>({ onOpen: open, onPick, onMenu: menu.open });
  events.current = { onOpen: open, onPick, onMenu: menu.open };
  const [parts, setParts] = useState<Parts>();
  const { colorScheme } = useMantineColorScheme();

  useEffect(() => {
    if (!box.current) return;
    const made: Parts = {
      drawing: drawing(box.current, {
        onOpen: (id) => events.current.onOpen(id),
        onPick: (ids) => events.current.onPick(ids),
        onMenu: (id, at) => events.current.onMenu(id, at),
      }),
      layouter: layouter(),
      places: places(kept.current),
    };
    setParts(made);
    return () => {
      left.current(made.drawing.positions());
      made.drawing.close();
      made.layouter.close();
    };
  }, []);

  const { busy, drawn } = usePlaced(parts, shown, inside);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each drawing the marks are put again
  useEffect(() => parts?.drawing.choose(at), [parts, at, drawn]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each drawing the marks are put again
  useEffect(() => parts?.drawing.light(lit), [parts, lit, drawn]);
  useEffect(() => parts?.drawing.mode(mode), [parts, mode]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme is read from the page
  useEffect(() => parts?.drawing.recolour(), [parts, colorScheme]);

  useImperativeHandle(
    ref,
    () => ({
      fit: () => parts?.drawing.fit(),
      zoom: (factor) => parts?.drawing.zoom(factor),
      rearrange: () => {
        if (!parts) return;
        parts.places.forget();
        void parts.drawing.show([], [], new Map());
        void place(parts, shown, inside).then(() => parts.drawing.fit());
      },
      centre: (id) => parts?.drawing.centre(id),
      png: async () => parts?.drawing.png(),
      positions: () => parts?.drawing.positions() ?? new Map(),
      svg: () => (parts ? picture(parts, shown, inside) : ''),
    }),
    [parts, shown, inside],
  );

  return (
    <div className={css.stage}>
      <div
        ref={box}
        className={css.canvas}
        role="application"
        aria-busy={busy}
        aria-label="Graph. Arrow keys walk along relations, Enter opens a group, a full stop opens the menu of a node, plus and minus zoom, 0 fits. The list view has the same as text."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it handles keys; role application says so
        tabIndex={0}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) =>
          parts && heard(event, parts.drawing, { ...props, at, walk, open, onMenu: menu.open })
        }
      />
      {menu.shown}
      <span className="visually-hidden" aria-live="polite">
        {announce(shown, at)}
      </span>
    </div>
  );
}

/** Keeps what is on the canvas as it should be: whether that is still under way, and how often it has been done. */
function usePlaced(
  parts: Parts | undefined,
  shown: Grouped,
  inside: ReadonlyMap<string, number>,
): { busy: boolean; drawn: number } {
  const [state, setState] = useState({ busy: true, drawn: 0 });
  useEffect(() => {
    if (!parts) return;
    setState(({ drawn }) => ({ busy: true, drawn }));
    void place(parts, shown, inside).then(
      (done) => done && setState(({ drawn }) => ({ busy: false, drawn: drawn + 1 })),
    );
  }, [parts, shown, inside]);
  return state;
}

/** A node whose menu is open. */
interface Spot {
  observable: Observable;
  at: Point;
}

/** The menu of a node, at the place where it was asked for. */
function useNodeMenu(
  { nodes }: Grouped,
  onClose: () => void,
): { open: (id: string, at: Point) => void; shown: ReactNode } {
  const [spot, setSpot] = useState<Spot>();
  const close = (): void => {
    setSpot(undefined);
    onClose();
  };
  return {
    open: (id, at) => {
      const node = nodes.find((n) => n.id === id);
      if (node) setSpot({ observable: node.observable, at });
    },
    shown: spot && <PivotAt {...spot} onClose={close} />,
  };
}

const isMenuKey = ({ key, shiftKey }: KeyboardEvent): boolean =>
  key === '.' || key === 'ContextMenu' || (key === 'F10' && shiftKey);

/** Where the keyboard is: what is open in the inspector, or a group that an arrow key has come to. */
interface Stand {
  at: string | undefined;
  /** To a node, which opens in the inspector, or to a group, which stays closed. */
  walk: (id: string | undefined) => void;
  /** Opens a node in the inspector, or a group into its members. */
  open: (id: string | undefined) => void;
}

function useStand({ shown, chosen, onOpen }: CanvasProps): Stand {
  const [stop, setStop] = useState<{ group: string; chosen: string | undefined }>();
  const isGroup = (id: string | undefined): id is string => shown.groups.some((g) => g.id === id);
  // It counts until something else is opened, here or elsewhere on the page.
  const stands = stop?.chosen === chosen && isGroup(stop?.group);
  return {
    at: stands ? stop?.group : placeOf(shown, chosen),
    walk: (id) => {
      const group = isGroup(id);
      setStop(group ? { group: id, chosen } : undefined);
      if (!group) onOpen(id);
    },
    open: (id) => {
      setStop(undefined);
      onOpen(id);
    },
  };
}

/** What stands for a node on the canvas: itself, or the group that it is in. */
const placeOf = ({ groups }: Grouped, id: string | undefined): string | undefined =>
  groups.find((g) => g.members.some((m) => m.id === id))?.id ?? id;

/** A key on the canvas. */
function heard(
  event: KeyboardEvent,
  canvas: Drawing,
  { shown, chosen, at, walk, open, onKey, onMenu }: CanvasProps & Stand & Pick<Events, 'onMenu'>,
): void {
  const arrow = ARROWS[event.key];
  const spot = isMenuKey(event) && at ? canvas.spot(at) : undefined;
  const members = event.key === 'Enter' && shown.groups.find((g) => g.id === at)?.members;
  if (spot && at) onMenu(at, spot);
  else if (arrow) walk(canvas.neighbour(at ?? '', ...arrow) ?? at);
  else if (members) {
    open(at);
    walk((members.find((m) => m.id === chosen) ?? members[0])?.id);
  } else if (event.key === '+') canvas.zoom(1.25);
  else if (event.key === '-') canvas.zoom(0.8);
  else if (event.key === '0') canvas.fit();
  else if (event.key === 'Escape') open(undefined);
  else if (!onKey(event.key, at)) return;
  event.preventDefault();
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Lays out what has no place yet, then draws; false when newer data has overtaken it. */
async function place(
  { drawing: canvas, layouter: worker, places: known }: Parts,
  shown: Grouped,
  inside: ReadonlyMap<string, number>,
): Promise<boolean> {
  known.learn(canvas.positions());
  const question = known.question(shown, canvas.aspect());
  if (question) {
    const positions = await worker.place(question);
    if (!positions) return false;
    known.answer(shown, positions);
  }
  return canvas.show(drawNodes(shown, inside), shown.edges, known.at);
}

function picture({ drawing: canvas }: Parts, shown: Grouped, inside: ReadonlyMap<string, number>): string {
  const p = palette();
  const { surface, text, muted, accent } = p;
  return svgOf(drawNodes(shown, inside), shown.edges, canvas.positions(), {
    ...{ surface, text, muted, accent, line: p['line-strong'] },
    of: (node) => colourOf(p, node),
    verdict: (node) => verdictColour(p, node),
  });
}

function announce(shown: Grouped, chosen: string | undefined): string {
  if (!chosen) return '';
  const links = shown.edges.filter((e) => e.from === chosen || e.to === chosen).length;
  const node = shown.nodes.find((n) => n.id === chosen);
  if (node) return `${typeName(node.observable.type)} ${node.observable.value}, ${count(links, 'relation')}`;
  const members = shown.groups.find((g) => g.id === chosen)?.members.length ?? 0;
  return `Group of ${members}, ${count(links, 'relation')}`;
}
