import type { BounceProfile, Reply } from '@sightline/api';

/** What came of one recipient in one attempt. */
export interface Outcome {
  rid: number;
  kind: 'delivered' | 'deferred' | 'bounced';
  reply: Reply;
  /** Attempts so far. */
  attempts: number;
  /** Epoch milliseconds of the next attempt; only for `deferred`. */
  retryAt: number;
  /** The sender is to be told that it is late. */
  late: boolean;
}

export interface Case {
  now: number;
  bouncing: Omit<BounceProfile, 'name'>;
  /** The reply was said about this message, so that 5yz is final; without a connection nothing was. */
  final: boolean;
  /** Not tried at all: the destination is known to be down until then. */
  downUntil?: number;
}

/** A reply's meaning: 5yz is final, except 503, which speaks of the session and not of the message. */
function kindOf(reply: Reply): Outcome['kind'] {
  if (reply.code >= 200 && reply.code < 300) return 'delivered';
  return reply.code >= 500 && reply.code < 600 && reply.code !== 503 ? 'bounced' : 'deferred';
}

/** Turns a reply into an outcome: waits longer each time and gives up in the end (RFC 5321 section 4.5.4.1). */
export function judge(
  recipient: { rid: number; attempts: number; received: number; warned: boolean },
  reply: Reply,
  { now, bouncing, final, downUntil }: Case,
): Outcome {
  const { rid, attempts, received, warned } = recipient;
  const { retrySeconds: waits, giveUpSeconds, delayWarningSeconds } = bouncing;
  const wait = waits[Math.min(attempts, waits.length - 1)] ?? 60;
  const age = now - received;
  const kind = final ? kindOf(reply) : 'deferred';
  const over = kind === 'deferred' && age >= giveUpSeconds * 1000;
  return {
    rid,
    kind: over ? 'bounced' : kind,
    reply,
    attempts: downUntil === undefined ? attempts + 1 : attempts,
    retryAt: downUntil ?? now + wait * 1000,
    late: kind === 'deferred' && !warned && delayWarningSeconds > 0 && age >= delayWarningSeconds * 1000,
  };
}
