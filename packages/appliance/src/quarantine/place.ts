/** The way into a quarantine. */
import { type Config, quarantineOf } from '@sightline/api';
import type { Draft, Head } from '../queue/message.ts';
import { domainOf, hopDomain } from '../queue/route.ts';
import type { Store } from '../queue/store.ts';
import type { QuarantineStore } from './store.ts';

const HOUR_MS = 3_600_000;

export interface PlaceParts {
  store: Pick<Store, 'has' | 'insert' | 'emit'>;
  quarantine: QuarantineStore;
  config(): Config;
}

/** A message whose file is complete in the spool, and that has no recipients in the queue (any more). */
export interface Placed {
  head: Head;
  size: number;
  subject: string;
  now: number;
  /** It is delivered only after its release from all of them. */
  into: readonly { quarantine: string; reason: string }[];
}

/**
 * Takes a message in, without recipients to deliver to, and tells tracking in which quarantines it is. To be called
 * inside `store.commit`, in place of `store.insert`, after the events of its acceptance.
 */
export type Place = (placed: Placed) => void;

export const placing =
  ({ store, quarantine, config }: PlaceParts): Place =>
  ({ head, size, subject, now, into }) => {
    if (!store.has(head.mid))
      store.insert({ head: { ...head, recipients: [] }, size, now, domain: domainOf });
    const { mid, sender, recipients, ip, direction, at: received } = head;
    const hop = head.hop ? hopDomain(head.hop) : '';
    quarantine.add({ mid, sender, recipients, subject, ip, direction, received, size, hop });
    for (const { quarantine: name, reason } of into) {
      const leaves = now + quarantineOf(config().quarantines, name).keepHours * HOUR_MS;
      const fresh = quarantine.enter({ mid, quarantine: name, reason, entered: now, leaves, size });
      if (fresh)
        store.emit([{ type: 'quarantined', at: now, mid, quarantine: name, reason } satisfies Draft]);
    }
  };
