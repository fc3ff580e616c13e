/** Asks all modules at once and hands on each answer as it comes. */
import { randomUUID } from 'node:crypto';
import type { InvestigationLine, ModuleRef } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import type { Logger } from 'pino';
import { within } from '../deadline.ts';
import type { Found, Limits } from '../module/kind.ts';
import type { Lanes } from './lanes.ts';
import { tidy } from './tidy.ts';
import { problemOfError, stamped } from './trouble.ts';

/** One module and how it is asked here; without `ask` it has nothing to say to this question. */
export interface Asking {
  ref: ModuleRef;
  ask?(observables: readonly Observable[], limits: Limits): Promise<Found>;
}

export interface RunDeps {
  lanes: Lanes;
  clock(): number;
  log: Logger;
  /** Aborted when nobody waits for the answers any more. */
  signal: AbortSignal;
  /** Milliseconds for one module. */
  moduleMs?: number;
  /** Milliseconds for the whole investigation. */
  wholeMs?: number;
}

const MODULE_MS = 15_000;
const WHOLE_MS = 30_000;

type ModuleLine = Extract<InvestigationLine, { type: 'module' }>;

/**
 * First `start`, then one `module` line for each as it answers, then `end`. Never rejects because of a module:
 * its failure is its line. Ends early, without `end`, when the signal is aborted; so do the questions.
 */
export async function* run(
  observables: readonly Observable[],
  modules: readonly Asking[],
  deps: RunDeps,
): AsyncGenerator<InvestigationLine, void, void> {
  const began = performance.now();
  yield { type: 'start', observables: [...observables], modules: modules.map((m) => m.ref) };
  const left = new AbortController();
  const signal = AbortSignal.any([deps.signal, left.signal]);
  const ends = began + (deps.wholeMs ?? WHOLE_MS);
  try {
    for await (const line of asTheyCome(modules.map((m) => one(m, observables, { ...deps, signal, ends })))) {
      if (signal.aborted) return;
      yield line;
    }
    yield { type: 'end', ms: since(began) };
  } finally {
    left.abort(new Error('the investigation has ended'));
  }
}

/** The line of one module; never rejects. */
async function one(
  module: Asking,
  observables: readonly Observable[],
  deps: RunDeps & { ends: number },
): Promise<ModuleLine> {
  const began = performance.now();
  const line = (answer: Pick<ModuleLine, 'data' | 'errors'>): ModuleLine => ({
    type: 'module',
    module: module.ref,
    state: stateOf(answer),
    ms: since(began),
    ...answer,
  });
  try {
    const found = await answerOf(module, observables, deps);
    const { data, errors } = tidy(found, observables, deps.clock());
    return line({ data, errors: errors.map((e) => stamped(module.ref, e)) });
  } catch (error) {
    const problem = problemOfError(error, module.ref.module, (e) => logged(deps.log, module.ref, e));
    return line({ data: {}, errors: [stamped(module.ref, problem)] });
  }
}

async function answerOf(
  module: Asking,
  observables: readonly Observable[],
  deps: RunDeps & { ends: number },
): Promise<Found> {
  const { ask } = module;
  if (!ask) return { entities: {}, errors: [] };
  const ms = Math.min(deps.moduleMs ?? MODULE_MS, deps.ends - performance.now());
  return within(ms, deps.signal, async (signal) => {
    const began = performance.now();
    const leave = await deps.lanes.enter(module.ref.module_instance_id, signal);
    try {
      const deadlineMs = Math.max(1, Math.floor(ms - (performance.now() - began)));
      return await ask(observables, { deadlineMs, signal });
    } finally {
      leave();
    }
  });
}

function stateOf({ data, errors }: Pick<ModuleLine, 'data' | 'errors'>): ModuleLine['state'] {
  if (errors.length === 0) return 'ok';
  return Object.values(data).some((kind) => kind.count > 0) ? 'partial' : 'error';
}

function logged(log: Logger, ref: ModuleRef, error: unknown): string {
  const trace = randomUUID();
  log.error({ err: error, trace, module: ref.module_instance_id }, 'a module failed unexpectedly');
  return trace;
}

/** Each result as soon as it is there. */
async function* asTheyCome<T>(promises: readonly Promise<T>[]): AsyncGenerator<T, void, void> {
  const pending = new Map(promises.map((promise, i) => [i, promise.then((value) => ({ i, value }))]));
  while (pending.size > 0) {
    const { i, value } = await Promise.race(pending.values());
    pending.delete(i);
    yield value;
  }
}

const since = (began: number): number => Math.round(performance.now() - began);
