/**
 * Writes docs/openapi.hub.json and docs/openapi.appliance.json from the contracts in packages/api.
 * `--check` writes nothing and fails when the files are not what the contracts say.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as console_ from '../packages/api/src/console.ts';
import * as api from '../packages/api/src/index.ts';
import { endpointsOf, openapi, schemasOf } from '../packages/api/src/openapi.ts';
import * as track from '../packages/api/src/track.ts';
import * as who from '../packages/api/src/who.ts';
import * as ctim from '../packages/ctim/src/index.ts';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };

/** Contracts of the appliance alone; all others are the hub's, logging in is the same on both. */
const folder = new URL('packages/api/src/gateway/', root);
const gateway = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const parts = await Promise.all(gateway.map((name) => import(new URL(name, folder).href)));
const appliance: Record<string, unknown> = Object.assign({}, console_, ...parts);
const hub = Object.fromEntries(Object.entries(api).filter(([name]) => !Object.hasOwn(appliance, name)));

const documents = {
  'docs/openapi.hub.json': openapi({
    title: 'Sightline hub',
    description:
      'Exchange and response portal: devices, modules, investigation, and the calls that CTR clients know.',
    version,
    endpoints: { ...endpointsOf(hub), ...api.INTEL_ENDPOINTS, ...api.PLATFORM_ENDPOINTS },
    schemas: schemasOf({ ...ctim, ...hub }),
  }),
  'docs/openapi.appliance.json': openapi({
    title: 'Sightline appliance',
    description: 'Console of the mail gateway: configuration, cloud service, message tracking.',
    version,
    endpoints: endpointsOf({ ...who, ...appliance }),
    schemas: schemasOf({ ...track, ...who, ...appliance }),
  }),
};

const stale: string[] = [];
for (const [path, document] of Object.entries(documents)) {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const old = await readFile(new URL(path, root), 'utf8').catch(() => '');
  if (old === text) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) await writeFile(new URL(path, root), text);
}

if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(
      `${stale.join(' and ')} no longer say what the contracts in packages/api say. Run: npm run openapi`,
    );
    process.exitCode = 1;
  }
} else console.log(stale.length > 0 ? `Wrote ${stale.join(' and ')}.` : 'The API documents were up to date.');
