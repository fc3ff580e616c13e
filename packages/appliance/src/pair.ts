/** Mail process and console process under supervision: what `sightline appliance` runs, and `npm start` too. */
import type { Logger } from 'pino';
import { again, type Hello, STOP_MS } from './run.ts';
import { type Supervisor, supervise } from './supervise.ts';

export interface PairParts {
  /** Flags of `sightline appliance`, for both. */
  args: string[];
  log: Logger;
  /** File descriptor for what the processes write; their parent's output if absent. */
  out?: number;
}

/** `hello`: what the console process said last, known after `start`. */
export type Pair = Supervisor & { readonly hello: Partial<Hello> };

export function pair({ args, log, out }: PairParts): Pair {
  let hello: Partial<Hello> = {};
  const { start, stop } = supervise({
    names: ['mta', 'console'],
    spawn(name) {
      const child = again([name, ...args], out);
      if (name === 'mta') return child;
      const ready = child.ready.then((said) => {
        hello = said;
      });
      return { ...child, ready };
    },
    log,
    now: () => performance.now(),
    stopMs: STOP_MS,
  });
  return {
    start,
    stop,
    get hello() {
      return hello;
    },
  };
}
