/** Adapter around the graph renderer; nothing else knows Cytoscape. */
import cytoscape, {
  type CollectionReturnValue,
  type Core,
  type ElementDefinition,
  type NodeSingular,
} from 'cytoscape';
import type { Standing } from '../kit/disposition.ts';
import type { Edge } from './graph.ts';
import { type Lines, linesOf, move } from './lines.ts';
import { HIGH, type Point, WIDE } from './plane.ts';
import { palette, stylesheet } from './style.ts';
import { type Ink, type Underlay, underlay } from './underlay.ts';

export interface DrawNode {
  id: string;
  label: string;
  type: string;
  standing: Standing;
  searched: boolean;
  target: boolean;
  /** It stands for several. */
  group: boolean;
  /** Diameter in pixels at zoom 1. */
  size: number;
}

export interface Events {
  /** A tap on a node, on a group, or on nothing. */
  onOpen(id: string | undefined): void;
  /** Nodes in the box that was drawn in select mode. */
  onPick(ids: string[]): void;
  /** The menu of a node is wanted, at this place of the canvas. */
  onMenu(id: string, at: Point): void;
}

export interface Drawing {
  /** Shows these, at these places, part by part. What is there already keeps its own. False: overtaken by a newer call. */
  show(nodes: DrawNode[], edges: Edge[], at: ReadonlyMap<string, Point>): Promise<boolean>;
  /** Where everything is now, also what was dragged. */
  positions(): Map<string, Point>;
  /** Where a node is on the canvas, pixels from its corner. */
  spot(id: string): Point | undefined;
  /** Marks one node and names its relations. */
  choose(id: string | undefined): void;
  /** Only these stay bright; undefined: all. */
  light(ids: ReadonlySet<string> | undefined): void;
  /** The neighbour of a node in this direction; where it has none there, what stands nearest that way. */
  neighbour(id: string, dx: number, dy: number): string | undefined;
  fit(): void;
  /** Brings a node into the middle. */
  centre(id: string): void;
  /** A picture of the whole graph, twice as large as on the screen. */
  png(): Promise<Blob>;
  /** Width by height of the place to draw in. */
  aspect(): number;
  zoom(factor: number): void;
  mode(mode: 'pan' | 'select'): void;
  recolour(): void;
  close(): void;
}

/** At more edges than this, verbs for all would be unreadable. */
const NAMED_EDGES = 250;
const NAMED_ZOOM = 1.2;
/** Up to this many relations each is an element of the renderer's; more are lines below it, but for those looked at. */
const ELEMENTS = 600;
/** Relations of one node that become elements when it is looked at. */
const LOOKED_AT = 200;
/** Nodes and relations that are put in at once; between two such parts the page can do other things. */
const PART = 120;

/** Relations of a large graph. */
interface Net {
  lines: Lines;
  around: Map<string, Edge[]>;
  all: Edge[];
}

/** What the canvas has beside the renderer. */
interface State {
  cy: Core;
  net: Net | undefined;
  /** The user's own view is never taken away by what arrives later. */
  own: boolean;
  chosen: string | undefined;
  hovered: string | undefined;
  lit: ReadonlySet<string> | undefined;
  /** Counts drawings: an older one that is not done yet gives up. */
  turn: number;
}

