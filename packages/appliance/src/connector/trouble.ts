/** What stands in the way of a registration or a connection, in words. */
import { CLOSE, Fault, fail } from '@sightline/api';
import { causeOf } from './cause.ts';
import type { Connection } from './keep.ts';
import type { Target } from './target.ts';
import type { Phase } from './words.ts';

/** Throws when a token cannot be redeemed in this phase. */
export function refuse(phase: Phase, target: Target): void {
  switch (phase.name) {
    case 'disabled':
      throw fail('cloud_disabled');
    case 'managed':
      throw fail('centrally_managed', { manager: phase.manager });
    case 'busy':
    case 'registering':
      throw fail('cloud_busy');
    case 'registered':
      throw fail('already_registered');
    case 'unreachable':
      throw fail('exchange_unreachable', { server: target.name, reason: phase.reason });
  }
}

export const unreachable = (error: unknown, { name, url }: Target): Fault =>
  fail('exchange_unreachable', { server: name, reason: causeOf(error, url) });

export const GONE = 'The appliance is no longer registered.';

/** The registration ends here in any case; the note says what is left to do there. */
export function goneAnyway(error: unknown, { name, url }: Target): string {
  if (error instanceof Fault && (error.code === 'device_revoked' || error.code === 'not_found')) return GONE;
  return `The registration was removed from this appliance only: ${causeOf(error, url)}. Delete the device in the exchange ${name} too.`;
}

/** Why there is no connection, without a full stop. */
export function trouble(end: unknown, url: string): string {
  if (!isConnection(end)) return causeOf(end, url);
  if (end.code === CLOSE.replaced)
    return 'another machine connected with the identity of this appliance. Check for a copy of it';
  if (end.code === CLOSE.goingAway || end.retryAfterMs !== undefined) return 'the exchange is restarting';
  return 'the connection was lost';
}

export const isConnection = (value: unknown): value is Connection =>
  typeof value === 'object' && value !== null && 'heldMs' in value;
