/** `sightline appliance`: starts the appliance, or carries out a command on the one that runs. */
import { isCommand } from './command/args.ts';

const args = process.argv.slice(2);
if (isCommand(args)) await act();
else await start();

async function act(): Promise<void> {
  const [{ command }, { terminal }] = await Promise.all([
    import('./command/run.ts'),
    import('./command/terminal.ts'),
  ]);
  process.exitCode = await command(args, terminal());
}

async function start(): Promise<void> {
  const { readEnv } = await import('./env.ts');
  const given = readEnv(process.env, args);
  if ('exit' in given) {
    (given.exit === 0 ? process.stdout : process.stderr).write(`${given.lines.join('\n')}\n`);
    process.exitCode = given.exit;
    return;
  }
  const { app } = await import('./app.ts');
  const { makeLog } = await import('./log.ts');
  const { runUntilSignal } = await import('./run.ts');
  const log = makeLog(given.logLevel);
  await runUntilSignal(() => app({ ...given.options, log }), log);
}