export function drawing(container: HTMLElement, events: Events): Drawing {
  claimStyle();
  const under = underlay(container);
  const cy = cytoscape({
    container,
    style: stylesheet(palette()),
    minZoom: 0.08,
    maxZoom: 3,
    boxSelectionEnabled: false,
    selectionType: 'additive',
    autoungrabify: false,
    pixelRatio: 'auto',
  });
  const state: State = {
    cy,
    net: undefined,
    own: false,
    chosen: undefined,
    hovered: undefined,
    lit: undefined,
    turn: 0,
  };
  listen(state, events);
  hovering(state);
  const recolour = drawingLines(state, under);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    show: (nodes, edges, at) => show(state, nodes, edges, at, still),
    positions: () => new Map(cy.nodes().map((n) => [n.id(), { ...n.position() }])),
    spot: (id) => {
      const node = cy.getElementById(id);
      return node.nonempty() ? { ...node.renderedPosition() } : undefined;
    },
    choose: (id) => choose(state, id),
    light: (ids) => {
      state.lit = ids;
      light(cy, ids);
    },
    neighbour: (id, dx, dy) => neighbour(state, id, dx, dy),
    fit: () => {
      state.own = false;
      fitView(state);
    },
    centre: (id) => {
      state.own = true;
      cy.center(cy.getElementById(id));
    },
    png: () => png(state),
    aspect: () => cy.width() / Math.max(1, cy.height()),
    zoom: (factor) => {
      state.own = true;
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    },
    mode: (mode) => {
      cy.userPanningEnabled(mode === 'pan');
      cy.boxSelectionEnabled(mode === 'select');
      if (mode === 'pan') cy.elements().unselect();
    },
    recolour: () => {
      recolour();
      cy.style(stylesheet(palette()));
    },
    close: () => {
      state.turn += 1;
      under.close();
      cy.destroy();
    },
  };
}

function listen(state: State, events: Events): void {
  const { cy } = state;
  cy.on('dragpan scrollzoom pinchzoom boxend', () => {
    state.own = true;
  });
  cy.on('tap', (event) => events.onOpen(event.target === cy ? undefined : idOf(event.target)));
  cy.on('cxttap', 'node', ({ target }) => events.onMenu(idOf(target) ?? '', target.renderedPosition()));
  cy.on('boxend', () => setTimeout(() => events.onPick(cy.nodes(':selected').map((n) => n.id())), 0));
}

/** After every picture of the renderer's the lines below it; returns what is to be done when the theme has changed. */
function drawingLines(state: State, under: Underlay): () => void {
  const { cy } = state;
  const inkOf = (): Ink => ({ line: palette()['line-strong'], dim: 0.16 });
  let ink = inkOf();
  cy.on('drag', 'node', ({ target }) => {
    if (state.net) move(state.net.lines, target.id(), target.position());
  });
  cy.on('render', () => {
    const view = { zoom: cy.zoom(), pan: cy.pan(), width: cy.width(), height: cy.height() };
    under.draw(state.net?.lines, view, ink, dimOf(state));
  });
  return () => {
    ink = inkOf();
  };
}

function dimOf({ net, lit }: State): Uint8Array | undefined {
  if (!net || !lit) return undefined;
  const dim = new Uint8Array(net.lines.radius.length);
  for (const [id, i] of net.lines.index) if (!lit.has(id)) dim[i] = 1;
  return dim;
}

/** Cytoscape writes a style element of its own unless one of this name exists; the CSP refuses it, our CSS has it. */
function claimStyle(): void {
  const id = '__________cytoscape_stylesheet';
  if (document.getElementById(id)) return;
  const own = document.createElement('meta');
  own.id = id;
  document.head.append(own);
}

const idOf = (target: { isNode(): boolean; id(): string }): string | undefined =>
  target.isNode() ? target.id() : undefined;

/** False when a newer drawing has begun meanwhile. */
async function show(
  state: State,
  nodes: DrawNode[],
  edges: Edge[],
  at: ReadonlyMap<string, Point>,
  still: boolean,
): Promise<boolean> {
  const { cy } = state;
  state.turn += 1;
  const turn = state.turn;
  const large = edges.length > ELEMENTS;
  state.net = large ? { lines: linesOf(nodes, edges, at), around: around(edges), all: edges } : undefined;
  const shown = large ? [] : edges;
  drop(cy, new Set([...nodes.map((n) => n.id), ...shown.map((e) => e.id)]));
  const fresh = [
    ...renewed(
      cy,
      nodes.map((n) => nodeOf(n, at)),
    ),
    ...renewed(cy, shown.map(edgeOf)),
  ];
  const gentle = !still && fresh.length < 400;
  if (!state.own) fitTo(cy, nodes, at);
  for (let from = 0; from < fresh.length; from += PART) {
    if (from > 0) await nextFrame();
    if (state.turn !== turn || cy.destroyed()) return false;
    const added = cy.add(fresh.slice(from, from + PART));
    if (gentle) appear(cy, added);
  }
  if (!state.own && !large) fitView(state);
  light(cy, state.lit);
  mark(state);
  return true;
}

