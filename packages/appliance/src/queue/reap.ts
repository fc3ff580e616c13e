/** Removes the files of finished messages, and then what the database knows of them. */
import type { Logger } from 'pino';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface Reaper {
  /** To be called after the message's last recipient is committed as done. */
  done(mid: number): void;
  stop(): Promise<void>;
}

const EVERY_MS = 2000;

/**
 * The row outlives the file until its removal is durable: a file that came back after a power cut is then known
 * as done and not sent again.
 */
export function startReaper(parts: { store: Store; spool: Spool; log: Logger }): Reaper {
  const { store, spool, log } = parts;
  const removing = new Set<Promise<void>>();
  const forget = async (): Promise<void> => {
    const mids = await spool.reclaim();
    if (mids.length > 0) await store.commit(() => mids.forEach((mid) => void store.forget(mid)));
    await spool.compact();
  };
  const failed = (error: unknown): void => log.error({ err: error }, 'finished messages cannot be removed');
  let forgetting: Promise<void> | undefined;
  const timer = setInterval(() => {
    forgetting ??= forget()
      .catch(failed)
      .finally(() => {
        forgetting = undefined;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    done(mid) {
      const work = spool
        .remove(mid)
        .catch(failed)
        .finally(() => removing.delete(work));
      removing.add(work);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(removing);
      await forgetting;
      await forget().catch(failed);
    },
  };
}
