/** Waiting with an end: for a promise, at most so many milliseconds, and only while a signal is not aborted. */

export class TimedOut extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'TimedOut';
  }
}

/**
 * What `work` answers. Rejects with `TimedOut` after `ms` or with the reason of `outer` when that is aborted,
 * even if `work` pays no attention to the signal it is handed.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  if (ms <= 0) throw new TimedOut(0);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimedOut(ms)), ms);
  const onOuter = (): void => stop.abort(outer.reason);
  outer.addEventListener('abort', onOuter, { once: true });
  const ended = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(stop.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', onOuter);
  }
}
