/** What of the graph is looked at: kinds of nodes and relations, nodes put away, leaves folded in. Pure. */
import type { Edge, Graph, Node } from './graph.ts';

/** Kinds that were picked, and what that does to them. */
export interface Picks {
  picked: ReadonlySet<string>;
  how: 'hide' | 'highlight';
}

export interface Sift {
  /** Types of observables; `TARGET` stands for those that are targets. */
  types: Picks;
  /** Relation verbs as they are shown. */
  verbs: Picks;
  /** Nodes put away one by one. */
  away: ReadonlySet<string>;
  /** Nodes whose leaves are folded in. */
  folded: ReadonlySet<string>;
}

export const TARGET = 'target';
const NONE: Picks = { picked: new Set(), how: 'hide' };
export const EVERYTHING: Sift = { types: NONE, verbs: NONE, away: new Set(), folded: new Set() };

export interface Sifted {
  graph: Graph;
  /** Nodes that are highlighted; undefined: no highlight is on. */
  lit: ReadonlySet<string> | undefined;
  /** How many neighbours of a shown node are not shown, whatever hides them. */
  inside: ReadonlyMap<string, number>;
  /** Nodes that are not shown. */
  hidden: number;
}

/** What a node counts as in the filter: a target whatever its type. */
export const kindOf = (node: Node): string => (node.target ? TARGET : node.observable.type);

/** Switches of the filter that are on. */
export const filters = ({ types, verbs }: Sift): number => types.picked.size + verbs.picked.size;

export function sift(graph: Graph, by: Sift): Sifted {
  const edges =
    by.verbs.how === 'hide' ? graph.edges.flatMap((e) => spoken(e, by.verbs.picked)) : graph.edges;
  const gone = hiddenNodes(graph, edges, by);
  const leaves = leavesIn(graph, edges, by.folded, gone);
  const nodes = graph.nodes.filter((n) => !gone.has(n.id) && !leaves.has(n.id));
  const shown = new Set(nodes.map((n) => n.id));
  return {
    graph: { nodes, edges: edges.filter((e) => shown.has(e.from) && shown.has(e.to)) },
    lit: litBy(nodes, edges, by),
    inside: missing(graph, shown),
    hidden: graph.nodes.length - nodes.length,
  };
}

/** The edge without these verbs; nothing where it has no other. */
function spoken(edge: Edge, silent: ReadonlySet<string>): Edge[] {
  if (!edge.verbs.some((v) => silent.has(v))) return [edge];
  const verbs = edge.verbs.filter((v) => !silent.has(v));
  return verbs.length > 0 ? [{ ...edge, verbs }] : [];
}

/** Put away, of a hidden kind, or left without any relation by the filter. */
function hiddenNodes(graph: Graph, edges: Edge[], { types, away }: Sift): Set<string> {
  const hide = types.how === 'hide' ? types.picked : new Set<string>();
  const gone = new Set(graph.nodes.filter((n) => away.has(n.id) || hide.has(kindOf(n))).map((n) => n.id));
  const before = ends(graph.edges, new Set());
  const after = ends(edges, gone);
  for (const n of graph.nodes) if (!n.searched && before.has(n.id) && !after.has(n.id)) gone.add(n.id);
  return gone;
}

function ends(edges: Edge[], without: ReadonlySet<string>): Set<string> {
  const all = new Set<string>();
  for (const { from, to } of edges) if (!without.has(from) && !without.has(to)) all.add(from).add(to);
  return all;
}

function missing({ edges }: Graph, shown: ReadonlySet<string>): Map<string, number> {
  const inside = new Map<string, number>();
  for (const [id, others] of neighbours(edges, new Set())) {
    const n = [...others].filter((other) => !shown.has(other)).length;
    if (shown.has(id) && n > 0) inside.set(id, n);
  }
  return inside;
}

/** Neighbours of a node that were put away one by one. */
export const awayAround = (graph: Graph, { away }: Sift, id: string): string[] =>
  [...(neighbours(graph.edges, new Set()).get(id) ?? [])].filter((other) => away.has(other));

/** Neighbours of folded nodes that have no other neighbour. */
function leavesIn(
  { nodes }: Graph,
  edges: Edge[],
  folded: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): Set<string> {
  const near = neighbours(edges, gone);
  const leaves = new Set<string>();
  for (const n of nodes) {
    const around = near.get(n.id);
    const [only] = around ?? [];
    if (n.searched || around?.size !== 1 || only === undefined || !folded.has(only)) continue;
    leaves.add(n.id);
  }
  return leaves;
}

function neighbours(edges: Edge[], gone: ReadonlySet<string>): Map<string, Set<string>> {
  const near = new Map<string, Set<string>>();
  const add = (id: string, other: string): void => {
    const set = near.get(id) ?? new Set();
    near.set(id, set.add(other));
  };
  for (const { from, to } of edges) {
    if (gone.has(from) || gone.has(to)) continue;
    add(from, to);
    add(to, from);
  }
  return near;
}

function litBy(nodes: Node[], edges: Edge[], { types, verbs }: Sift): ReadonlySet<string> | undefined {
  const byType = types.how === 'highlight' && types.picked.size > 0;
  const byVerb = verbs.how === 'highlight' && verbs.picked.size > 0;
  if (!byType && !byVerb) return undefined;
  const lit = new Set<string>();
  if (byType) for (const n of nodes) if (types.picked.has(kindOf(n))) lit.add(n.id);
  if (byVerb) for (const e of edges) if (e.verbs.some((v) => verbs.picked.has(v))) lit.add(e.from).add(e.to);
  return lit;
}

/** Leaves of a node: what folding it would take in. */
export const leavesOf = (graph: Graph, id: string): number =>
  leavesIn(graph, graph.edges, new Set([id]), new Set()).size;

/** The same set with or without an entry. */
export function toggled(set: ReadonlySet<string>, entry: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(entry)) next.add(entry);
  return next;
}

/** Nodes whose value has all words of the text, best connected first. */
export function find({ nodes, edges }: Graph, text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const degree = new Map<string, number>();
  for (const { from, to } of edges) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  return nodes
    .filter((n) => {
      const value = n.observable.value.toLowerCase();
      return words.every((w) => value.includes(w));
    })
    .sort((a, b) => (degree.get(b.id) ?? 0) - (degree.get(a.id) ?? 0))
    .map((n) => n.id);
}
