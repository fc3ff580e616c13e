/** The plane that graphs are laid out on: points, wanted distances, and keeping labels apart. Pure. */

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
export const STEP = 138;
/** Room that a node with its label takes. */
export const WIDE = 140;
export const HIGH = 84;

/** The golden angle puts neighbours in turn around a point without two in one line. */
export const turn = (i: number, radius: number): Point => ({
  x: Math.cos(i * 2.399963) * radius,
  y: Math.sin(i * 2.399963) * radius,
});

export const middleOf = (points: Point[]): Point => ({
  x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
  y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
});

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

export function adjacency(count: number, edges: LayoutInput['edges']): number[][] {
  const near: number[][] = Array.from({ length: count }, () => []);
  for (const [a, b] of edges) {
    near[a]?.push(b);
    near[b]?.push(a);
  }
  return near;
}

/** Moves free nodes apart until their labels do not cover each other, or the rounds are over. */
export function spread({ nodes }: LayoutInput, points: Point[]): void {
  for (let round = 0; round < 120; round++) {
    const cells = cellsOf(points);
    let moved = false;
    points.forEach((point, i) => {
      for (const j of near(cells, point)) {
        if (j <= i) continue;
        moved = part(point, points[j] as Point, !nodes[i]?.at, !nodes[j]?.at) || moved;
      }
    });
    if (!moved) return;
  }
}

const cellOf = (x: number, y: number): string => `${Math.floor(x / WIDE)},${Math.floor(y / HIGH)}`;

/** Numbers of points by the cells of a grid: two that cover each other are in neighbouring ones. */
function cellsOf(points: Point[]): Map<string, number[]> {
  const cells = new Map<string, number[]>();
  points.forEach(({ x, y }, i) => {
    const key = cellOf(x, y);
    const known = cells.get(key);
    if (known) known.push(i);
    else cells.set(key, [i]);
  });
  return cells;
}

function near(cells: Map<string, number[]>, { x, y }: Point): number[] {
  const all: number[] = [];
  for (const dx of [-WIDE, 0, WIDE])
    for (const dy of [-HIGH, 0, HIGH]) all.push(...(cells.get(cellOf(x + dx, y + dy)) ?? []));
  return all;
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
