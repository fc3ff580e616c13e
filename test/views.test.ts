/** Saved views: how a page looks is kept by a name, and the page is put into it again. */
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

const SUBJECT = `email_subject:"${CAMPAIGN.subject}"`;

describe('saved views', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst());
  });
  watch(() => system);

  const views = (): Locator => page.getByRole('button', { name: 'Views', exact: true });
  const graph = (): Locator => page.getByRole('region', { name: 'Relations graph' });
  const heads = (table: string): Promise<string[]> =>
    page.getByRole('table', { name: table }).locator('thead th').allInnerTexts();
  async function save(name: string, ...ticks: string[]): Promise<void> {
    await views().click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save this view' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    for (const tick of ticks) await dialog.getByLabel(tick).check();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  it('keeps columns, graph filter, list, inspector and density of an investigation', async () => {
    await act.investigate(page, hub, SUBJECT);
    await page.getByRole('button', { name: 'Columns of Targets' }).click();
    await page.getByRole('checkbox', { name: 'Type', exact: true }).uncheck();
    await page.keyboard.press('Escape');
    await graph().getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('checkbox', { name: /^Cisco Message ID/ }).check();
    await page.keyboard.press('Escape');
    await graph().getByRole('button', { name: 'Show as list' }).click();
    await save('Targets only', 'Share with the organisation');
    await system.photograph('views');
  });

  it('is chosen from the page or the palette, in another investigation too', async () => {
    await page.getByRole('button', { name: 'Columns of Targets' }).click();
    await page.getByRole('checkbox', { name: 'Type', exact: true }).check();
    await page.keyboard.press('Escape');
    await act.investigate(page, hub, `email:"${CAMPAIGN.sender}"`);
    await graph().getByRole('button', { name: 'Show as list' }).waitFor();
    expect(await heads('Targets')).toContain('Type');
    await views().click();
    await page.getByRole('menuitem', { name: /^Targets only/ }).click();
    await graph().getByRole('button', { name: 'Show as graph' }).waitFor();
    await graph().getByRole('button', { name: 'Filter, 1 on' }).waitFor();
    expect(await heads('Targets')).not.toContain('Type');
    await page.goto(`${hub}/modules`);
    await act.heading(page, /Modules/);
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Command' }).fill('targets only');
    await page.getByText('View Targets only of Investigate').click();
    // The palette gives the focus back as it goes.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Investigate' }).fill(SUBJECT);
    await page.getByRole('button', { name: 'Investigate', exact: true }).click();
    await graph().getByRole('button', { name: 'Show as graph' }).waitFor();
  });

  it('begins a page, where it is told to; the timeframe goes along', async () => {
    await page.goto(`${hub}/investigate?q=${encodeURIComponent(SUBJECT)}&days=7`);
    await page.getByRole('region', { name: 'Metrics' }).waitFor();
    await act.sees(page.getByRole('region', { name: 'Query' }), 'last 7 days');
    await save('A week', 'Begin with it');
    await page.goto(`${hub}/investigate`);
    await expect.poll(() => page.getByLabel('Timeframe').inputValue()).toBe('7');
  });

  it('of a list has what it is narrowed to', async () => {
    await page.goto(`${hub}/incidents`);
    await page.getByLabel('State').selectOption({ label: 'Open' });
    await page.getByRole('searchbox', { name: 'Search incidents' }).fill('invoice');
    await save('Open invoices', 'Begin with it');
    await page.goto(`${hub}/modules`);
    await act.heading(page, /Modules/);
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await expect
      .poll(() => page.getByRole('searchbox', { name: 'Search incidents' }).inputValue())
      .toBe('invoice');
    expect(await page.getByLabel('State').locator('option:checked').innerText()).toBe('Open');
  });

  it('is deleted where all are listed', async () => {
    await views().click();
    await page.getByRole('menuitem', { name: 'Manage views…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Saved views' });
    await dialog.getByRole('button', { name: 'Delete Open invoices' }).click();
    await act.sees(dialog, 'No saved view of yours');
  });
});