/** The next frame, or soon where none are drawn because the page is hidden. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve, 0);
    });
  });

function drop(cy: Core, keep: ReadonlySet<string>): void {
  cy.remove(cy.elements().filter((e) => !keep.has(e.id())));
}

/** Gives what is there already its new data; returns the rest. */
function renewed(cy: Core, wanted: ElementDefinition[]): ElementDefinition[] {
  return wanted.filter((one) => {
    const known = cy.getElementById(one.data.id ?? '');
    if (known.empty()) return true;
    known.data(one.data);
    return false;
  });
}

const nodeOf = (node: DrawNode, at: ReadonlyMap<string, Point>): ElementDefinition => ({
  group: 'nodes',
  data: node,
  position: { ...(at.get(node.id) ?? { x: 0, y: 0 }) },
});

const edgeOf = ({ id, from, to, verbs, inferred }: Edge): ElementDefinition => ({
  group: 'edges',
  data: { id, source: from, target: to, verb: verbs.join(', '), inferred },
});

/** Relations of each node. */
function around(edges: Edge[]): Map<string, Edge[]> {
  const all = new Map<string, Edge[]>();
  for (const edge of edges)
    for (const id of [edge.from, edge.to]) {
      const known = all.get(id);
      if (known) known.push(edge);
      else all.set(id, [edge]);
    }
  return all;
}

/** Fades in by timers: Cytoscape's own animations can stall when several drawings follow each other closely. */
function appear(cy: Core, added: CollectionReturnValue): void {
  for (const [step, opacity] of [0, 0.3, 0.6, undefined].entries()) {
    setTimeout(() => {
      if (cy.destroyed()) return;
      if (opacity === undefined) added.removeStyle('opacity');
      else added.style('opacity', opacity);
    }, step * 50);
  }
}

/** More than this a few nodes are not enlarged. */
const MOST_ZOOM = 1.15;
const MARGIN = 36;

function fitView({ cy, net }: State): void {
  cy.resize();
  // Asking for the bounds of many labels takes long; where nodes are says nearly the same.
  if (net) {
    const nodes = cy.nodes().map((n) => ({ id: n.id(), at: n.position() }));
    fitTo(cy, nodes, new Map(nodes.map(({ id, at }) => [id, at])));
    return;
  }
  cy.fit(undefined, MARGIN);
  if (cy.zoom() > MOST_ZOOM) {
    cy.zoom(MOST_ZOOM);
    cy.center();
  }
}

/** A view that has all these places in it, with room for nodes and their labels. */
function fitTo(cy: Core, nodes: { id: string }[], at: ReadonlyMap<string, Point>): void {
  const points = nodes.flatMap(({ id }) => at.get(id) ?? []);
  if (points.length === 0) return;
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const room = { x: Math.max(1, cy.width() - 2 * MARGIN), y: Math.max(1, cy.height() - 2 * MARGIN) };
  const zoom = Math.min(MOST_ZOOM, room.x / (wide + WIDE), room.y / (high + HIGH));
  const pan = { x: cy.width() / 2 - zoom * (left + wide / 2), y: cy.height() / 2 - zoom * (top + high / 2) };
  cy.viewport({ zoom, pan });
}

/** The whole graph, twice as large as on the screen, with all of its relations. */
function png({ cy, net }: State): Promise<Blob> {
  const missing = net ? net.all.filter((e) => cy.getElementById(e.id).empty()).map(edgeOf) : [];
  const added = cy.add(missing);
  const options = { full: true, scale: 2, maxWidth: 6000, bg: palette().surface };
  const made = cy.png({ output: 'blob-promise', ...options });
  cy.remove(added);
  return made;
}

