/** What is done now and then beside everything else, such as forgetting what is old. */
import type { Logger } from 'pino';

export interface Sweep {
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Does the work at once and then every `everyMs`, never twice at a time. A failure is logged, and tried again. */
export function sweep(
  work: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  log: Pick<Logger, 'warn'>,
): Sweep {
  const end = new AbortController();
  let running: Promise<void> | undefined;
  const go = (): void => {
    running ??= work(end.signal)
      .catch((err: unknown) => {
        if (!end.signal.aborted) log.warn({ err }, 'forgetting what is old failed');
      })
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(go, everyMs);
  timer.unref();
  go();
  return {
    async stop() {
      clearInterval(timer);
      end.abort();
      await running;
    },
  };
}
