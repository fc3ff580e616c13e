/** Every page of both programs: what is in this list is photographed, checked for accessibility, and attacked. */
import type { Page } from 'playwright-core';
import { logInAt } from './acts.ts';
import { CONSOLE_SHOTS } from './consoleshots.ts';
import { addressOf, type Made, PORTAL_SHOTS, type Shot } from './portalshots.ts';
import type { System } from './system.ts';

export const PAGES: Shot[] = [...PORTAL_SHOTS, ...CONSOLE_SHOTS];

/** Goes to one page after the other, logged in; `look` is called when each has its content. */
export async function walk(
  { world }: System,
  page: Page,
  pages: Shot[],
  made: Made,
  look: (shot: Shot) => Promise<void>,
): Promise<void> {
  const bases = { hub: world.hubs.AMERICAS.url, console: world.console.url };
  for (const base of Object.values(bases)) await logInAt(page, base);
  for (const shot of pages) {
    await page.goto(bases[shot.at] + addressOf(shot, made));
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
    await shot.ready?.(page);
    await look(shot);
  }
}
