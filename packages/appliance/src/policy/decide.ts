/** From what was found in a message to what becomes of it. Pure. */

import type { Examined } from '../scan/engine.ts';
import type { Envelope } from '../smtp/parts.ts';
import type { Decision } from './decision.ts';

/** Most Received headers before a message counts as going in circles (RFC 5321 section 6.3). */
const MOST_HOPS = 100;
const LOOP = {
  code: 554,
  status: '5.4.6',
  text: 'The message has passed too many hosts; it may go in circles.',
};

export function decide(envelope: Envelope, { found }: Examined): Decision {
  if (found.hops > MOST_HOPS) return { do: 'refuse', reply: LOOP, by: 'loop check', why: [] };
  const rids = envelope.recipients.map((one) => one.rid);
  const fate = { do: 'deliver' } as const;
  return { do: 'take', copies: [{ rids, policy: 'DEFAULT', fate, edits: [], actions: [], why: [] }] };
}
