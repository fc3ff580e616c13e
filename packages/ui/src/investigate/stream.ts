/** An investigation as it grows: lines of the stream are folded into this state. Pure. */
import type { Findings, InvestigationLine, ModuleError, ModuleRef } from '@sightline/api';
import type { Observable } from '@sightline/ctim';

/** `stopped`: the analyst did not wait for it. */
export type ModuleState = 'running' | 'ok' | 'partial' | 'error' | 'stopped';

export interface ModuleRun {
  ref: ModuleRef;
  state: ModuleState;
  /** Milliseconds it took; of a running one, undefined. */
  ms?: number;
  data: Findings;
  errors: ModuleError[];
}

export interface Run {
  phase: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  observables: Observable[];
  /** Keys of observables that were asked about from the graph, beside the query. */
  expanded: readonly string[];
  modules: ModuleRun[];
  /** Epoch milliseconds at which it was asked. */
  started: number;
  /** Milliseconds of the whole, at its end. */
  ms?: number;
  /** Why nothing, or no more, came. */
  error?: unknown;
  /** The analyst asks node by node. */
  manual?: true;
}

export const IDLE: Run = { phase: 'idle', observables: [], expanded: [], modules: [], started: 0 };

export const begin = (observables: Observable[], now: number): Run => ({
  phase: 'running',
  observables,
  expanded: [],
  modules: [],
  started: now,
});

/** Nobody has been asked yet. */
export const byHand = (observables: Observable[], now: number): Run => ({
  ...begin(observables, now),
  phase: 'done',
  manual: true,
});

/** The state after one more line. */
export function fold(run: Run, line: InvestigationLine): Run {
  if (line.type === 'start') {
    const modules = line.modules.map((ref): ModuleRun => ({ ref, state: 'running', data: {}, errors: [] }));
    return { ...run, observables: line.observables, modules };
  }
  if (line.type === 'end')
    return { ...run, phase: 'done', ms: line.ms, modules: run.modules.map(unanswered) };
  const { module: ref, state, ms, data, errors } = line;
  return { ...run, modules: replaced(run.modules, { ref, state, ms, data, errors }) };
}

/** The stream ended by itself without an `end`, or a person stopped it: what came stays. */
export const stop = (run: Run, phase: 'stopped' | 'failed', now: number, error?: unknown): Run => ({
  ...run,
  phase,
  ms: now - run.started,
  modules: run.modules.map(unanswered),
  ...(error === undefined ? {} : { error }),
});

/** A module is asked again. */
export const again = (run: Run, id: string): Run => ({
  ...run,
  modules: run.modules.map((m) =>
    m.ref.module_instance_id === id ? { ref: m.ref, state: 'running', data: {}, errors: [] } : m,
  ),
});

/** One more observable is asked about; what is known stays. */
export const widen = (run: Run, key: string): Run => ({
  ...run,
  expanded: [...new Set([...run.expanded, key])],
  modules: run.modules.map((m) => ({ ...m, state: 'running' })),
});

/** The state after one more line of an answer that widens the run. */
export function join(run: Run, line: InvestigationLine): Run {
  if (line.type === 'start') return run;
  if (line.type === 'end') return { ...run, modules: run.modules.map(unanswered) };
  const { module: ref, state, ms, data, errors } = line;
  const known = run.modules.find((m) => m.ref.module_instance_id === ref.module_instance_id);
  const next = { ref, state, ms, data: together(known?.data ?? {}, data), errors };
  return { ...run, modules: replaced(run.modules, next) };
}

/** Both, each entity once. */
function together(a: Findings, b: Findings): Findings {
  const kinds = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Findings>;
  const out: Record<string, { count: number; docs: unknown[] }> = {};
  for (const kind of kinds) {
    const docs = [...(a[kind]?.docs ?? []), ...(b[kind]?.docs ?? [])] as { id?: string }[];
    const unique = [...new Map(docs.map((doc) => [doc.id ?? JSON.stringify(doc), doc])).values()];
    out[kind] = { count: unique.length, docs: unique };
  }
  return out as Findings;
}

/** Sightings, judgements, verdicts and indicators that a module came back with. */
export const hits = (data: Findings): number =>
  (data.sightings?.count ?? 0) + (data.judgements?.count ?? 0) + (data.indicators?.count ?? 0);

function replaced(modules: ModuleRun[], next: ModuleRun): ModuleRun[] {
  const same = (m: ModuleRun): boolean => m.ref.module_instance_id === next.ref.module_instance_id;
  return modules.some(same) ? modules.map((m) => (same(m) ? next : m)) : [...modules, next];
}

const unanswered = (m: ModuleRun): ModuleRun => (m.state === 'running' ? { ...m, state: 'stopped' } : m);
