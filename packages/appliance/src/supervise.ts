/** Starts programs and keeps them running: one that ends is started again, after a pause that grows. */
import type { Logger } from 'pino';

/** A running program. */
export interface Child<Hello = unknown> {
  /** Resolves when it says that it has started, with what it has to say. */
  ready: Promise<Hello>;
  /** Resolves when it has ended, with how. */
  ended: Promise<string>;
  /** Asks it to stop in order. */
  stop(): void;
  kill(): void;
}

export interface SuperviseParts<Name extends string> {
  /** In the order in which they stop. */
  names: readonly Name[];
  spawn(name: Name): Child;
  log: Logger;
  /** Milliseconds that only grow. */
  now(): number;
  /** Longest time for stopping in order, ms. */
  stopMs: number;
  firstPauseMs?: number;
}

export interface Supervisor {
  /** Rejects when one of them ends before it has started for the first time; then all have ended. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const FIRST_MS = 200;
const LONGEST_MS = 30_000;
/** One that ran for so long has earned a quick start. */
const STEADY_MS = 60_000;

export function supervise<Name extends string>(parts: SuperviseParts<Name>): Supervisor {
  const seats = parts.names.map((name) => seat(name, parts));
  const stop = async (): Promise<void> => {
    for (const one of seats) await one.stop();
  };
  return {
    start: () =>
      Promise.all(seats.map((one) => one.start())).then(
        () => undefined,
        async (error: unknown) => {
          await stop();
          throw error;
        },
      ),
    stop,
  };
}

function seat<Name extends string>(name: Name, parts: SuperviseParts<Name>): Supervisor {
  const { spawn, log, now, stopMs, firstPauseMs = FIRST_MS } = parts;
  let child: Child | undefined;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let pause = firstPauseMs;

  const run = (): Child => {
    const next = spawn(name);
    const since = now();
    child = next;
    void next.ended.then((how) => {
      child = undefined;
      if (stopping) return;
      if (now() - since > STEADY_MS) pause = firstPauseMs;
      log.error({ program: name, how, againMs: pause }, 'a program has ended; it is started again');
      timer = setTimeout(run, pause);
      pause = Math.min(pause * 2, LONGEST_MS);
    });
    return next;
  };
  return {
    async start() {
      const first = run();
      const early = first.ended.then((how) => {
        throw new Error(`${name} did not start: ${how}`);
      });
      early.catch(() => undefined);
      await Promise.race([first.ready, early]);
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const last = child;
      if (!last) return;
      last.stop();
      const late = setTimeout(() => last.kill(), stopMs);
      await last.ended;
      clearTimeout(late);
    },
  };
}
