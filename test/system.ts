/** The whole system for one journey: fresh data, free ports, a browser beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Login } from '@sightline/demo/steps';
import { freePorts, openWorld, type World, type WorldOptions } from '@sightline/demo/world';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch } from './browser.ts';

export const LOGIN: Login = { name: 'admin', password: 'correct horse battery' };
export const ORGANISATION = 'Example Trading';

export interface System {
  world: World;
  dir: string;
  browser: Browser;
  /** A page of its own session; what went wrong in it is collected in `problems`. */
  page(options?: { width?: number; height?: number; dark?: boolean }): Promise<Page>;
  /** Exceptions and policy violations seen in any page so far. */
  problems: string[];
  /** Keeps pictures in the folder SIGHTLINE_PICTURES, if that is set. */
  photograph(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openSystem(options: Partial<WorldOptions> = {}): Promise<System> {
  const dir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sightline-'));
  const world = await openWorld({ ports: await freePorts(), busyMs: 1000, ...options, dataDir: dir });
  const browser = await launch();
  const problems: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    world,
    dir,
    browser,
    problems,
    page: async ({ width = 1440, height = 900, dark = true } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-US',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      if (!dark) await context.addInitScript(() => localStorage.setItem('sightline.scheme', 'light'));
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      return watched(page, problems);
    },
    photograph: (name) => photograph(contexts, name),
    close: async () => {
      await Promise.all(contexts.map((c) => c.close()));
      await browser.close();
      await world.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Pictures of all pages, named after what was being tried, for whoever reads about a failed journey. */
export async function photograph(contexts: BrowserContext[], name: string): Promise<void> {
  const dir = process.env.SIGHTLINE_PICTURES;
  if (!dir) return;
  const pages = contexts.flatMap((c) => c.pages());
  for (const [i, page] of pages.entries())
    await page.screenshot({ path: join(dir, `${name.replace(/\W+/g, '-')}-${i}.png`) });
}

function watched(page: Page, problems: string[]): Page {
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text()))
      problems.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}