function hovering(state: State): void {
  const { cy } = state;
  cy.on('mouseover', 'node', ({ target }) => {
    state.hovered = target.id();
    mark(state);
  });
  cy.on('mouseover', 'edge', ({ target }) => target.addClass('near named'));
  cy.on('mouseout', () => {
    state.hovered = undefined;
    mark(state);
  });
  cy.on('zoom', () => nameEdges(cy));
}

function choose(state: State, id: string | undefined): void {
  const { cy } = state;
  cy.elements('.chosen').removeClass('chosen');
  state.chosen = id;
  if (id) cy.getElementById(id).addClass('chosen');
  mark(state);
}

function nameEdges(cy: Core): void {
  const all = cy.zoom() > NAMED_ZOOM || cy.edges().length <= 12;
  if (all && cy.edges().length <= NAMED_EDGES) cy.edges().addClass('named');
  else cy.edges().not('.near').removeClass('named');
}

/** Relations of the node that is open, and of the one below the pointer, stand out and say what they are. */
function mark(state: State): void {
  const { cy, net, chosen, hovered } = state;
  const ids = [chosen, hovered].filter((id) => id !== undefined);
  if (net) lookAt(cy, net, ids);
  cy.edges('.near').removeClass('near');
  nameEdges(cy);
  for (const id of ids) cy.getElementById(id).connectedEdges().addClass('near named');
}

/** In a large graph only these nodes' relations are elements. */
function lookAt(cy: Core, net: Net, ids: string[]): void {
  const wanted = ids.flatMap((id) => (net.around.get(id) ?? []).slice(0, LOOKED_AT));
  const keep = new Set(wanted.map((e) => e.id));
  cy.remove(cy.edges().filter((e) => !keep.has(e.id())));
  const ready = (e: Edge): boolean =>
    cy.getElementById(e.id).empty() &&
    cy.getElementById(e.from).nonempty() &&
    cy.getElementById(e.to).nonempty();
  cy.add([...new Map(wanted.filter(ready).map((e) => [e.id, edgeOf(e)])).values()]);
  cy.edges().style('curve-style', 'straight');
}

function light(cy: Core, ids: ReadonlySet<string> | undefined): void {
  cy.batch(() => {
    cy.elements().removeClass('dim');
    if (!ids) return;
    cy.nodes().forEach((n) => {
      if (!ids.has(n.id())) n.addClass('dim');
    });
    cy.edges().forEach((e) => {
      if (e.source().hasClass('dim') || e.target().hasClass('dim')) e.addClass('dim');
    });
  });
}

function neighbour({ cy, net }: State, id: string, dx: number, dy: number): string | undefined {
  const here = cy.getElementById(id);
  if (here.empty()) return cy.nodes('[?searched]').first().id() ?? cy.nodes().first().id();
  const others = net
    ? (net.around.get(id) ?? []).map((e) => cy.getElementById(e.from === id ? e.to : e.from))
    : here.neighborhood('node').toArray();
  const way = { from: here.position(), dx, dy };
  // A node at the rim has its one relation on one side; its other sides must not be dead ends.
  return towards(others as NodeSingular[], way, 5000) ?? towards(cy.nodes().toArray(), way, WIDE);
}

interface Way {
  from: Point;
  dx: number;
  dy: number;
}

/** The node that lies best in this direction; `far` pixels of distance weigh as much as looking the wrong way. */
function towards(nodes: NodeSingular[], { from, dx, dy }: Way, far: number): string | undefined {
  let best: { id: string; score: number } | undefined;
  for (const n of nodes) {
    if (n.empty()) continue;
    const { x, y } = n.position();
    const length = Math.hypot(x - from.x, y - from.y);
    const cosine = length > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / length : 0;
    const score = cosine - length / far;
    if (cosine > 0.3 && (!best || score > best.score)) best = { id: n.id(), score };
  }
  return best?.id;
}
