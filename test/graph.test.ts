/** What an analyst does with the graph and the timeline, by mouse and by keyboard. */
import { readFile } from 'node:fs/promises';
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

describe('graph and timeline', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst());
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    await ready();
  });
  watch(() => system);

  const region = (name: string): Locator => page.getByRole('region', { name });
  const graph = (): Locator => region('Relations graph');
  const tool = (name: string): Locator => graph().getByRole('button', { name, exact: true });
  const canvas = (): Locator => graph().getByRole('application');
  const ready = (): Promise<void> => graph().locator('[role=application][aria-busy=false]').waitFor();
  const summary = (): Promise<string> => act.graphSummary(page);
  const boxOf = async (of: Locator): Promise<Box> => {
    await of.scrollIntoViewIfNeeded();
    const box = await of.boundingBox();
    if (!box) throw new Error('It is not on the page.');
    return box;
  };
  const drag = async (from: [number, number], to: [number, number]): Promise<void> => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 8 });
    await page.mouse.up();
  };
  /** Where each label stands, by the drawing that the page saves. */
  const places = async (): Promise<Map<string, string>> => {
    await tool('Save the graph').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Drawing (SVG)' }).click(),
    ]);
    const svg = (await readFile(await download.path())).toString();
    const texts = svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)" font-size="11"[^>]*>([^<]+)</g);
    return new Map([...texts].map(([, x, y, label]) => [label ?? '', `${x} ${y}`]));
  };

  it('groups look-alikes from twenty nodes on, opens a group, and takes that back', async () => {
    await expect.poll(summary).toMatch(/ groups$/);
    const grouped = await summary();
    await tool('Ungroup').click();
    await expect.poll(summary).not.toMatch(/group/);
    await tool('Undo').click();
    await expect.poll(summary).toBe(grouped);
  });

  it('walks by the arrow keys: a group is walked onto and opened by Enter only; from its rim it goes on', async () => {
    const said = graph().locator('[aria-live=polite]');
    const before = await summary();
    await canvas().focus();
    /** Presses arrow keys, each way in turn, until it says so where the keyboard is. */
    const walk = async (until: RegExp): Promise<void> => {
      for (let i = 0; i < 40 && !until.test((await said.textContent()) ?? ''); i++)
        await canvas().press(['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'][(i >> 1) % 4] ?? '');
      expect(await said.textContent()).toMatch(until);
    };
    await walk(/^Group of \d+,/);
    expect(await summary()).toBe(before);
    await canvas().press('Enter');
    await expect.poll(summary).not.toBe(before);
    await ready();
    await expect.poll(() => said.textContent()).not.toMatch(/^(Group|$)/);
    const first = await said.textContent();
    let moved = 0;
    for (const [there, back] of [
      ['ArrowLeft', 'ArrowRight'],
      ['ArrowUp', 'ArrowDown'],
    ] as const)
      for (const key of [there, back]) {
        await canvas().press(key);
        if ((await said.textContent()) !== first) moved++;
      }
    expect(moved).toBeGreaterThan(2);
    await tool('Undo').click();
    await expect.poll(summary).toBe(before);
  });

  it('selects nodes with a box that is drawn with the mouse', async () => {
    await tool('Fit to view').click();
    await tool('Select with a box').click();
    const { x, y, width, height } = await boxOf(canvas());
    await drag([x + 6, y + 6], [x + width - 6, y + height - 40]);
    await act.sees(graph(), /^\d+ nodes selected/);
    await graph().getByRole('button', { name: 'Hide', exact: true }).click();
    await expect.poll(summary).toMatch(/not shown/);
    await tool('Undo').click();
    await expect.poll(summary).not.toMatch(/not shown/);
    await tool('Pan').click();
  });

  it('highlights one kind instead of hiding the others, and says that a filter is on', async () => {
    await tool('Filter').click();
    const types = graph().getByRole('group', { name: 'Node types' });
    await types.getByText('Highlight').click();
    await types.getByRole('checkbox', { name: /^Cisco Message ID/ }).check();
    await page.keyboard.press('Escape');
    await graph().getByRole('button', { name: 'Filter, 1 on' }).waitFor();
    expect(await summary()).not.toMatch(/not shown/);
    await tool('Show as list').click();
    const rows = graph().getByRole('table', { name: 'Relations' }).getByRole('row');
    await expect.poll(() => rows.filter({ hasText: 'Cisco Message ID' }).count()).toBeGreaterThan(3);
    expect(await rows.filter({ hasText: 'SHA-256' }).count()).toBe(0);
    await tool('Undo').click();
  });

  it('has the same nodes, dispositions and relations as a list', async () => {
    const table = graph().getByRole('table', { name: 'Relations' });
    const nodes = Number((await summary()).split(' ')[0]);
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(nodes + 1));
    const row = table
      .getByRole('row')
      .filter({ hasText: CAMPAIGN.subject.slice(0, 20) })
      .first();
    await expect.poll(() => row.innerText()).toMatch(/Investigated[\s\S]*Sent/);
    await graph().getByRole('textbox', { name: 'Search in the graph' }).fill('pdf.html');
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('2');
    await graph().getByRole('textbox', { name: 'Search in the graph' }).fill('');
    await tool('Show as graph').click();
    await ready();
  });

  it('moves nothing that stands when more arrives', async () => {
    const before = await places();
    await tool('Show as list').click();
    await graph().getByText(CAMPAIGN.file).first().click();
    await region('Inspector').getByRole('button', { name: 'Expand' }).click();
    await expect.poll(() => region('Inspector').getByRole('button', { name: 'Expand' }).count()).toBe(0);
    await tool('Show as graph').click();
    await ready();
    const after = await places();
    const both = [...before].filter(([label]) => after.has(label));
    expect(both.length).toBeGreaterThan(4);
    expect(both.filter(([label, at]) => after.get(label) !== at)).toEqual([]);
  });

  it('fills the screen and comes back', async () => {
    const before = await boxOf(canvas());
    await tool('Full screen').click();
    await expect.poll(async () => (await boxOf(canvas())).height).toBeGreaterThan(before.height);
    await tool('Leave full screen').click();
    await expect.poll(async () => (await boxOf(canvas())).height).toBe(before.height);
  });

  it('narrows everything to a part of the timeline, until its chip is removed', async () => {
    const sightings = region('Sightings');
    const rows = sightings.getByRole('table', { name: 'Sightings' });
    const all = await rows.getAttribute('aria-rowcount');
    const bars = await boxOf(sightings.locator('.u-over'));
    // Before the first mail there is nothing.
    await drag([bars.x + 4, bars.y + 40], [bars.x + bars.width / 5, bars.y + 40]);
    await expect.poll(() => rows.getAttribute('aria-rowcount')).toBe('1');
    await act.sees(region('Metrics'), /^0 Targets/);
    await page.getByRole('button', { name: /^Remove the filter by time/ }).click();
    await expect.poll(() => rows.getAttribute('aria-rowcount')).toBe(all);
  });

  it('leads from every number of the metrics to its rows', async () => {
    await region('Metrics')
      .getByRole('button', { name: /Targets/ })
      .click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('targets');
    await region('Metrics')
      .getByRole('button', { name: /Observable/ })
      .click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('observables');
    await region('Metrics')
      .getByRole('button', { name: /Module/ })
      .click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('modules');
    await region('Metrics')
      .getByRole('button', { name: /Indicators/ })
      .click();
    await region('Inspector')
      .getByRole('tab', { name: /^Indicators/, selected: true })
      .waitFor();
  });

  it('hides the node that is open by one key, says so at its neighbours, and shows it again', async () => {
    await graph().getByRole('textbox', { name: 'Search in the graph' }).fill(CAMPAIGN.file);
    await graph().getByRole('textbox', { name: 'Search in the graph' }).press('Enter');
    await act.sees(region('Inspector'), CAMPAIGN.file);
    await canvas().press('h');
    await expect.poll(summary).toMatch(/1 not shown/);
    await region('Inspector')
      .getByRole('tab', { name: /^Relations/ })
      .click();
    await region('Inspector')
      .getByRole('tabpanel')
      .getByText(/^[0-9a-f]{8}…/)
      .first()
      .click();
    await region('Inspector').getByRole('button', { name: 'Show 1 hidden' }).click();
    await expect.poll(summary).not.toMatch(/not shown/);
  });
});
