/** Who got a message, by the message tracking of the organisation's appliances. */
import type { LookupInput, TrackRow } from '@sightline/api';
import { type Observable, observableKey } from '@sightline/ctim';
import type { Deps } from '../../deps.ts';
import { problemOfError } from '../../investigate/trouble.ts';
import { keyOf, keyText, lookupOf } from '../email/ask.ts';
import type { Instance, Limits, Problem } from '../kind.ts';
import { rangeOf } from '../range.ts';

export type TrackDeps = Pick<Deps, 'ask' | 'devices' | 'clock'>;

export interface Delivery {
  /** As the envelope had them; only those that it was delivered to. */
  recipients: string[];
  /** As the messages have it: appliances fold case when they search. */
  messageIds: string[];
}

/** Messages with one Message-ID that are looked at, on each appliance. */
const EACH = 1000;
/** Milliseconds for an appliance. */
const DEADLINE_MS = 12_000;

/**
 * Deliveries of these Message-IDs by their observables. What one appliance could not say is a warning.
 * @throws what went wrong, where no appliance said anything
 */
export async function deliveries(
  deps: TrackDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<{ of(observable: Observable): Delivery; errors: Problem[] }> {
  const { lookup } = lookupOf(observables, rangeOf(instance, limits, deps.clock()), EACH);
  const { devices } = await deps.devices(instance.orgId);
  const asked = lookup ? devices : [];
  const answers = await Promise.allSettled(
    asked.map(({ id }) => rowsOf(deps, instance.orgId, id, lookup, limits)),
  );
  const good = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const bad = answers.flatMap((one, i) =>
    one.status === 'rejected' ? [{ one, name: asked[i]?.name ?? '' }] : [],
  );
  const [first] = bad;
  if (first && good.length === 0) throw first.one.reason;
  return {
    of: (observable) => deliveryOf(good.flatMap((rows) => rows.get(keyOfText(observable)) ?? [])),
    errors: bad.map(({ one, name }) => warning(name, one.reason)),
  };
}

const keyOfText = (observable: Observable): string => {
  const key = keyOf(observable);
  return key ? keyText(key) : observableKey(observable);
};

async function rowsOf(
  { ask }: TrackDeps,
  orgId: string,
  deviceId: string,
  lookup: LookupInput | undefined,
  { deadlineMs, signal }: Limits,
): Promise<Map<string, readonly TrackRow[]>> {
  if (!lookup) return new Map();
  const options = { deadlineMs: Math.min(DEADLINE_MS, deadlineMs), signal };
  const { results } = await ask(orgId, deviceId, { verb: 'lookup', body: lookup }, options);
  return new Map(results.map((result) => [keyText(result), result.rows]));
}

const warning = (device: string, error: unknown): Problem => {
  const { code, message } = problemOfError(error, device, () => '');
  return { code, type: 'warning', message: `Recipients that only ${device} knows are left out. ${message}` };
};

function deliveryOf(rows: readonly TrackRow[]): Delivery {
  const recipients = rows.flatMap((row) => row.recipients.filter(({ state }) => state === 'delivered'));
  return {
    recipients: [...new Set(recipients.map(({ address }) => address.toLowerCase()))],
    messageIds: [...new Set(rows.map(({ messageId }) => messageId).filter(Boolean))],
  };
}
