/** Relations of large graphs as straight lines in typed arrays: which of them a view has in it, and where they end. Pure. */
import type { DrawNode } from './draw.ts';
import type { Edge } from './graph.ts';
import type { Point } from './plane.ts';

export interface Lines {
  /** Place of each node in the arrays. */
  index: ReadonlyMap<string, number>;
  /** x and y of every node. */
  at: Float32Array;
  /** Half of each node's diameter. */
  radius: Float32Array;
  /** Pairs of nodes: from, to. */
  ends: Uint32Array;
  /** 1: concluded, not stated. */
  inferred: Uint8Array;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function linesOf(nodes: DrawNode[], edges: Edge[], places: ReadonlyMap<string, Point>): Lines {
  const index = new Map(nodes.map((n, i) => [n.id, i]));
  const at = new Float32Array(2 * nodes.length);
  nodes.forEach((n, i) => {
    const { x, y } = places.get(n.id) ?? { x: 0, y: 0 };
    at[2 * i] = x;
    at[2 * i + 1] = y;
  });
  const known = edges.filter((e) => index.has(e.from) && index.has(e.to));
  return {
    index,
    at,
    radius: Float32Array.from(nodes, (n) => n.size / 2),
    ends: Uint32Array.from(known.flatMap((e) => [index.get(e.from) ?? 0, index.get(e.to) ?? 0])),
    inferred: Uint8Array.from(known, (e) => (e.inferred ? 1 : 0)),
  };
}

/** Takes over where a node has been dragged to. */
export function move({ index, at }: Lines, id: string, { x, y }: Point): void {
  const i = index.get(id);
  if (i === undefined) return;
  at[2 * i] = x;
  at[2 * i + 1] = y;
}

/** Numbers of the lines that may be seen in a box. */
export function within({ at, ends }: Lines, { left, top, right, bottom }: Box): number[] {
  const seen: number[] = [];
  for (let i = 0; 2 * i < ends.length; i++) {
    const [a, b] = [2 * (ends[2 * i] ?? 0), 2 * (ends[2 * i + 1] ?? 0)];
    const [ax, ay, bx, by] = [at[a] ?? 0, at[a + 1] ?? 0, at[b] ?? 0, at[b + 1] ?? 0];
    if ((ax < left && bx < left) || (ax > right && bx > right)) continue;
    if ((ay < top && by < top) || (ay > bottom && by > bottom)) continue;
    seen.push(i);
  }
  return seen;
}

/** Both ends of a line where they leave their nodes, and its direction as a unit vector; nothing where nodes overlap. */
export function span(
  { at, radius, ends }: Lines,
  i: number,
): { from: Point; to: Point; way: Point } | undefined {
  const [a, b] = [ends[2 * i] ?? 0, ends[2 * i + 1] ?? 0];
  const [x, y] = [at[2 * a] ?? 0, at[2 * a + 1] ?? 0];
  const [dx, dy] = [(at[2 * b] ?? 0) - x, (at[2 * b + 1] ?? 0) - y];
  const length = Math.hypot(dx, dy);
  const [begin, end] = [radius[a] ?? 0, length - (radius[b] ?? 0) - 2];
  if (end <= begin) return undefined;
  const way = { x: dx / length, y: dy / length };
  return {
    from: { x: x + way.x * begin, y: y + way.y * begin },
    to: { x: x + way.x * end, y: y + way.y * end },
    way,
  };
}
