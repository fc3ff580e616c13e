/** Look-alike nodes as one: same type, same disposition, same place in the structure. Pure. */
import type { Edge, Graph, Node } from './graph.ts';

export interface Group {
  id: string;
  members: Node[];
}

export interface Grouped {
  /** Nodes that stand alone. */
  nodes: Node[];
  groups: Group[];
  /** Between nodes and groups; an edge of a group stands for those of its members. */
  edges: Edge[];
}

/** Grouping starts by itself at this many nodes. */
export const GROUP_FROM = 20;

/**
 * Groups nodes that look alike: colour refinement, in which a node's colour is its own look and the set of its
 * neighbours' colours, until nothing changes. Searched nodes and those in `loose` stay alone.
 */
export function group({ nodes, edges }: Graph, loose: ReadonlySet<string> = new Set()): Grouped {
  const colours = refine(nodes, edges, loose);
  const classes = new Map<string, Node[]>();
  for (const n of nodes) {
    const colour = colours.get(n.id) as string;
    classes.set(colour, [...(classes.get(colour) ?? []), n]);
  }
  const groups: Group[] = [];
  const home = new Map<string, string>();
  const alone: Node[] = [];
  for (const members of classes.values()) {
    const [first] = members;
    if (members.length < 2 || !first) {
      alone.push(...members);
      continue;
    }
    const id = `group:${first.id}`;
    groups.push({ id, members });
    for (const m of members) home.set(m.id, id);
  }
  return { nodes: alone, groups, edges: merged(edges, home) };
}

/** Everything alone, in the form of a grouping. */
export const ungrouped = ({ nodes, edges }: Graph): Grouped => ({ nodes, groups: [], edges });

function refine(nodes: Node[], edges: Edge[], loose: ReadonlySet<string>): Map<string, string> {
  let colours = new Map<string, string>();
  for (const n of nodes) {
    const own = n.searched || loose.has(n.id) ? n.id : '';
    colours.set(n.id, `${n.observable.type}|${n.standing}|${n.target}|${own}`);
  }
  const near = neighbours(edges);
  let count = new Set(colours.values()).size;
  for (let round = 0; round < 12; round++) {
    colours = compact(nodes, colours, near);
    const next = new Set(colours.values()).size;
    if (next === count) break;
    count = next;
  }
  return colours;
}

type Near = Map<string, { id: string; how: string }[]>;

function neighbours(edges: Edge[]): Near {
  const near: Near = new Map();
  const add = (id: string, other: string, how: string): void => {
    const list = near.get(id);
    if (list) list.push({ id: other, how });
    else near.set(id, [{ id: other, how }]);
  };
  for (const { from, to, verbs } of edges) {
    add(from, to, `>${verbs.join()}`);
    add(to, from, `<${verbs.join()}`);
  }
  return near;
}

/** One round of refinement; colours become small numbers so that they do not grow. */
function compact(nodes: Node[], colours: Map<string, string>, near: Near): Map<string, string> {
  const numbers = new Map<string, number>();
  const next = new Map<string, string>();
  for (const n of nodes) {
    const around = new Set((near.get(n.id) ?? []).map(({ id, how }) => `${how}:${colours.get(id)}`));
    const full = `${colours.get(n.id)}(${[...around].sort().join(';')})`;
    const number = numbers.get(full) ?? numbers.size;
    numbers.set(full, number);
    next.set(n.id, String(number));
  }
  return next;
}

function merged(edges: Edge[], home: Map<string, string>): Edge[] {
  const out = new Map<string, Edge>();
  for (const e of edges) {
    const from = home.get(e.from) ?? e.from;
    const to = home.get(e.to) ?? e.to;
    if (from === to) continue;
    const id = `${from}>${to}`;
    const known = out.get(id);
    if (!known) out.set(id, { ...e, id, from, to, verbs: [...e.verbs] });
    else {
      known.verbs = [...new Set([...known.verbs, ...e.verbs])];
      known.inferred &&= e.inferred;
    }
  }
  return [...out.values()];
}
