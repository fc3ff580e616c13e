/** Every page of both programs, dark and light, checked with axe: nothing serious, nothing critical. */
import { fill } from '@sightline/demo/fill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkable, grave } from './axe.ts';
import { furnish } from './consoleshots.ts';
import { PAGES, walk } from './pages.ts';
import { furnishPortal, type Made } from './portalshots.ts';
import { LOGIN, openSystem, type System } from './system.ts';

describe('accessibility', () => {
  let system: System;
  let made: Made;

  beforeAll(async () => {
    system = await openSystem();
    await fill(system.world, LOGIN);
    await furnish(system);
    made = await furnishPortal(system);
  });
  afterAll(() => system.close());

  it.each([true, false])('dark: %s', { timeout: 600_000 }, async (dark) => {
    const page = await system.page({ dark });
    await checkable(page);
    const found: string[] = [];
    await walk(system, page, PAGES, made, async ({ name }) => {
      found.push(...(await grave(page)).map((text) => `${name}: ${text}`));
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
