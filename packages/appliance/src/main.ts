/**
 * `sightline appliance`: starts the mail process and the console process and keeps them running; with `mta` or
 * `console` it is one of them; with another command it carries that out on the appliance that runs.
 */
import { isCommand } from './command/args.ts';
import type { Start } from './env.ts';

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
  const [program = ''] = args;
  const isOne = program === 'mta' || program === 'console';
  const given = readEnv(process.env, isOne ? args.slice(1) : args);
  if ('exit' in given) {
    (given.exit === 0 ? process.stdout : process.stderr).write(`${given.lines.join('\n')}\n`);
    process.exitCode = given.exit;
    return;
  }
  if (isOne) await one(program, given);
  else await both(given);
}

async function one(program: 'mta' | 'console', { options, logLevel }: Start): Promise<void> {
  const { mtaApp, consoleApp } = await import('./app.ts');
  const { makeLog } = await import('./log.ts');
  const { runUntilSignal } = await import('./run.ts');
  const log = makeLog(logLevel, program);
  const open = program === 'mta' ? mtaApp : consoleApp;
  await runUntilSignal(() => open({ ...options, log }), log);
}

async function both({ logLevel }: Start): Promise<void> {
  const { makeLog } = await import('./log.ts');
  const { runUntilSignal } = await import('./run.ts');
  const { pair } = await import('./pair.ts');
  const log = makeLog(logLevel);
  await runUntilSignal(async () => pair({ args, log }), log);
}
