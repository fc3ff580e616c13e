/** What journeys have in common: who sits before which page at the start, and how it ends. */
import { type FillOptions, fill } from '@sightline/demo/fill';
import type { WorldOptions } from '@sightline/demo/world';
import type { Page } from 'playwright-core';
import { afterAll, beforeEach, expect, onTestFailed } from 'vitest';
import * as act from './acts.ts';
import { LOGIN, openSystem, type System } from './system.ts';

interface Start {
  system: System;
  page: Page;
  /** Address of the hub AMERICAS. */
  hub: string;
}

/** An analyst, logged in to the portal of a system that is set up and has the sample mail. */
export async function analyst(options?: Partial<WorldOptions>, mail?: FillOptions): Promise<Start> {
  const system = await openSystem(options);
  const hub = system.world.hubs.AMERICAS.url;
  await fill(system.world, LOGIN, mail);
  const page = await system.page();
  await act.logInAt(page, hub);
  return { system, page, hub };
}

/** An operator, at the console of an appliance set up just now. */
export async function operator(options?: Partial<WorldOptions>): Promise<Start> {
  const system = await openSystem(options);
  const page = await system.page();
  await act.setUpAt(page, system.world.console);
  return { system, page, hub: system.world.hubs.AMERICAS.url };
}

/** Pictures of what failed; at the end no page has met an exception or its policy, and all is closed. */
export function watch(system: () => System): void {
  beforeEach((context) => {
    onTestFailed(() => system().photograph(context.task.name));
  });
  afterAll(async () => {
    const { problems } = system();
    await system().close();
    expect(problems).toEqual([]);
  });
}
