/**
 * `npm run screenshots [-- FOLDER]`: every page of both programs, filled with the sample mail, dark and light, at
 * 1440x900 and at 390 wide. `--only queue,trace` for some of them. `--readme` renews the pictures of README and docs
 * instead.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fill } from '@sightline/demo/fill';
import type { Page } from 'playwright-core';
import build from './build.ts';
import { furnish } from './consoleshots.ts';
import { documentary } from './documentary.ts';
import { PAGES, walk } from './pages.ts';
import { furnishPortal, type Made } from './portalshots.ts';
import { LOGIN, openSystem } from './system.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

async function all(): Promise<void> {
  await furnish(system);
  made = await furnishPortal(system);
  for (const dark of [true, false]) for (const size of SIZES) await shoot(folder, dark, size);
}

async function shoot(folder: string, dark: boolean, size: { width: number; height: number }): Promise<void> {
  const page = await system.page({ ...size, dark });
  await walk(system, page, shots, made, async ({ name, whole }) => {
    await still(page);
    if (whole) await stretch(page);
    await page.screenshot({ path: join(folder, `${name}-${dark ? 'dark' : 'light'}-${size.width}.png`) });
    await page.setViewportSize(size);
  });
  await page.close();
}

/** Fades and the graph's arrival are over. */
const still = (page: Page): Promise<void> => page.waitForTimeout(900);

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
const shots = only ? PAGES.filter(({ name }) => only.includes(name)) : PAGES;
let made: Made;
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = values.readme
  ? join(root, 'docs', 'images')
  : (positionals[0] ?? join(root, 'data', 'screenshots'));
mkdirSync(folder, { recursive: true });
build();
const system = await openSystem();
await fill(system.world, LOGIN, { respond: values.readme ?? false });
if (values.readme) await documentary(system, folder);
else await all();
for (const problem of system.problems) console.error(problem);
await system.close();
console.log(`Pictures are in ${folder}`);
process.exit(system.problems.length > 0 ? 1 : 0);
