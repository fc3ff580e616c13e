/** Keeps a registered appliance connected: connects, waits, connects again, until it must not any more. */
import { CLOSE, Fault } from '@sightline/api';
import { backoff, type Pace, wait } from './backoff.ts';
import type { LinkEnd } from './link.ts';

/** A connection that has ended. */
export interface Connection extends LinkEnd {
  /** How long it held after the welcome, ms; 0 when there was none. */
  heldMs: number;
}

export interface KeepOptions {
  /** One connection from proof to end; rejects when it could not be opened. */
  connect(): Promise<Connection>;
  /** Told why there is no connection: an error or a connection that ended. */
  onTrouble(why: unknown): void;
  pace: Pace;
  random: () => number;
  signal: AbortSignal;
}

/** A connection that held for so long was a good one: the next wait starts small again. */
const STABLE_MS = 60_000;

/** Resolves with `revoked` when the exchange has removed this device, with `stopped` when told to stop. */
export async function keepLink(options: KeepOptions): Promise<'revoked' | 'stopped'> {
  const { signal } = options;
  let tries = 0;
  while (!signal.aborted) {
    const end = await once(options);
    if (end === 'revoked') return 'revoked';
    const heldMs = end === undefined || end instanceof Fault ? 0 : end.heldMs;
    tries = heldMs >= STABLE_MS ? 0 : tries + 1;
    await wait(pauseMs(end, heldMs, tries, options), signal);
  }
  return 'stopped';
}

/** The connection that has ended, what the exchange said instead of opening it, undefined when it was not reached. */
async function once(options: KeepOptions): Promise<Connection | Fault | undefined | 'revoked'> {
  try {
    const end = await options.connect();
    if (end.code === CLOSE.revoked) return 'revoked';
    if (!options.signal.aborted) options.onTrouble(end.refused ?? end);
    return end;
  } catch (error) {
    if (error instanceof Fault && error.code === 'device_revoked') return 'revoked';
    if (!options.signal.aborted) options.onTrouble(error);
    return error instanceof Fault ? error : undefined;
  }
}

/** As long as the exchange says; else a wide spread after a connection that had worked, else ever longer. */
function pauseMs(
  end: Connection | Fault | undefined,
  heldMs: number,
  tries: number,
  options: KeepOptions,
): number {
  const { pace, random } = options;
  const told = end instanceof Fault ? Number(end.details.seconds ?? 0) * 1000 : end?.retryAfterMs;
  if (told) return told + random() * Math.max(pace.base, told / 2);
  return heldMs > 0 && tries <= 1 ? random() * pace.lost : backoff(tries, pace, random);
}
