/** Where nodes go: ForceAtlas2 from a deterministic start, then labels pushed apart. Runs in a worker. Pure. */
import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface Point {
  x: number;
  y: number;
}

export interface LayoutInput {
  nodes: {
    /** Where it already is; it stays there. */
    at?: Point;
    /** Where it would best start, e.g. where the group was that it came out of. */
    near?: Point;
    /** Drawn in the middle when nothing is placed yet. */
    centre?: boolean;
  }[];
  /** Pairs of indexes into `nodes`. */
  edges: [from: number, to: number][];
}

/** Wanted distance of neighbours, in pixels at zoom 1. */
const STEP = 130;
/** Room that a node with its label takes. */
const WIDE = 118;
const HIGH = 66;

/** x and y of every node, in their order. Placed nodes keep theirs exactly. */
export function layout(input: LayoutInput): Float32Array {
  const count = input.nodes.length;
  const out = new Float32Array(count * 2);
  if (count === 0) return out;
  const placed = input.nodes.some((n) => n.at);
  const points = start(input);
  if (count > 2) forces(input, points, placed);
  if (!placed) scale(input, points);
  if (count <= 600) spread(input, points);
  points.forEach((p, i) => {
    out[2 * i] = p.x;
    out[2 * i + 1] = p.y;
  });
  return out;
}

/** The golden angle puts neighbours in turn around a point without two in one line. */
const turn = (i: number, radius: number): Point => ({
  x: Math.cos(i * 2.399963) * radius,
  y: Math.sin(i * 2.399963) * radius,
});

/** Breadth first from what is placed or central: each node starts beside the one it was reached from. */
function start({ nodes, edges }: LayoutInput): Point[] {
  const near = adjacency(nodes.length, edges);
  const points: (Point | undefined)[] = nodes.map((n) => n.at && { ...n.at });
  const queue: number[] = [];
  nodes.forEach((n, i) => {
    if (n.near && !points[i]) {
      const off = turn(i, 30 + 6 * Math.sqrt(i));
      points[i] = { x: n.near.x + off.x, y: n.near.y + off.y };
    }
    if (points[i]) queue.push(i);
  });
  if (queue.length === 0) seed(nodes, points, queue);
  let turns = 0;
  const walk = (): void => {
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const from = points[at] as Point;
      for (const next of near[at] ?? []) {
        if (points[next]) continue;
        const away = turn(++turns, STEP);
        const push = Math.hypot(from.x, from.y) || 1;
        points[next] = {
          x: from.x + away.x + (from.x / push) * 40,
          y: from.y + away.y + (from.y / push) * 40,
        };
        queue.push(next);
      }
    }
  };
  walk();
  nodes.forEach((_, i) => {
    if (points[i]) return;
    points[i] = turn(++turns, STEP * (1 + Math.sqrt(turns)));
    queue.push(i);
    walk();
  });
  return points as Point[];
}

function seed(nodes: LayoutInput['nodes'], points: (Point | undefined)[], queue: number[]): void {
  const middle = nodes.flatMap((n, i) => (n.centre ? [i] : []));
  const first = middle.length > 0 ? middle : [0];
  first.forEach((i, n) => {
    points[i] = first.length === 1 ? { x: 0, y: 0 } : turn(n + 1, 60 * Math.sqrt(first.length));
    queue.push(i);
  });
}

function adjacency(count: number, edges: LayoutInput['edges']): number[][] {
  const near: number[][] = Array.from({ length: count }, () => []);
  for (const [a, b] of edges) {
    near[a]?.push(b);
    near[b]?.push(a);
  }
  return near;
}

function forces(input: LayoutInput, points: Point[], placed: boolean): void {
  const g = new DirectedGraph();
  input.nodes.forEach((n, i) => {
    const p = points[i] as Point;
    g.addNode(i, { x: p.x, y: p.y, fixed: n.at !== undefined });
  });
  for (const [a, b] of input.edges) if (!g.hasEdge(a, b)) g.addEdge(a, b);
  const settings = {
    ...forceAtlas2.inferSettings(g),
    gravity: 0.6,
    strongGravityMode: false,
    scalingRatio: 24,
    outboundAttractionDistribution: false,
    barnesHutOptimize: g.order > 250,
    slowDown: 2,
  };
  const positions = forceAtlas2(g, { iterations: placed ? 40 : g.order > 400 ? 100 : 220, settings });
  input.nodes.forEach((n, i) => {
    const p = positions[String(i)];
    if (!n.at && p && Number.isFinite(p.x) && Number.isFinite(p.y)) points[i] = { x: p.x, y: p.y };
  });
}

/** Brings the middle edge to STEP pixels, and the whole around the origin, wider than high. */
function scale({ edges }: LayoutInput, points: Point[]): void {
  const lengths = edges
    .map(([a, b]) => distance(points[a] as Point, points[b] as Point))
    .sort((a, b) => a - b);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? STEP;
  const factor = STEP / Math.max(middle, 1);
  const cx = points.reduce((sum, p) => sum + p.x, 0) / points.length;
  const cy = points.reduce((sum, p) => sum + p.y, 0) / points.length;
  for (const p of points) {
    p.x = (p.x - cx) * factor * 1.15;
    p.y = (p.y - cy) * factor * 0.9;
  }
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Moves free nodes apart until their labels do not cover each other, or the rounds are over. */
function spread({ nodes }: LayoutInput, points: Point[]): void {
  for (let round = 0; round < 60; round++) {
    let moved = false;
    for (let i = 0; i < points.length; i++) {
      for (let j = i + 1; j < points.length; j++) {
        moved = part(points[i] as Point, points[j] as Point, !nodes[i]?.at, !nodes[j]?.at) || moved;
      }
    }
    if (!moved) return;
  }
}

function part(a: Point, b: Point, aFree: boolean, bFree: boolean): boolean {
  const overX = WIDE - Math.abs(a.x - b.x);
  const overY = HIGH - Math.abs(a.y - b.y);
  if (overX <= 0.5 || overY <= 0.5 || (!aFree && !bFree)) return false;
  const share = aFree && bFree ? 0.5 : 1;
  const axis = overX / WIDE < overY / HIGH ? 'x' : 'y';
  const by = (axis === 'x' ? overX : overY) * share * (a[axis] <= b[axis] ? -1 : 1);
  if (aFree) a[axis] += by;
  if (bFree) b[axis] -= by;
  return true;
}
