/** A message once more, for other recipients: the same bytes under a MID of its own. */

import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { acceptedEvents, type Draft, type Head } from '../queue/message.ts';
import { domainOf } from '../queue/route.ts';
import { type Content, read, type Spool } from '../queue/spool.ts';
import type { Store } from '../queue/store.ts';
import type { Scanned } from '../scan/scanned.ts';

export interface CopyParts {
  store: Pick<Store, 'next' | 'insert' | 'emit' | 'authResults'>;
  spool: Spool;
  scan(content: Content): Promise<Scanned>;
}

export interface Copied {
  mid: number;
  /** Inside the transaction: the copy is queued, and both messages tell of the other. */
  insert(now: number): void;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

/** Writes the copy; it is a message when `insert` is committed. @throws SpoolFault if the original cannot be read */
export async function copy(
  { store, spool, scan }: CopyParts,
  original: number,
  { to, sender, now }: { to: string[]; sender?: string; now: number },
): Promise<Copied> {
  const { head, ...content } = await spool.open(original);
  const mid = store.next('mid');
  const recipients = to.map((address, rid) => ({ rid, address }));
  const { dsn: _asked, ...rest } = head;
  const authResults = store.authResults(original);
  const mine: Head = {
    ...rest,
    mid,
    at: now,
    recipients,
    sender: sender ?? head.sender,
    ...(authResults ? { authResults } : {}),
  };
  const found = await scan(content);
  await write(spool, mine, content);
  const related: Omit<Extract<Draft, { type: 'related' }>, 'mid'> = {
    type: 'related',
    at: now,
    from: original,
    into: mid,
    relation: 'copy',
  };
  return {
    mid,
    insert(at) {
      const size = content.end - content.start;
      store.insert({ head: mine, size, now: at, domain: domainOf });
      store.emit(acceptedEvents(mine, size, { found, results: [] }));
      store.emit([original, mid].map((one) => ({ ...related, mid: one })));
    },
    discard: () => spool.remove(mid),
  };
}

async function write(spool: Spool, head: Head, content: Content): Promise<void> {
  const writer = await spool.create(head);
  try {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => void writer.write(chunk).then(() => done(), done),
    });
    await pipeline(read(content), sink);
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
