/** What becomes of a quarantined message, inside a transaction: state and events together. */
import type { Draft } from '../queue/message.ts';
import { domainOf } from '../queue/route.ts';
import type { Store } from '../queue/store.ts';
import type { Quarantined, QuarantineStore } from './store.ts';

export interface SettleParts {
  store: Pick<Store, 'enqueue' | 'emit' | 'abandon'>;
  quarantine: QuarantineStore;
}

/** Who decides, when and why. */
export interface Decided {
  actor: string;
  reason: string;
  now: number;
}

/** How it came out for one message. */
export interface Outcome {
  /** False: it was not there any more, nothing was done. */
  done: boolean;
  /** It has left the last quarantine: its file is needed no more, unless it is delivered. */
  over: 'delivered' | 'dropped' | undefined;
}

const NOTHING: Outcome = { done: false, over: undefined };

/**
 * Takes the message out of those quarantines, each once. When it is in no other it is delivered to its recipients,
 * or handed to `instead`; a message that somebody deleted in another quarantine is not delivered.
 */
export function release(
  parts: SettleParts,
  mid: number,
  from: string[],
  { actor, reason, now }: Decided,
  instead?: (message: Quarantined) => void,
): Outcome {
  const { store, quarantine } = parts;
  const left = from.filter((name) => quarantine.leave(mid, name));
  const message = quarantine.message(mid);
  if (left.length === 0 || !message) return NOTHING;
  store.emit(
    left.map((name): Draft => ({ type: 'released', at: now, mid, quarantine: name, actor, reason })),
  );
  if (quarantine.stays(mid).length > 0) return { done: true, over: undefined };
  quarantine.forget(mid);
  if (message.deleted) {
    const text = 'It was deleted in another quarantine.';
    store.emit([{ type: 'dropped', at: now, mid, by: 'quarantine', reason: text }]);
    store.abandon(mid);
    return { done: true, over: 'dropped' };
  }
  if (instead) {
    instead(message);
    store.emit([{ type: 'finished', at: now, mid }]);
    store.abandon(mid);
    return { done: true, over: 'dropped' };
  }
  store.enqueue(mid, message.recipients, now, message.hop ? () => message.hop : domainOf);
  store.emit([{ type: 'queued', at: now, mid }]);
  return { done: true, over: 'delivered' };
}

/** Takes the message out of those quarantines; it will not be delivered, whatever the others decide. */
export function remove(parts: SettleParts, mid: number, from: string[], decided: Decided): Outcome {
  const { store, quarantine } = parts;
  const { actor, reason, now } = decided;
  const left = from.filter((name) => quarantine.leave(mid, name));
  if (left.length === 0) return NOTHING;
  const why = (name: string): string => `deleted from quarantine "${name}": ${reason}`;
  store.emit(left.map((name): Draft => ({ type: 'dropped', at: now, mid, by: actor, reason: why(name) })));
  quarantine.markDeleted(mid);
  if (quarantine.stays(mid).length > 0) return { done: true, over: undefined };
  quarantine.forget(mid);
  store.abandon(mid);
  return { done: true, over: 'dropped' };
}

/** Moves the message to another quarantine, where it stays until `leaves`. */
export function move(
  parts: SettleParts,
  mid: number,
  from: string[],
  { into, leaves, actor, reason, now }: Decided & { into: string; leaves: number },
): Outcome {
  const { store, quarantine } = parts;
  const left = from.filter((name) => name !== into && quarantine.leave(mid, name));
  const message = quarantine.message(mid);
  if (left.length === 0 || !message) return NOTHING;
  const why = `moved from "${left.join('", "')}" by ${actor}: ${reason}`;
  quarantine.enter({ mid, quarantine: into, reason: why, entered: now, leaves, size: message.size });
  store.emit([{ type: 'quarantined', at: now, mid, quarantine: into, reason: why }]);
  return { done: true, over: undefined };
}

/** Lets the message stay longer. */
export function delay(
  parts: SettleParts,
  mid: number,
  from: string[],
  { hours, actor, reason, now }: Decided & { hours: number },
): Outcome {
  const { store, quarantine } = parts;
  const stays = from.filter((name) => quarantine.postpone(mid, name, hours * 3_600_000));
  if (stays.length === 0) return NOTHING;
  const why = `exit delayed by ${hours} h by ${actor}: ${reason}`;
  store.emit(
    stays.map((name): Draft => ({ type: 'quarantined', at: now, mid, quarantine: name, reason: why })),
  );
  return { done: true, over: undefined };
}
