/** The engine in a thread of its own: neither SMTP nor the console waits for its work. */
import { Worker } from 'node:worker_threads';
import type { Call, Calls } from './client.ts';
import type { EngineOptions } from './engine.ts';
import type { TrackOptions } from './track.ts';

/** To the thread. */
export type ToThread = { id: number; op: keyof Calls; args: unknown[]; now: number } | { abandon: number };
/** From the thread; the first message says that it is open. */
export type FromThread = { id: number; answer: unknown } | { id: number; fault: string };

/** What the thread is started with. */
export type ThreadOptions = Omit<EngineOptions, 'run'>;

interface Pending {
  resolve: (answer: never) => void;
  reject: (error: unknown) => void;
  settled?: () => void;
}

const OPENED = 0;

/**
 * Megabytes. Under a limit the collector lets less garbage pile up; what lives is a fraction of it. Where questions
 * are answered little is young at a time: it is copied while they wait.
 */
const HEAP = { maxOldGenerationSizeMb: 640, maxYoungGenerationSizeMb: 16 };

/** Starts the thread and opens the store in it. */
export async function threadCall(options: TrackOptions): Promise<Call> {
  const workerData: ThreadOptions = {
    dir: options.dir,
    sealAt: options.sealAt ?? 16_384,
    mergeTo: 524_288,
  };
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits: HEAP });
  const pending = new Map<number, Pending>();
  const opened = expect_(pending, OPENED);
  thread.on('message', (message: FromThread) => settle(pending, message));
  let gone: Error | undefined;
  const end = (error: Error) => {
    gone ??= error;
    failAll(pending, gone);
  };
  thread.on('error', end);
  thread.on('exit', () => end(new Error('message tracking is closed')));
  await opened;
  let last = OPENED;
  return (op, args, now, signal) => {
    if (gone) return Promise.reject(gone);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++last;
    const answer = expect_<never>(pending, id, signal && (() => thread.postMessage({ abandon: id })), signal);
    thread.postMessage({ id, op, args, now } satisfies ToThread);
    return answer;
  };
}

/** Promise of the answer with a number. */
function expect_<T>(
  pending: Map<number, Pending>,
  id: number,
  abandon?: () => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = () => {
      abandon?.();
      pending.delete(id);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    pending.set(id, { resolve, reject, settled: () => signal?.removeEventListener('abort', aborted) });
  });
}

function settle(pending: Map<number, Pending>, message: FromThread): void {
  const waiting = pending.get(message.id);
  if (!waiting) return;
  pending.delete(message.id);
  waiting.settled?.();
  if ('answer' in message) waiting.resolve(message.answer as never);
  else waiting.reject(new Error(message.fault));
}

function failAll(pending: Map<number, Pending>, error: Error): void {
  for (const waiting of pending.values()) waiting.reject(error);
  pending.clear();
}
