/** Adapter around the graph renderer; nothing else knows Cytoscape. */
import cytoscape, { type CollectionReturnValue, type Core, type ElementDefinition } from 'cytoscape';
import type { Standing } from '../kit/disposition.ts';
import type { Edge } from './graph.ts';
import type { Point } from './plane.ts';
import { palette, stylesheet } from './style.ts';

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
  /** Shows these, at these places. What is there already keeps its own. */
  show(nodes: DrawNode[], edges: Edge[], at: ReadonlyMap<string, Point>): void;
  /** Where everything is now, also what was dragged. */
  positions(): Map<string, Point>;
  /** Where a node is on the canvas, pixels from its corner. */
  spot(id: string): Point | undefined;
  /** Marks one node and names its relations. */
  choose(id: string | undefined): void;
  /** Only these stay bright; undefined: all. */
  light(ids: ReadonlySet<string> | undefined): void;
  /** The neighbour of a node in this direction, if there is one. */
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

/** At more edges than this, curves and verbs for all would be slow and unreadable. */
const NAMED_EDGES = 250;
const STRAIGHT_EDGES = 600;
const NAMED_ZOOM = 1.2;

export function drawing(container: HTMLElement, events: Events): Drawing {
  claimStyle();
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
  // The user's own view is never taken away by what arrives later.
  let own = false;
  cy.on('dragpan scrollzoom pinchzoom boxend', () => {
    own = true;
  });
  cy.on('tap', (event) => events.onOpen(event.target === cy ? undefined : idOf(event.target)));
  cy.on('cxttap', 'node', ({ target }) => events.onMenu(idOf(target) ?? '', target.renderedPosition()));
  cy.on('boxend', () => setTimeout(() => events.onPick(cy.nodes(':selected').map((n) => n.id())), 0));
  hovering(cy);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    show: (nodes, edges, at) => {
      update(cy, nodes, edges, at, still);
      if (!own) fitView(cy);
      nameEdges(cy);
    },
    positions: () => new Map(cy.nodes().map((n) => [n.id(), { ...n.position() }])),
    spot: (id) => {
      const node = cy.getElementById(id);
      return node.nonempty() ? { ...node.renderedPosition() } : undefined;
    },
    choose: (id) => choose(cy, id),
    light: (ids) => light(cy, ids),
    neighbour: (id, dx, dy) => neighbour(cy, id, dx, dy),
    fit: () => {
      own = false;
      fitView(cy);
    },
    centre: (id) => {
      own = true;
      cy.center(cy.getElementById(id));
    },
    png: () =>
      cy.png({ output: 'blob-promise', full: true, scale: 2, maxWidth: 6000, bg: palette().surface }),
    aspect: () => cy.width() / Math.max(1, cy.height()),
    zoom: (factor) => {
      own = true;
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    },
    mode: (mode) => {
      cy.userPanningEnabled(mode === 'pan');
      cy.boxSelectionEnabled(mode === 'select');
      if (mode === 'pan') cy.elements().unselect();
    },
    recolour: () => void cy.style(stylesheet(palette())),
    close: () => cy.destroy(),
  };
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

function update(
  cy: Core,
  nodes: DrawNode[],
  edges: Edge[],
  at: ReadonlyMap<string, Point>,
  still: boolean,
): void {
  cy.batch(() => {
    const keep = new Set([...nodes.map((n) => n.id), ...edges.map((e) => e.id)]);
    cy.elements().forEach((e) => {
      if (!keep.has(e.id())) e.remove();
    });
    const fresh: ElementDefinition[] = [];
    for (const n of nodes) {
      const known = cy.getElementById(n.id);
      if (known.empty())
        fresh.push({ group: 'nodes', data: n, position: { ...(at.get(n.id) ?? { x: 0, y: 0 }) } });
      else known.data(n);
    }
    for (const e of edges) {
      const data = { id: e.id, source: e.from, target: e.to, verb: e.verbs.join(', '), inferred: e.inferred };
      const known = cy.getElementById(e.id);
      if (known.empty()) fresh.push({ group: 'edges', data });
      else known.data(data);
    }
    const added = cy.add(fresh);
    cy.edges().style('curve-style', edges.length > STRAIGHT_EDGES ? 'straight' : 'bezier');
    if (!still && added.nonempty() && added.length < 400) appear(cy, added);
  });
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

function fitView(cy: Core): void {
  cy.resize();
  cy.fit(undefined, 36);
  if (cy.zoom() > 1.15) {
    cy.zoom(1.15);
    cy.center();
  }
}

function hovering(cy: Core): void {
  cy.on('mouseover', 'node', ({ target }) => target.connectedEdges().addClass('near named'));
  cy.on('mouseover', 'edge', ({ target }) => target.addClass('near named'));
  cy.on('mouseout', () => {
    cy.edges().removeClass('near');
    nameEdges(cy);
    nearChosen(cy);
  });
  cy.on('zoom', () => nameEdges(cy));
}

function nameEdges(cy: Core): void {
  const all = cy.zoom() > NAMED_ZOOM || cy.edges().length <= 12;
  if (all && cy.edges().length <= NAMED_EDGES) cy.edges().addClass('named');
  else cy.edges().not('.near').removeClass('named');
}

function choose(cy: Core, id: string | undefined): void {
  cy.elements().removeClass('chosen near');
  if (id) cy.getElementById(id).addClass('chosen');
  nameEdges(cy);
  nearChosen(cy);
}

const nearChosen = (cy: Core): void => void cy.nodes('.chosen').connectedEdges().addClass('near named');

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

function neighbour(cy: Core, id: string, dx: number, dy: number): string | undefined {
  const here = cy.getElementById(id);
  if (here.empty()) return cy.nodes('[?searched]').first().id() ?? cy.nodes().first().id();
  const from = here.position();
  let best: { id: string; score: number } | undefined;
  here.neighborhood('node').forEach((n) => {
    const { x, y } = n.position();
    const length = Math.hypot(x - from.x, y - from.y) || 1;
    const cosine = ((x - from.x) * dx + (y - from.y) * dy) / length;
    const score = cosine - length / 5000;
    if (cosine > 0.3 && (!best || score > best.score)) best = { id: n.id(), score };
  });
  return best?.id;
}
