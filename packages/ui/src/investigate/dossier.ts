/** All that is known of one observable, gathered for the inspector. Pure. */
import {
  type Indicator,
  type Judgement,
  type Observable,
  observableKey,
  type Verdict,
} from '@sightline/ctim';
import type { Standing } from '../kit/disposition.ts';
import { type Facts, keysOf, type Said, type SightingRow } from './facts.ts';
import type { Graph, Node } from './graph.ts';

/** One relation as seen from the observable. */
export interface Relation {
  /** `out`: this observable does it to the other one. */
  way: 'out' | 'in';
  verbs: string[];
  inferred: boolean;
  other: Node;
}

export interface Dossier {
  observable: Observable;
  standing: Standing;
  node: Node | undefined;
  sightings: SightingRow[];
  verdicts: Said<Verdict>[];
  judgements: Said<Judgement>[];
  /** Of the modules that had one for this investigation. */
  indicators: Said<Indicator>[];
  relations: Relation[];
  first: number | undefined;
  last: number | undefined;
}

/** Undefined when nothing in the investigation has this key. */
export function dossier(key: string, known: Facts, graph: Graph): Dossier | undefined {
  const row = known.observables.find((o) => o.key === key);
  const node = graph.nodes.find((n) => n.id === key);
  const observable = row?.observable ?? node?.observable;
  if (!observable) return undefined;
  const sightings = known.sightings.filter((s) => keysOf(s.sighting).has(key));
  const times = sightings.map((s) => s.at);
  return {
    observable,
    standing: row?.standing ?? node?.standing ?? 'none',
    node,
    sightings,
    verdicts: row?.verdicts ?? [],
    judgements: known.judgements.filter((j) => observableKey(j.item.observable) === key),
    indicators: node?.searched ? known.indicators : [],
    relations: relationsOf(key, graph),
    first: times.length > 0 ? Math.min(...times) : undefined,
    last: times.length > 0 ? Math.max(...times) : undefined,
  };
}

function relationsOf(key: string, { nodes, edges }: Graph): Relation[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  return edges.flatMap(({ from, to, verbs, inferred }): Relation[] => {
    const other = byId.get(from === key ? to : from);
    if (!other || (from !== key && to !== key)) return [];
    return [{ way: from === key ? 'out' : 'in', verbs, inferred, other }];
  });
}
