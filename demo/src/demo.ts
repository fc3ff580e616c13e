/** `npm run demo`: the quick start and more sample mail, against the system that `npm start` is running. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { client, getState } from '@sightline/api';
import { fill, setUpAlready } from './fill.ts';
import { DEMO_PORTS } from './world.ts';

const kept = join(
  process.env.SIGHTLINE_DATA ?? fileURLToPath(new URL('../../data', import.meta.url)),
  'demo.json',
);
const at = (port: number): string => `http://127.0.0.1:${port}`;

const running = await client({ base: at(DEMO_PORTS.AMERICAS) })(getState).catch(() => undefined);
if (!running) fail('Nothing answers. Start the system first: npm start');
if (!existsSync(kept))
  fail('The system was started empty. Set it up in the browser, or remove ./data and run npm start.');
await fill(
  {
    hubs: { AMERICAS: setUpAlready(at(DEMO_PORTS.AMERICAS)), EUROPE: setUpAlready(at(DEMO_PORTS.EUROPE)) },
    console: setUpAlready(at(DEMO_PORTS.console)),
    smtp: { host: '127.0.0.1', port: DEMO_PORTS.smtp },
  },
  JSON.parse(readFileSync(kept, 'utf8')),
  { seed: Date.now() % 1_000_000 },
);

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
