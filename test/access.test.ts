/** Every page of both programs, dark and light, plain and with more contrast, checked with axe: nothing serious, nothing critical. */
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

  it.each([
    { dark: true, contrast: 'normal' },
    { dark: false, contrast: 'normal' },
    { dark: true, contrast: 'more' },
    { dark: false, contrast: 'more' },
  ])('dark: $dark, contrast: $contrast', { timeout: 600_000 }, async ({ dark, contrast }) => {
    const page = await system.page({ dark });
    await checkable(page);
    await page.context().addInitScript((now) => localStorage.setItem('sightline.contrast', now), contrast);
    const found: string[] = [];
    await walk(system, page, PAGES, made, async ({ name }) => {
      found.push(...(await grave(page)).map((text) => `${name}: ${text}`));
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
