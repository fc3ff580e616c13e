/** Ends the stays whose time is over, and the oldest ones of a quarantine that is too full. */
import { type QuarantineSettings, quarantineOf } from '@sightline/api';
import type { Logger } from 'pino';
import { type QuarantineParts, settled } from './commands.ts';
import { type Outcome, release, remove } from './settle.ts';
import type { Stay } from './store.ts';

const EVERY_MS = 5000;
const AT_ONCE = 100;

/** One round; returns how many stays it ended. */
export async function expire(parts: QuarantineParts): Promise<number> {
  const { quarantine, clock } = parts;
  const over = await end(parts, 'kept for its time', () => quarantine.expired(clock(), AT_ONCE));
  let early = 0;
  for (const { quarantine: name, bytes } of quarantine.totals()) {
    const { maxBytes } = settingsOf(parts, name);
    if (bytes > maxBytes)
      early += await end(parts, 'the quarantine is full', () => quarantine.beyond(name, maxBytes, AT_ONCE));
  }
  return over + early;
}

const settingsOf = ({ config }: QuarantineParts, name: string): QuarantineSettings =>
  quarantineOf(config().quarantines, name);

async function end(parts: QuarantineParts, reason: string, find: () => Stay[]): Promise<number> {
  let ended = 0;
  for (let stays = find(); stays.length > 0; stays = find()) {
    const now = parts.clock();
    const one = ({ mid, quarantine }: Stay): Outcome => {
      const { atExpiry } = settingsOf(parts, quarantine);
      const act = atExpiry === 'release' ? release : remove;
      return act(parts, mid, [quarantine], { actor: 'expiry', reason, now });
    };
    const outcomes = await parts.store.commit(() => stays.map(one));
    settled(
      parts,
      stays.map(({ mid, quarantine }) => ({ mid, from: [quarantine] })),
      outcomes,
    );
    ended += stays.length;
  }
  return ended;
}

export function startExpiry(parts: QuarantineParts, log: Logger): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(() => expire(parts))
      .catch((error: unknown) => log.error({ err: error }, 'quarantines could not be emptied; trying again'));
  }, EVERY_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
