/**
 * `npm run screenshots [-- FOLDER]`: every page of both programs, filled with the sample mail, dark and light, at
 * 1440x900 and at 390 wide. `--only queue,trace` for some of them; `--readme` also renews the pictures of the README.
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
import { CONSOLE_SHOTS, furnish, type Shot } from './consoleshots.ts';
import { LOGIN, openSystem, type System } from './system.ts';

const settled = (page: Page): Promise<void> => page.waitForTimeout(2500);
const QUERY = encodeURIComponent(`email_subject:"${CAMPAIGN.subject}"`);

const SHOTS: Shot[] = [
  { name: 'dashboard', at: 'hub', path: '/dashboard', ready: settled },
  { name: 'mail', at: 'hub', path: '/mail', ready: settled },
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
  ...CONSOLE_SHOTS,
];

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

async function shoot(
  system: System,
  shots: Shot[],
  folder: string,
  dark: boolean,
  size: { width: number; height: number },
): Promise<void> {
  const page = await system.page({ ...size, dark });
  const bases = { hub: system.world.hubs.AMERICAS.url, console: system.world.console.url };
  for (const base of Object.values(bases)) await logInAt(page, base);
  for (const { name, at, path, ready, whole } of shots) {
    await page.goto(bases[at] + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await ready?.(page);
    await page.waitForTimeout(700);
    if (whole) await stretch(page);
    await page.screenshot({ path: join(folder, `${name}-${dark ? 'dark' : 'light'}-${size.width}.png`) });
    await page.setViewportSize(size);
  }
}

/** A window as high as what is in it: the page scrolls inside of its frame. */
async function stretch(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  const more = await page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight);
  await page.setViewportSize({ ...size, height: size.height + Math.max(0, more) });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { readme: { type: 'boolean' }, only: { type: 'string' } },
});
const only = values.only?.split(',');
const shots = only ? SHOTS.filter(({ name }) => only.includes(name)) : SHOTS;
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = positionals[0] ?? join(root, 'data', 'screenshots');
mkdirSync(folder, { recursive: true });
build();
const system = await openSystem();
await fill(system.world, LOGIN);
await furnish(system);
for (const dark of [true, false]) for (const size of SIZES) await shoot(system, shots, folder, dark, size);
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
