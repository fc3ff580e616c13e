/** The life of a program: start, wait for a signal, stop in order. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Child } from './supervise.ts';

interface Program extends Partial<Hello> {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What the console process tells whoever started it. */
export interface Hello {
  consoleUrl: string;
  /** Port of the first listener. */
  smtpPort: number;
  /** One-time token for the first administrator; undefined when the console has been set up. */
  setupToken: string | undefined;
}

type Word = { ready: Partial<Hello> } | { failed: string };

/** Longest time for stopping in order, ms; after it the process ends as it is, and nothing accepted is lost. */
export const STOP_MS = 20_000;

/** Resolves when the program has started. A failed start is logged and ends the process with code 1. */
export async function runUntilSignal(open: () => Promise<Program>, log: Logger): Promise<void> {
  process.on('uncaughtException', (error) => die(log, error, 'unexpected error'));
  // Without its supervisor a program would hold the data folder that the next start needs.
  process.once('disconnect', () => die(log, new Error('the supervisor is gone'), 'stopped at once'));
  try {
    const program = await open();
    await program.start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => void end(program, signal, log));
    const { consoleUrl, smtpPort, setupToken } = program;
    tell({ ready: { consoleUrl, smtpPort, setupToken } });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    die(log, error, 'not started');
  }
}

const tell = (word: Word): void => void process.send?.(word);

let ending = false;

function end(program: Program, signal: string, log: Logger): void {
  if (ending) return;
  ending = true;
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

/**
 * This program again as a process of its own, with other arguments.
 *
 * @param out file descriptor that its output goes to; ours if absent
 */
export function again(args: string[], out?: number): Child<Partial<Hello>> {
  // In a process group of its own, so that Ctrl+C reaches it through its supervisor, in order.
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), args, {
    detached: true,
    stdio: ['ignore', out ?? 'inherit', out ?? 'inherit', 'ipc'],
  });
  let why = '';
  const ready = new Promise<Partial<Hello>>((resolve) => {
    child.on('message', (word: Word) => {
      if ('ready' in word) resolve(word.ready);
      else why = `: ${word.failed}`;
    });
  });
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) =>
    signal === null ? `exit code ${code}${why}` : `signal ${signal}`,
  );
  return { ready, ended, stop: () => void child.kill('SIGTERM'), kill: () => void child.kill('SIGKILL') };
}
