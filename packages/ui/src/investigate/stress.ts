/** Even distances for small graphs. Pure. */
import { adjacency, distance, type LayoutInput, type Point, STEP } from './plane.ts';

/**
 * Stress minimised by gradient steps over all pairs: the distance on the page follows the number of hops.
 * Method: Zheng, Pawar and Goodman, "Graph Drawing by Stochastic Gradient Descent" (2018).
 */
export function relax({ nodes, edges }: LayoutInput, points: Point[]): void {
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
