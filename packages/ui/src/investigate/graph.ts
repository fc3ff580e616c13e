/** Sightings to a graph of observables and targets: a fold that only ever adds. Pure. */
import { type Observable, observableKey, type Sighting } from '@sightline/ctim';
import { look, type Standing } from '../kit/disposition.ts';
import type { ObservableRow, SightingRow } from './facts.ts';

export interface Node {
  /** Key of its observable. */
  id: string;
  observable: Observable;
  standing: Standing;
  searched: boolean;
  /** One of ours that was touched. */
  target: boolean;
  /** Sightings that name it. */
  sightings: number;
}

export interface Edge {
  /** `from>to`: one edge for all relations of a pair in one direction. */
  id: string;
  from: string;
  to: string;
  /** Relation verbs as people read them: `Sent From`. */
  verbs: string[];
  /** Not stated by a module but concluded: the observable was in a sighting of the target. */
  inferred: boolean;
}

export interface Graph {
  nodes: Node[];
  edges: Edge[];
}

/** `Sent_From` as `Sent From` */
export const verb = (relation: string): string => relation.replaceAll('_', ' ').trim();

/** The graph of these sightings; every searched observable is in it, seen or not. */
export function graph(observables: ObservableRow[], sightings: SightingRow[]): Graph {
  const rows = new Map(observables.map((row) => [row.key, row]));
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const node = (observable: Observable): Node => {
    const id = observableKey(observable);
    const known = nodes.get(id);
    if (known) return known;
    const row = rows.get(id);
    const fresh: Node = {
      id,
      observable,
      standing: row?.standing ?? 'none',
      searched: row?.searched ?? false,
      target: false,
      sightings: 0,
    };
    nodes.set(id, fresh);
    return fresh;
  };
  const edge = (source: Observable, related: Observable, word: string, inferred: boolean): void => {
    const [from, to] = [node(source).id, node(related).id];
    if (from === to) return;
    const id = `${from}>${to}`;
    const known = edges.get(id);
    if (!known) edges.set(id, { id, from, to, verbs: [word], inferred });
    else {
      if (!known.verbs.includes(word)) known.verbs.push(word);
      known.inferred &&= inferred;
    }
  };
  for (const row of observables) if (row.searched) node(row.observable);
  for (const { sighting } of sightings) addSighting(sighting, node, edge);
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function addSighting(
  sighting: Sighting,
  node: (observable: Observable) => Node,
  edge: (source: Observable, related: Observable, word: string, inferred: boolean) => void,
): void {
  const touched = new Set<Node>();
  for (const o of sighting.observables ?? []) touched.add(node(o));
  for (const { source, relation, related } of sighting.relations ?? []) {
    edge(source, related, verb(relation), false);
    touched.add(node(source)).add(node(related));
  }
  for (const target of sighting.targets ?? []) {
    const [first, ...aliases] = target.observables;
    if (!first) continue;
    const own = node(first);
    own.target = true;
    touched.add(own);
    for (const alias of aliases) edge(first, alias, 'Also Known As', false);
    for (const o of sighting.observables ?? [])
      edge(o, first, target.type === 'email' ? 'Sent To' : 'Seen On', true);
  }
  for (const n of touched) n.sightings += 1;
}

export interface Capped extends Graph {
  /** Nodes there would be. */
  total: number;
  /** How many of each type are not shown, most first. */
  hidden: [type: string, count: number][];
}

/** At most `limit` nodes: searched, then targets, then the worst and best connected. Says what it leaves out. */
export function cap({ nodes, edges }: Graph, limit: number): Capped {
  if (nodes.length <= limit) return { nodes, edges, total: nodes.length, hidden: [] };
  const degree = new Map<string, number>();
  for (const { from, to } of edges) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  const rank = (n: Node): number => (n.searched ? 0 : n.target ? 1 : 2);
  const ordered = [...nodes].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      look(a.standing).rank - look(b.standing).rank ||
      (degree.get(b.id) ?? 0) - (degree.get(a.id) ?? 0),
  );
  const kept = new Set(ordered.slice(0, limit).map((n) => n.id));
  const hidden = new Map<string, number>();
  for (const n of ordered.slice(limit))
    hidden.set(n.observable.type, (hidden.get(n.observable.type) ?? 0) + 1);
  return {
    nodes: nodes.filter((n) => kept.has(n.id)),
    edges: edges.filter((e) => kept.has(e.from) && kept.has(e.to)),
    total: nodes.length,
    hidden: [...hidden].sort((a, b) => b[1] - a[1]),
  };
}
