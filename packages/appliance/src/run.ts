/** The life of a program: start, wait for a signal, stop in order. */
import type { Logger } from 'pino';

interface Program {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Longest time for stopping in order, ms; after it the process ends as it is, and nothing accepted is lost. */
const STOP_MS = 20_000;

/** Resolves when the program has started. A failed start is logged and ends the process with code 1. */
export async function runUntilSignal(open: () => Promise<Program>, log: Logger): Promise<void> {
  process.on('uncaughtException', (error) => die(log, error, 'unexpected error'));
  try {
    const program = await open();
    await program.start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => end(program, signal, log));
  } catch (error) {
    die(log, error, 'not started');
  }
}

function end(program: Program, signal: string, log: Logger): void {
  log.info({ signal }, 'stopping');
  setTimeout(() => die(log, new Error('stopping took too long'), 'not stopped in order'), STOP_MS).unref();
  program.stop().then(
    () => {
      log.info('stopped');
      process.exit(0);
    },
    (error: unknown) => die(log, error, 'not stopped in order'),
  );
}

function die(log: Logger, error: unknown, text: string): void {
  log.fatal({ err: error }, text);
  process.exit(1);
}
