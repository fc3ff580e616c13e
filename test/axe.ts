/** A page as axe sees it: what keeps people from using it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** As an init script, since the pages' policy lets in no other. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Makes what this page opens from now on ready to be checked. */
export async function checkable(page: Page): Promise<void> {
  await page.context().addInitScript({ content: AXE });
  // What fades in has its colours at once.
  await page.emulateMedia({ reducedMotion: 'reduce' });
}

/** What is serious or critical, one line each. */
export async function grave(page: Page): Promise<string[]> {
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
