/** One question to one module: its place in line, its deadline, and what went wrong as data. Never rejects. */
import { randomUUID } from 'node:crypto';
import type { ModuleError, ModuleRef } from '@sightline/api';
import type { Logger } from 'pino';
import { within } from '../deadline.ts';
import type { Limits, Problem } from '../module/kind.ts';
import type { Lanes } from './lanes.ts';
import { problemOfError, stamped } from './trouble.ts';

/** Whom a question goes to. */
export interface Asked {
  ref: ModuleRef;
  /** Milliseconds that its answers may take. */
  deadlineMs?: number | undefined;
  /** Told how it went. */
  note?(ms: number, problem?: Problem): void;
}

export interface CallDeps {
  lanes: Lanes;
  clock(): number;
  log: Logger;
  /** Aborted when nobody waits for the answers any more. */
  signal: AbortSignal;
  /** Milliseconds for one module that does not say otherwise. */
  moduleMs?: number;
  /** Milliseconds for all together. */
  wholeMs?: number;
  window?: Limits['window'];
}

const MODULE_MS = 15_000;
/** Whoever looks on has everything settled within thirty seconds. */
const WHOLE_MS = 29_000;

/** When all answers must be there, by `performance.now()`. */
export const endOf = ({ wholeMs }: CallDeps, began: number): number => began + (wholeMs ?? WHOLE_MS);

export interface Answered<T> {
  value: T | undefined;
  ms: number;
  errors: ModuleError[];
}

export async function called<T>(
  module: Asked,
  deps: CallDeps & { ends: number },
  work: (limits: Limits) => Promise<T>,
): Promise<Answered<T>> {
  const began = performance.now();
  const since = (): number => Math.round(performance.now() - began);
  try {
    const value = await inPlace(module, deps, work);
    module.note?.(since());
    return { value, ms: since(), errors: [] };
  } catch (error) {
    const problem = problemOfError(error, module.ref.module, (e) => logged(deps.log, module.ref, e));
    if (!deps.signal.aborted) module.note?.(since(), problem);
    return { value: undefined, ms: since(), errors: [stamped(module.ref, problem)] };
  }
}

async function inPlace<T>(
  { ref, deadlineMs }: Asked,
  deps: CallDeps & { ends: number },
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const ms = Math.min(deadlineMs ?? deps.moduleMs ?? MODULE_MS, deps.ends - performance.now());
  return within(ms, deps.signal, async (signal) => {
    const began = performance.now();
    const leave = await deps.lanes.enter(ref.module_instance_id, signal);
    try {
      const left = Math.max(1, Math.floor(ms - (performance.now() - began)));
      return await work({ deadlineMs: left, signal, ...(deps.window ? { window: deps.window } : {}) });
    } finally {
      leave();
    }
  });
}

export function logged(log: Logger, ref: ModuleRef, error: unknown): string {
  const trace = randomUUID();
  log.error({ err: error, trace, module: ref.module_instance_id }, 'a module failed unexpectedly');
  return trace;
}
