/** `sightline hub`: settings from the environment, until SIGTERM or SIGINT. */
import { app } from './app.ts';
import { optionsFrom } from './env.ts';

const hub = await app(optionsFrom(process.env));
await hub.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void hub.stop());
