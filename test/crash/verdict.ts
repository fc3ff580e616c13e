/** Ledgers side by side: what was promised (250), what was delivered, what is tracked. */
import { openTrack } from '../../packages/appliance/src/track/track.ts';
import type { Promised } from './load.ts';
import { trackOptions } from './place.ts';
import type { Delivery } from './sink.ts';

export interface Counts {
  accepted: number;
  lost: number;
  untracked: number;
  duplicates: number;
}

export const none = (): Counts => ({ accepted: 0, lost: 0, untracked: 0, duplicates: 0 });

export const plus = (a: Counts, b: Counts): Counts => ({
  accepted: a.accepted + b.accepted,
  lost: a.lost + b.lost,
  untracked: a.untracked + b.untracked,
  duplicates: a.duplicates + b.duplicates,
});

/** @param dir of a program that has ended */
export async function compare(
  dir: string,
  promised: readonly Promised[],
  deliveries: readonly Delivery[],
  say: (line: string) => void,
): Promise<Counts> {
  const seen = new Map<string, { hash: string; times: number }>();
  for (const { id, recipient, hash } of deliveries) {
    const key = `${id} ${recipient}`;
    seen.set(key, { hash, times: (seen.get(key)?.times ?? 0) + 1 });
  }
  const missing = promised.filter(({ id, hash, recipients }) =>
    recipients.some((recipient) => seen.get(`${id} ${recipient}`)?.hash !== hash),
  );
  for (const one of missing.slice(0, 20)) say(`lost: ${one.id}, MID ${one.mid}`);
  const duplicates = [...seen.values()].reduce((sum, { times }) => sum + times - 1, 0);
  const untracked = await countUntracked(dir, promised, say);
  return { accepted: promised.length, lost: missing.length, untracked, duplicates };
}

async function countUntracked(
  dir: string,
  promised: readonly Promised[],
  say: (line: string) => void,
): Promise<number> {
  const track = await openTrack(trackOptions(dir));
  try {
    let untracked = 0;
    for (const one of promised) {
      const found = await track.details(one.mid);
      const row = found?.row;
      const delivered = row?.recipients.filter((recipient) => recipient.state === 'delivered').length;
      const good =
        row?.subject === one.id && delivered === one.recipients.length && row.attachments.length === 1;
      if (good) continue;
      if (untracked++ < 20)
        say(`untracked: ${one.id}, MID ${one.mid}: ${JSON.stringify(row?.recipients ?? null)}`);
    }
    return untracked;
  } finally {
    await track.close();
  }
}
