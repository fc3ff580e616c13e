/** Asks all modules at once and hands on each answer as it comes. */
import type { InvestigationLine } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import type { Found, Limits } from '../module/kind.ts';
import { type Asked, type CallDeps, called, endOf } from './call.ts';
import { tidy } from './tidy.ts';
import { stamped } from './trouble.ts';

/** One module and how it is asked here; without `ask` it has nothing to say to this question. */
export interface Asking extends Asked {
  ask?(observables: readonly Observable[], limits: Limits): Promise<Found>;
}

export type RunDeps = CallDeps;

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
  const within = { ...deps, signal, ends: endOf(deps, began) };
  try {
    for await (const line of asTheyCome(modules.map((m) => one(m, observables, within)))) {
      if (signal.aborted) return;
      yield line;
    }
    yield { type: 'end', ms: Math.round(performance.now() - began) };
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
  const { ref, ask } = module;
  const nothing: ModuleLine = { type: 'module', module: ref, state: 'ok', ms: 0, data: {}, errors: [] };
  if (!ask) return nothing;
  const { value, ms, errors } = await called(module, deps, async (limits) =>
    tidy(await ask(observables, limits), observables, deps.clock()),
  );
  const answer = {
    data: value?.data ?? {},
    errors: [...errors, ...(value?.errors ?? []).map((e) => stamped(ref, e))],
  };
  return { ...nothing, state: stateOf(answer), ms, ...answer };
}

function stateOf({ data, errors }: Pick<ModuleLine, 'data' | 'errors'>): ModuleLine['state'] {
  if (errors.length === 0) return 'ok';
  return Object.values(data).some((kind) => kind.count > 0) ? 'partial' : 'error';
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
