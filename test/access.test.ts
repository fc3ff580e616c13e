/** Every page of both programs, dark and light, plain and with more contrast, checked with axe: nothing serious, nothing critical. */
import { fill } from '@sightline/demo/fill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkable, grave, type Look, wear } from './axe.ts';
import { furnish } from './consoleshots.ts';
import { PAGES, walk } from './pages.ts';
import { furnishPortal, type Made } from './portalshots.ts';
import { LOGIN, openSystem, type System } from './system.ts';

const LOOKS: [Look, ...Look[]] = [
  { scheme: 'dark', contrast: 'normal' },
  { scheme: 'light', contrast: 'normal' },
  { scheme: 'dark', contrast: 'more' },
  { scheme: 'light', contrast: 'more' },
];

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

  it('has nothing serious on any page, in any look', { timeout: 900_000 }, async () => {
    const page = await system.page();
    await checkable(page);
    const found: string[] = [];
    await walk(system, page, PAGES, made, async ({ name }) => {
      for (const look of LOOKS) {
        await wear(page, look);
        // The rest does not hang on colours.
        const wrong = await (look === LOOKS[0] ? grave(page) : grave(page, 'color-contrast'));
        found.push(...wrong.map((text) => `${name}, ${look.scheme}, ${look.contrast}: ${text}`));
      }
      await wear(page, LOOKS[0]);
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
