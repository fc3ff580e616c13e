/** Tests a module all the way to its source. */
import { Fault } from '@sightline/api';
import { TimedOut, within } from '../deadline.ts';
import type { Deps } from '../deps.ts';
import type { Health, Instance, Kind } from './kind.ts';
import type { Stats } from './stats.ts';

export interface HealthDeps extends Pick<Deps, 'clock' | 'log'> {
  stats: Stats;
}

const LIMIT_MS = 15_000;

/** Asks the source of an instance; never rejects. `ms` is the time of the whole way there and back. */
export async function healthOf(
  kind: Kind,
  instance: Instance,
  deps: HealthDeps,
  limitMs = LIMIT_MS,
): Promise<Health> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const wellness = await within(limitMs, new AbortController().signal, (signal) =>
      kind.health(instance, { deadlineMs: limitMs, signal, probe: true }),
    );
    deps.stats.note(instance.id, ms(), deps.clock());
    return { status: 'ok', ms: ms(), ...wellness };
  } catch (error) {
    const text = sentence(error, limitMs, instance, deps);
    const code = error instanceof Fault ? error.code.replaceAll('_', '-') : 'health-check-failed';
    deps.stats.note(instance.id, ms(), deps.clock(), { code, message: text, type: 'error' });
    return { status: 'error', text, ms: ms() };
  }
}

function sentence(error: unknown, limitMs: number, instance: Instance, { log }: HealthDeps): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof TimedOut) return `The module did not answer within ${limitMs / 1000} seconds.`;
  log.error({ err: error, module: instance.id }, 'health of a module failed unexpectedly');
  return 'The module failed on our side. The log of this program has the details.';
}
