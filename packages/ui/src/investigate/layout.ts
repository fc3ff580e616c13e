/**
 * Where nodes go: ForceAtlas2 from a deterministic start, small graphs then relaxed to even distances, at last
 * labels pushed apart. Runs in a worker. Pure.
 */
import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import { beside } from './disc.ts';
import {
  adjacency,
  distance,
  HIGH,
  type LayoutInput,
  middleOf,
  type Point,
  STEP,
  spread,
  turn,
  WIDE,
} from './plane.ts';
import { relax } from './stress.ts';

/** Up to this many nodes every pair is looked at. */
const RELAXED = 220;

/** Times the room that nodes and labels take. */
const ROOM = 1.7;

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
  else if (!placed) roomy(points);
  // With one node placed the rest can still be turned around it.
  if (fixed.length < 2) level(points, input.aspect, fixed[0] ?? middleOf(points));
  spread(input, points);
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

/** Enlarges what would be too dense for nodes with their labels. */
function roomy(points: Point[]): void {
  const area = extent(points, 'x') * extent(points, 'y');
  const factor = Math.sqrt((points.length * WIDE * HIGH * ROOM) / Math.max(1, area));
  if (factor <= 1) return;
  for (const p of points) {
    p.x *= factor;
    p.y *= factor;
  }
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
