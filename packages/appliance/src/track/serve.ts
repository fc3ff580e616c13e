/** Carries out calls on an engine. */
import type { Calls } from './client.ts';
import type { Engine } from './engine.ts';
import type { Searched } from './query.ts';

/** Milliseconds a search works before other questions get their turn. */
const PIECE_MS = 2;

/** A call by name; rejects with the signal's reason when it is aborted. */
export async function serve<K extends keyof Calls>(
  engine: Engine,
  op: K,
  args: Calls[K]['args'],
  now: number,
  signal?: AbortSignal,
): Promise<Calls[K]['answer']> {
  signal?.throwIfAborted();
  return (await HANDLERS[op](engine, args, now, signal)) as Calls[K]['answer'];
}

type Handlers = {
  [K in keyof Calls]: (
    engine: Engine,
    args: Calls[K]['args'],
    now: number,
    signal?: AbortSignal,
  ) => Promise<Calls[K]['answer']> | Calls[K]['answer'];
};

const HANDLERS: Handlers = {
  append: async (engine, [text], now) => {
    await engine.append(text, now);
    return undefined;
  },
  lookup: (engine, [q], now) => ({ results: engine.lookup(q), indexedUntil: engine.indexedUntil(now) }),
  search: async (engine, [q, budgetMs], now, signal) => {
    const until = performance.now() + budgetMs;
    const indexedUntil = engine.indexedUntil(now);
    const work = engine.search(q, () => performance.now() > until);
    return { ...(await inPieces(work, signal)), indexedUntil };
  },
  details: (engine, [mid]) => engine.record(mid),
  prune: async (engine, _, now) => {
    await engine.prune(now);
    return undefined;
  },
  settle: async (engine) => {
    await engine.settle();
    return undefined;
  },
  close: async (engine) => {
    await engine.close();
    return undefined;
  },
};

async function inPieces(work: Generator<void, Searched>, signal?: AbortSignal): Promise<Searched> {
  let pause = performance.now() + PIECE_MS;
  try {
    for (;;) {
      const { value, done } = work.next();
      if (done) return value;
      if (performance.now() < pause) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      pause = performance.now() + PIECE_MS;
    }
  } finally {
    work.return({ total: 0, totalIs: 'at_least', records: [] });
  }
}
