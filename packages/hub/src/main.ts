/** `sightline hub`: settings from the environment, until SIGTERM or SIGINT. */
import { HELP, optionsFrom, wantsHelp } from './env.ts';

const [first, ...rest] = process.argv.slice(2);
const asked = wantsHelp(process.argv.slice(2));
if (first === 'org') await org(rest);
else if (first === 'keys') await keys(rest);
else if (asked === 'start') await start();
else {
  (asked === 'help' ? process.stdout : process.stderr).write(
    `${asked === 'help' ? '' : `${asked}\n\n`}${HELP}`,
  );
  process.exitCode = asked === 'help' ? 0 : 2;
}

async function org(args: string[]): Promise<void> {
  const { orgCommand } = await import('./org-cli.ts');
  const { lines, status } = await orgCommand(args, process.env);
  (status === 0 ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
  process.exitCode = status;
}

async function keys(args: string[]): Promise<void> {
  const { keysCommand } = await import('./keys-cli.ts');
  const { lines, status } = await keysCommand(args, process.env);
  (status === 0 ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
  process.exitCode = status;
}

async function start(): Promise<void> {
  const options = optionsFrom(process.env);
  const { app } = await import('./app.ts');
  const hub = await app(options);
  await hub.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void hub.stop());
}
