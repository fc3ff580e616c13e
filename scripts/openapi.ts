/**
 * Writes docs/openapi.hub.json and docs/openapi.appliance.json from the contracts in packages/api.
 * `--check` writes nothing and fails when the files are not what the contracts say.
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as account from '../packages/api/src/account.ts';
import * as clients from '../packages/api/src/clients.ts';
import * as console_ from '../packages/api/src/console.ts';
import * as exchange from '../packages/api/src/exchange.ts';
import * as intel from '../packages/api/src/intel.ts';
import * as intelCalls from '../packages/api/src/intel-calls.ts';
import * as investigate from '../packages/api/src/investigate.ts';
import * as link from '../packages/api/src/link.ts';
import * as module_ from '../packages/api/src/module.ts';
import * as oauth from '../packages/api/src/oauth.ts';
import { endpointsOf, openapi, schemasOf } from '../packages/api/src/openapi.ts';
import * as organisation from '../packages/api/src/organisation.ts';
import * as profile from '../packages/api/src/profile.ts';
import * as sse from '../packages/api/src/sse.ts';
import * as track from '../packages/api/src/track.ts';
import * as who from '../packages/api/src/who.ts';
import * as ctim from '../packages/ctim/src/index.ts';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };

const hub = {
  ...who,
  ...account,
  ...organisation,
  ...profile,
  ...clients,
  ...exchange,
  ...link,
  ...module_,
  ...investigate,
  ...oauth,
  ...sse,
  ...intel,
  ...intelCalls,
};
const documents = {
  'docs/openapi.hub.json': openapi({
    title: 'Sightline hub',
    description:
      'Exchange and response portal: devices, modules, investigation, and the calls that CTR clients know.',
    version,
    endpoints: { ...endpointsOf(hub), ...intel.INTEL_ENDPOINTS, ...intelCalls.PLATFORM_ENDPOINTS },
    schemas: schemasOf({ ...ctim, ...track, ...hub }),
  }),
  'docs/openapi.appliance.json': openapi({
    title: 'Sightline appliance',
    description: 'Console of the mail gateway: configuration, cloud service, message tracking.',
    version,
    endpoints: endpointsOf({ ...who, ...console_ }),
    schemas: schemasOf({ ...track, ...who, ...console_ }),
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
