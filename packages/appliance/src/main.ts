/** Starts the appliance as a program. */
import { app } from './app.ts';
import { readEnv } from './env.ts';
import { makeLog } from './log.ts';
import { runUntilSignal } from './run.ts';

const start = readEnv(process.env, process.argv.slice(2));
if ('exit' in start) {
  process.stdout.write(`${start.lines.join('\n')}\n`);
  process.exitCode = start.exit;
} else {
  const log = makeLog(start.logLevel);
  await runUntilSignal(() => app({ ...start.options, log }), log);
}
