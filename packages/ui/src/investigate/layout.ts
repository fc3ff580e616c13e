/**
 * Where nodes go: ForceAtlas2 from a deterministic start, small graphs then relaxed to even distances, at last
 * labels pushed apart. Runs in a worker. Pure.
 */
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
  /** Width of the place to draw in, by its height. */
  aspect: number;
  /** Pairs of indexes into `nodes`. */
  edges: [from: number, to: number][];
}

/** Wanted distance of neighbours, in pixels at zoom 1. */
const STEP = 138;
/** Up to this many nodes every pair is looked at. */
const RELAXED = 220;
/** Room that a node with its label takes. */
const WIDE = 140;
const HIGH = 84;

/** x and y of every node, in their order. Placed nodes keep theirs exactly. */
export function layout(input: LayoutInput): Float32Array {
  const count = input.nodes.length;
  if (count === 0) return new Float32Array(0);
  const fixed = input.nodes.flatMap((n) => n.at ?? []);
  const placed = fixed.length > 0;
  const points = start(input);
  if (fixed.length > 0 && input.nodes.every((n) => n.at ?? n.near)) {
    beside(input, points);
    return packed(points);
  }
  if (count > 2) forces(input, points, placed);
  if (!placed) scale(input, points);
  if (count <= RELAXED) relax(input, points);
  // With one node placed the rest can still be turned around it.
  if (fixed.length < 2) level(points, input.aspect, fixed[0] ?? middleOf(points));
  if (count <= 600) spread(input, points);
  return packed(points);
}

function packed(points: Point[]): Float32Array {
  const out = new Float32Array(points.length * 2);
  points.forEach((p, i) => {
    out[2 * i] = p.x;
    out[2 * i + 1] = p.y;
  });
  return out;
}

/** What comes out of a group lies in a disc where the group was; each group in its own. */
function beside(input: LayoutInput, points: Point[]): void {
  const clusters = new Map<string, number[]>();
  const placed: Point[] = [];
  input.nodes.forEach(({ at, near }, i) => {
    if (at) placed.push(at);
    else if (near) clusters.set(`${near.x},${near.y}`, [...(clusters.get(`${near.x},${near.y}`) ?? []), i]);
  });
  const from = middleOf(placed);
  for (const members of clusters.values()) {
    const home = input.nodes[members[0] ?? 0]?.near ?? { x: 0, y: 0 };
    disc(members, home, from, placed, points);
    for (const i of members) placed.push(points[i] as Point);
  }
  if (points.length <= 600) spread(input, points);
}

/** A disc of nodes around `home`, moved away from `from` until it covers nothing. */
function disc(members: number[], home: Point, from: Point, placed: Point[], points: Point[]): void {
  const reach = 0.66 * Math.sqrt(members.length) + 0.5;
  const way = Math.atan2(home.y - from.y, home.x - from.x);
  const centre = { ...home };
  const covers = (p: Point): boolean => Math.hypot((p.x - centre.x) / WIDE, (p.y - centre.y) / HIGH) < reach;
  for (let step = 0; step < 100 && placed.some(covers); step++) {
    centre.x += Math.cos(way) * 40;
    centre.y += Math.sin(way) * 40;
  }
  members.forEach((i, n) => {
    const spot = turn(n, 0.66 * Math.sqrt(n));
    points[i] = { x: centre.x + spot.x * WIDE, y: centre.y + spot.y * HIGH };
  });
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

/** Brings the middle edge to STEP pixels. */
function scale({ edges }: LayoutInput, points: Point[]): void {
  const lengths = edges
    .map(([a, b]) => distance(points[a] as Point, points[b] as Point))
    .sort((a, b) => a - b);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? STEP;
  const factor = STEP / Math.max(middle, 1);
  for (const p of points) {
    p.x *= factor;
    p.y *= factor;
  }
}

const middleOf = (points: Point[]): Point => ({
  x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
  y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
});

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/**
 * Stress minimised by gradient steps over all pairs: the distance on the page follows the number of hops.
 * Method: Zheng, Pawar and Goodman, "Graph Drawing by Stochastic Gradient Descent" (2018).
 */
function relax({ nodes, edges }: LayoutInput, points: Point[]): void {
  const hops = allHops(nodes.length, edges);
  const rounds = 60;
  const hottest = (STEP * 8) ** 2;
  const coolest = STEP ** 2 * 0.03;
  for (let round = 0; round < rounds; round++) {
    const heat = hottest * (coolest / hottest) ** (round / (rounds - 1));
    for (let i = 0; i < nodes.length; i++) {
      for (let j = 0; j < i; j++) {
        const wanted = STEP * (hops[i]?.[j] ?? 4);
        const by = Math.min(1, heat / wanted ** 2);
        pull(points[i] as Point, points[j] as Point, wanted, by, !nodes[i]?.at, !nodes[j]?.at);
      }
    }
  }
}

function pull(a: Point, b: Point, wanted: number, by: number, aFree: boolean, bFree: boolean): void {
  if (!aFree && !bFree) return;
  const far = distance(a, b) || 0.01;
  const move = ((far - wanted) / far) * by * (aFree && bFree ? 0.5 : 1);
  const [dx, dy] = [(a.x - b.x) * move, (a.y - b.y) * move];
  if (aFree) {
    a.x -= dx;
    a.y -= dy;
  }
  if (bFree) {
    b.x += dx;
    b.y += dy;
  }
}

/** Steps between all pairs; pairs without a way have none. */
function allHops(count: number, edges: LayoutInput['edges']): (number | undefined)[][] {
  const near = adjacency(count, edges);
  return near.map((_, from) => {
    const hops: (number | undefined)[] = [];
    hops[from] = 0;
    for (let ring = [from], step = 1; ring.length > 0; step++) {
      const next: number[] = [];
      for (const at of ring) {
        for (const to of near[at] ?? []) {
          if (hops[to] !== undefined) continue;
          hops[to] = step;
          next.push(to);
        }
      }
      ring = next;
    }
    return hops;
  });
}

/** Turns the whole so that its longest extent lies along the longer side of the page, and stretches it to fit. */
function level(points: Point[], aspect: number, pivot: Point): void {
  let [xx, yy, xy] = [0, 0, 0];
  for (const p of points) {
    const [x, y] = [p.x - pivot.x, p.y - pivot.y];
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy) + (aspect < 1 ? Math.PI / 2 : 0);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (const p of points) {
    const [x, y] = [p.x - pivot.x, p.y - pivot.y];
    p.x = x * cos + y * sin;
    p.y = y * cos - x * sin;
  }
  const now = (extent(points, 'x') + WIDE) / (extent(points, 'y') + HIGH);
  const stretch = Math.min(1.5, Math.max(0.75, Math.sqrt(aspect / now)));
  for (const p of points) {
    p.x = pivot.x + p.x * stretch;
    p.y = pivot.y + p.y / stretch;
  }
}

function extent(points: Point[], axis: 'x' | 'y'): number {
  const values = points.map((p) => p[axis]);
  return Math.max(...values) - Math.min(...values);
}

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
