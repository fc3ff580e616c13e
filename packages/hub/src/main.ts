/** `sightline hub`: settings from the environment, until SIGTERM or SIGINT. */
import { HELP, optionsFrom, wantsHelp } from './env.ts';

const asked = wantsHelp(process.argv.slice(2));
if (asked === 'start') await start();
else {
  (asked === 'help' ? process.stdout : process.stderr).write(
    `${asked === 'help' ? '' : `${asked}\n\n`}${HELP}`,
  );
  process.exitCode = asked === 'help' ? 0 : 2;
}

async function start(): Promise<void> {
  const options = optionsFrom(process.env);
  const { app } = await import('./app.ts');
  const hub = await app(options);
  await hub.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void hub.stop());
}
