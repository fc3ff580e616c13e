/** Tests a module all the way to its source. */
import { Fault } from '@sightline/api';
import type { Logger } from 'pino';
import { TimedOut, within } from '../deadline.ts';
import type { Health, Instance, Kind } from './kind.ts';

const LIMIT_MS = 15_000;

/** Asks the source of an instance; never rejects. `ms` is the time of the whole way there and back. */
export async function healthOf(
  kind: Kind,
  instance: Instance,
  log: Logger,
  limitMs = LIMIT_MS,
): Promise<Health> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const text = await within(limitMs, new AbortController().signal, (signal) =>
      kind.health(instance, { deadlineMs: limitMs, signal }),
    );
    return { status: 'ok', text, ms: ms() };
  } catch (error) {
    return { status: 'error', text: sentence(error, limitMs, instance, log), ms: ms() };
  }
}

function sentence(error: unknown, limitMs: number, instance: Instance, log: Logger): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof TimedOut) return `The module did not answer within ${limitMs / 1000} seconds.`;
  log.error({ err: error, module: instance.id }, 'health of a module failed unexpectedly');
  return 'The module failed on our side. The log of this program has the details.';
}
