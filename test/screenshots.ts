/**
 * `npm run screenshots [-- FOLDER]`: every page of both programs, filled with the sample mail, dark and light, at
 * 1440x900 and at 390 wide. `--readme` also renews the pictures of the README.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fill } from '@sightline/demo/fill';
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Page } from 'playwright-core';
import { logInAt } from './acts.ts';
import build from './build.ts';
import { LOGIN, openSystem, type System } from './system.ts';

interface Shot {
  name: string;
  at: 'hub' | 'console';
  path: string;
  /** What to wait for, or to do, before the picture. */
  ready?: (page: Page) => Promise<void>;
}

const settled = (page: Page): Promise<void> => page.waitForTimeout(2500);
const QUERY = encodeURIComponent(`email_subject:"${CAMPAIGN.subject}"`);

const SHOTS: Shot[] = [
  { name: 'investigate-empty', at: 'hub', path: '/investigate' },
  { name: 'investigate', at: 'hub', path: `/investigate?q=${QUERY}`, ready: settled },
  { name: 'intelligence', at: 'hub', path: '/intelligence' },
  { name: 'casebooks', at: 'hub', path: '/casebooks' },
  { name: 'incidents', at: 'hub', path: '/incidents' },
  { name: 'modules', at: 'hub', path: '/modules' },
  { name: 'module-new', at: 'hub', path: '/modules/new' },
  { name: 'devices', at: 'hub', path: '/devices' },
  { name: 'cloud-services', at: 'hub', path: '/cloud-services' },
  { name: 'events', at: 'hub', path: '/events' },
  { name: 'regions', at: 'hub', path: '/regions', ready: settled },
  { name: 'api-clients', at: 'hub', path: '/clients' },
  { name: 'audit', at: 'hub', path: '/audit' },
  { name: 'overview', at: 'console', path: '/overview' },
  { name: 'tracking', at: 'console', path: '/tracking?received=day' },
  { name: 'message', at: 'console', path: '/tracking/1' },
  { name: 'quarantines', at: 'console', path: '/quarantines' },
  { name: 'blocklists', at: 'console', path: '/blocklists' },
  { name: 'mail-flow', at: 'console', path: '/mail-flow' },
  { name: 'listeners', at: 'console', path: '/listeners' },
  { name: 'certificates', at: 'console', path: '/certificates' },
  { name: 'hat', at: 'console', path: '/hat' },
  { name: 'mail-flow-policies', at: 'console', path: '/mail-flow-policies' },
  { name: 'rat', at: 'console', path: '/rat' },
  { name: 'submission-users', at: 'console', path: '/submission-users' },
  { name: 'cloud-service-settings', at: 'console', path: '/cloud-service-settings' },
  { name: 'commit', at: 'console', path: '/commit' },
  { name: 'history', at: 'console', path: '/history' },
];

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

async function shoot(
  system: System,
  folder: string,
  dark: boolean,
  size: { width: number; height: number },
): Promise<void> {
  const page = await system.page({ ...size, dark });
  const bases = { hub: system.world.hubs.AMERICAS.url, console: system.world.console.url };
  for (const base of Object.values(bases)) await logInAt(page, base);
  for (const { name, at, path, ready } of SHOTS) {
    await page.goto(bases[at] + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await (ready ?? ((p) => p.waitForTimeout(700)))(page);
    await page.screenshot({ path: join(folder, `${name}-${dark ? 'dark' : 'light'}-${size.width}.png`) });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { readme: { type: 'boolean' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = positionals[0] ?? join(root, 'data', 'screenshots');
mkdirSync(folder, { recursive: true });
build();
const system = await openSystem();
await fill(system.world, LOGIN);
for (const dark of [true, false]) for (const size of SIZES) await shoot(system, folder, dark, size);
if (values.readme) {
  const page = await system.page();
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  await logInAt(page, system.world.hubs.AMERICAS.url);
  await page.goto(`${system.world.hubs.AMERICAS.url}/investigate?q=${QUERY}`);
  await settled(page);
  await page.screenshot({ path: join(images, 'investigate.png') });
  await logInAt(page, system.world.console.url);
  await page.goto(`${system.world.console.url}/tracking?received=day`);
  await settled(page);
  await page.screenshot({ path: join(images, 'tracking.png') });
}
for (const problem of system.problems) console.error(problem);
await system.close();
console.log(`Pictures are in ${folder}`);
process.exit(system.problems.length > 0 ? 1 : 0);
