/** Holds what waits now against entries that came later: messages in the queue and in quarantines. */
import { ListApplication, type ListApplied } from '@sightline/api';
import type { Content, Spool } from '../queue/spool.ts';
import { listResults } from '../scan/listed.ts';
import type { Lists } from '../scan/lists.ts';
import type { Scanned } from '../scan/scanned.ts';
import { listsOf } from './memory.ts';
import type { Entry } from './store.ts';

export interface ApplyParts {
  entries: readonly Entry[];
  spool: Pick<Spool, 'open'>;
  scan(content: Content): Promise<Scanned>;
  /** MIDs that wait: those of the queue and those of quarantines, at most so many. */
  waiting(limit: number): { queue: number[]; quarantine: number[] };
  /** Does it to messages of the queue; returns to which. */
  stop(
    how: { do: ListApplication['do']; quarantine: string },
    mids: number[],
    by: { actor: string; reason: string },
  ): Promise<number[]>;
  /** Deletes quarantined messages. */
  remove(mids: number[], by: { actor: string; reason: string }): Promise<number>;
}

/** Messages that are looked at in one go, and at a time. */
const MOST = 5000;
const AT_ONCE = 4;

export async function apply(parts: ApplyParts, given: ListApplication, actor: string): Promise<ListApplied> {
  const { do: what, quarantine: name, reason } = ListApplication.parse(given);
  const lists = listsOf(parts.entries);
  const waiting = parts.waiting(MOST + 1);
  const queue = await fitting(parts, lists, waiting.queue.slice(0, MOST));
  const quarantine = await fitting(parts, lists, waiting.quarantine.slice(0, MOST));
  const by = { actor, reason };
  const stopped = queue.length > 0 ? await parts.stop({ do: what, quarantine: name }, queue, by) : [];
  const removed = what === 'delete' && quarantine.length > 0 ? await parts.remove(quarantine, by) : 0;
  return {
    looked: Math.min(waiting.queue.length, MOST) + Math.min(waiting.quarantine.length, MOST),
    queue: stopped.length,
    quarantine: what === 'delete' ? removed : quarantine.length,
    more: waiting.queue.length > MOST || waiting.quarantine.length > MOST,
  };
}

/** Which of them the entries fit. */
export async function fitting(
  parts: Pick<ApplyParts, 'spool' | 'scan'>,
  lists: Lists,
  mids: number[],
): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < mids.length; i += AT_ONCE) {
    const some = mids.slice(i, i + AT_ONCE);
    const hits = await Promise.all(some.map((mid) => fits(parts, lists, mid)));
    found.push(...some.filter((_, n) => hits[n]));
  }
  return found;
}

/** One that has gone in the meantime fits nothing. */
async function fits(
  { spool, scan }: Pick<ApplyParts, 'spool' | 'scan'>,
  lists: Lists,
  mid: number,
): Promise<boolean> {
  try {
    const { head, ...content } = await spool.open(mid);
    return listResults(lists, head, await scan(content)).length > 0;
  } catch {
    return false;
  }
}
