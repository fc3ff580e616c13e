/** Where the members of an opened group go. Pure. */
import { HIGH, type LayoutInput, middleOf, type Point, spread, turn, WIDE } from './plane.ts';

/** What comes out of a group lies in a disc where the group was; each group in its own. */
export function beside(input: LayoutInput, points: Point[]): void {
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
  spread(input, points);
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
