/** From the first byte of DATA to the durable message: file, scan, transaction. */
import type { Reply } from '@sightline/api';
import type { Decision } from '../policy/decision.ts';
import type { Place } from '../quarantine/place.ts';
import type { Examined } from '../scan/engine.ts';
import type { Figures } from './figures.ts';
import { acceptedEvents, type Head } from './message.ts';
import { domainOf } from './route.ts';
import type { Content, Spool } from './spool.ts';
import type { Store } from './store.ts';

type Taken = { taken: true } | { taken: false; reply: Reply };

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
  /** Looks into the message; never fails. */
  examine(content: Content, head: Head): Promise<Examined>;
  /** What the policies say. */
  decide(head: Head, examined: Examined): Decision;
  /** Puts a message into quarantines, in place of `store.insert`. */
  place: Place;
  figures: Figures;
  clock(): number;
  /** Called after each accepted message. */
  accepted(): void;
}

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
      const examined = await timed(parts, content, head);
      const decision = parts.decide(head, examined);
      if (decision.do === 'refuse') {
        await writer.discard();
        return { taken: false, reply: decision.reply };
      }
      await insertMessage(parts, head, size, examined);
      parts.figures.count('accepted');
      parts.accepted();
      return { taken: true };
    },
    discard: () => writer.discard(),
  };
}

async function timed(
  parts: Pick<IntakeParts, 'examine' | 'figures'>,
  content: Content,
  head: Head,
): Promise<Examined> {
  const start = performance.now();
  const examined = await parts.examine(content, head);
  parts.figures.scan((performance.now() - start) / 1000);
  return examined;
}

/** One transaction: message, recipients and all that tracking is to know of them. */
export function insertMessage(
  { store, clock }: Pick<IntakeParts, 'store' | 'clock'>,
  head: Head,
  size: number,
  examined: Examined,
): Promise<void> {
  return store.commit(() => {
    store.insert({ head, size, now: clock(), domain: domainOf });
    store.emit(acceptedEvents(head, size, examined));
  });
}
