import type { Config, Reply } from '@sightline/api';

/** What came of one recipient in one attempt. */
export interface Outcome {
  rid: number;
  kind: 'delivered' | 'deferred' | 'bounced';
  reply: Reply;
  /** Epoch milliseconds of the next attempt; only for `deferred`. */
  retryAt: number;
}

/** A reply's meaning: 5yz is final, except 503, which speaks of the session and not of the message. */
function kindOf(reply: Reply): Outcome['kind'] {
  if (reply.code >= 200 && reply.code < 300) return 'delivered';
  return reply.code >= 500 && reply.code < 600 && reply.code !== 503 ? 'bounced' : 'deferred';
}

/**
 * Turns a reply into an outcome: waits longer each time and gives up in the end (RFC 5321 section 4.5.4.1).
 * Without a connection nothing was said about this message, so nothing is final yet.
 */
export function judge(
  recipient: { rid: number; attempts: number; received: number },
  reply: Reply,
  { now, delivery, connected }: { now: number; delivery: Config['delivery']; connected: boolean },
): Outcome {
  const { rid, attempts, received } = recipient;
  const waits = delivery.retrySeconds;
  const wait = waits[Math.min(attempts, waits.length - 1)] ?? 60;
  const retryAt = now + wait * 1000;
  const kind = connected ? kindOf(reply) : 'deferred';
  const over = kind === 'deferred' && now - received >= delivery.giveUpSeconds * 1000;
  return { rid, kind: over ? 'bounced' : kind, reply, retryAt };
}
