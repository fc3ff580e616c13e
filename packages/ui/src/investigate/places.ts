/** Remembers where nodes are, so that what is placed never moves when more arrives. Pure but for its memory. */
import type { Grouped } from './group.ts';
import type { LayoutInput, Point } from './plane.ts';

export interface Places {
  /** What the layout has to be asked; undefined when everything shown has its place. */
  question(shown: Grouped, aspect: number): LayoutInput | undefined;
  /** Takes the answer to the question about the same `shown`. */
  answer(shown: Grouped, positions: Float32Array): void;
  /** Takes over what was dragged. */
  learn(at: ReadonlyMap<string, Point>): void;
  at: ReadonlyMap<string, Point>;
  forget(): void;
}

/** @param kept where things were when a snapshot was made */
export function places(kept: ReadonlyMap<string, Point> = new Map()): Places {
  const at = new Map<string, Point>(kept);
  /** Where the group stood that a node was last in. */
  const memberAt = new Map<string, Point>();
  const note = (shown: Grouped): void => {
    for (const { id, members } of shown.groups) {
      const point = at.get(id);
      if (point) for (const m of members) memberAt.set(m.id, point);
    }
  };
  return {
    at,
    question: (shown, aspect) => {
      note(shown);
      const ids = idsOf(shown);
      if (ids.every((id) => at.has(id))) return undefined;
      const index = new Map(ids.map((id, i) => [id, i]));
      const hints = new Map<string, Point | undefined>();
      for (const n of shown.nodes) hints.set(n.id, memberAt.get(n.id));
      for (const g of shown.groups)
        hints.set(g.id, mean(g.members.map((m) => memberAt.get(m.id) ?? at.get(m.id))));
      const searched = new Set(shown.nodes.filter((n) => n.searched).map((n) => n.id));
      return {
        aspect,
        nodes: ids.map((id) => ({ at: at.get(id), near: hints.get(id), centre: searched.has(id) })),
        edges: shown.edges.map((e) => [index.get(e.from) ?? 0, index.get(e.to) ?? 0]),
      };
    },
    answer: (shown, positions) => {
      idsOf(shown).forEach((id, i) => {
        if (!at.has(id)) at.set(id, { x: positions[2 * i] ?? 0, y: positions[2 * i + 1] ?? 0 });
      });
      note(shown);
    },
    learn: (moved) => {
      for (const [id, point] of moved) if (at.has(id)) at.set(id, point);
    },
    forget: () => {
      at.clear();
      memberAt.clear();
    },
  };
}

const idsOf = (shown: Grouped): string[] => [
  ...shown.nodes.map((n) => n.id),
  ...shown.groups.map((g) => g.id),
];

function mean(points: (Point | undefined)[]): Point | undefined {
  const known = points.filter((p) => p !== undefined);
  if (known.length === 0) return undefined;
  const sum = known.reduce((s, p) => ({ x: s.x + p.x, y: s.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / known.length, y: sum.y / known.length };
}
