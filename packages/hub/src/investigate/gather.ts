/** Asks all modules at once for lists and puts them together; what failed stands beside them. */
import type { ModuleError, ModuleRef } from '@sightline/api';
import type { Limits, Problem } from '../module/kind.ts';
import { type Asked, type CallDeps, called, endOf } from './call.ts';
import { stamped } from './trouble.ts';

/** One module and how it is asked for its list; without `ask` it has none. */
export interface Listing<T> extends Asked {
  ask?: ((limits: Limits) => Promise<{ items: readonly T[]; errors: readonly Problem[] }>) | undefined;
}

export interface Gathered<T> {
  /** In the order of the modules. */
  items: { item: T; ref: ModuleRef }[];
  errors: ModuleError[];
}

export async function gather<T>(modules: readonly Listing<T>[], deps: CallDeps): Promise<Gathered<T>> {
  const ends = endOf(deps, performance.now());
  const parts = await Promise.all(modules.map((module) => part(module, { ...deps, ends })));
  return { items: parts.flatMap((one) => one.items), errors: parts.flatMap((one) => one.errors) };
}

async function part<T>(module: Listing<T>, deps: CallDeps & { ends: number }): Promise<Gathered<T>> {
  const { ref, ask } = module;
  if (!ask) return { items: [], errors: [] };
  const { value, errors } = await called(module, deps, ask);
  return {
    items: (value?.items ?? []).map((item) => ({ item, ref })),
    errors: [...errors, ...(value?.errors ?? []).map((one) => stamped(ref, one))],
  };
}

/** As CTR wraps a list: `errors` is absent when there are none. */
export const enveloped = <T, A>(
  { items, errors }: Gathered<T>,
  shape: (item: T, ref: ModuleRef) => A,
): { data: A[]; errors?: ModuleError[] } => ({
  data: items.map(({ item, ref }) => shape(item, ref)),
  ...(errors.length > 0 ? { errors } : {}),
});
