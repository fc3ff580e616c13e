/** From the first byte of DATA to the durable message: file, scan, transaction. */
import type { Figures } from './figures.ts';
import { acceptedEvents, type Found, type Head } from './message.ts';
import { domainOf } from './route.ts';
import type { Content, Spool } from './spool.ts';
import type { Store } from './store.ts';

type Taken = { taken: true } | { taken: false; reason: 'loop' };

/** A message that is being received. */
export interface Intake {
  write(chunk: Buffer): Promise<void>;
  /** When it returns with `taken`, the message and its tracking events are on the disk. */
  commit(): Promise<Taken>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

export interface IntakeParts {
  spool: Spool;
  store: Store;
  scan(content: Content): Promise<Found>;
  figures: Figures;
  clock(): number;
  /** Called after each accepted message. */
  accepted(): void;
}

/** Most Received headers before a message counts as going in circles (RFC 5321 section 6.3). */
const MOST_HOPS = 100;

export async function beginIntake(parts: IntakeParts, head: Head): Promise<Intake> {
  const writer = await parts.spool.create(head);
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      return writer.write(chunk);
    },
    async commit() {
      const content = await writer.finish();
      const found = await timedScan(parts, content);
      if (found.hops > MOST_HOPS) {
        await writer.discard();
        return { taken: false, reason: 'loop' };
      }
      await insertMessage(parts, head, size, found);
      parts.figures.count('accepted');
      parts.accepted();
      return { taken: true };
    },
    discard: () => writer.discard(),
  };
}

async function timedScan(parts: Pick<IntakeParts, 'scan' | 'figures'>, content: Content): Promise<Found> {
  const start = performance.now();
  const found = await parts.scan(content);
  parts.figures.scan((performance.now() - start) / 1000);
  return found;
}

/** One transaction: message, recipients and all that tracking is to know of them. */
export function insertMessage(
  { store, clock }: Pick<IntakeParts, 'store' | 'clock'>,
  head: Head,
  size: number,
  found: Found,
): Promise<void> {
  return store.commit(() => {
    store.insert({ head, size, now: clock(), domain: domainOf });
    store.emit(acceptedEvents(head, size, found));
  });
}
