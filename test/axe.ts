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

/** What people choose for their eyes. Both are attributes of the root; colours follow from them. */
export interface Look {
  scheme: 'dark' | 'light';
  contrast: 'normal' | 'more';
}

/** Shows the page as it is in that look. */
export const wear = (page: Page, { scheme, contrast }: Look): Promise<void> =>
  page.evaluate(
    ([now, much]) => {
      // Colours must not be on their way when they are looked at.
      const still = new CSSStyleSheet();
      still.replaceSync('*, *::before, *::after { transition: none !important; }');
      document.adoptedStyleSheets = [still];
      document.documentElement.dataset.mantineColorScheme = now;
      document.documentElement.dataset.contrast = much;
    },
    [scheme, contrast] as const,
  );

/** What is serious or critical, one line each; of these rules only, if any are named. */
export async function grave(page: Page, ...rules: string[]): Promise<string[]> {
  const violations = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<Pick<AxeResults, 'violations'>> };
    };
    const options = { resultTypes: ['violations'], ...(only.length > 0 ? { runOnly: only } : {}) };
    return (await axe.run(options)).violations;
  }, rules);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}: ${nodes[0]?.failureSummary}`,
    );
}
