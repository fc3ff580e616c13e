/** Carries out calls on an engine. */
import { after } from './budget.ts';
import type { Calls } from './client.ts';
import type { Engine } from './engine.ts';

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
  lookup: async (engine, [q], now, signal) => {
    const indexedUntil = engine.indexedUntil(now);
    return { results: await inPieces(engine.lookup(q), signal), indexedUntil };
  },
  search: async (engine, [q, budgetMs], now, signal) => {
    const indexedUntil = engine.indexedUntil(now);
    return { ...(await inPieces(engine.search(q, after(budgetMs)), signal)), indexedUntil };
  },
  histogram: async (engine, [q, budgetMs], now, signal) => {
    const indexedUntil = engine.indexedUntil(now);
    return { ...(await inPieces(engine.histogram(q, after(budgetMs)), signal)), indexedUntil };
  },
  top: async (engine, [q, budgetMs], now, signal) => {
    const indexedUntil = engine.indexedUntil(now);
    return { lists: await inPieces(engine.top(q, after(budgetMs)), signal), indexedUntil };
  },
  details: (engine, [mid]) => engine.record(mid),
  prune: async (engine, [keep], now) => {
    await engine.prune(now, keep);
    return undefined;
  },
  redact: (engine, [address]) => engine.redact(address),
  backup: async (engine, [to]) => {
    await engine.backup(to);
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

async function inPieces<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> {
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
    work.return(undefined as never);
  }
}
