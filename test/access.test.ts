/** Every page of both programs, dark and light, checked with axe: nothing serious, nothing critical. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fill } from '@sightline/demo/fill';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { furnish } from './consoleshots.ts';
import { PAGES, walk } from './pages.ts';
import { furnishPortal, type Made } from './portalshots.ts';
import { LOGIN, openSystem, type System } from './system.ts';

/** As an init script, since the pages' policy lets in no other. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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
    await page.context().addInitScript({ content: AXE });
    // What fades in has its colours at once.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const found: string[] = [];
    await walk(system, page, PAGES, made, async ({ name }) => {
      found.push(...(await grave(page)).map((text) => `${name}: ${text}`));
    });
    expect(found).toEqual([]);
    await page.close();
  });
});

async function grave(page: Page): Promise<string[]> {
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<Pick<AxeResults, 'violations'>> };
    };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}: ${nodes[0]?.failureSummary}`,
    );
}
