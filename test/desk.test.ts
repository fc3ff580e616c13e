import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

describe('the desk', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst());
  });
  watch(() => system);

  const dialog = (): Locator => page.getByRole('dialog');
  const dock = (): Locator => page.getByRole('region', { name: 'Casebook dock' });
  const item = (name: string | RegExp): Locator => page.getByRole('menuitem', { name });
  const inspector = (): Locator => page.getByRole('region', { name: 'Inspector' });

  it('puts an observable into a new casebook from its menu, and says in how many it is', async () => {
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    const menu = inspector().getByRole('button', { name: /^Actions for Email Subject/ });
    await menu.click();
    await item('In no casebook').waitFor();
    await item('Add to casebook…').click();
    await dialog().getByLabel('Find a casebook, or name a new one').fill('Overdue invoices');
    await dialog().getByRole('button', { name: 'New casebook' }).click();
    await act.sees(page, '1 observable added to Overdue invoices.');
    await menu.click();
    await item('Seen in 1 case').click();
    await page.getByRole('row').filter({ hasText: 'Overdue invoices' }).waitFor();
  });

  it('judges with reason and end, and the menu shows the verdict at once', async () => {
    await act.investigate(page, hub, 'domain:"invoice-portal.example.net"');
    await inspector()
      .getByRole('button', { name: /^Actions for Domain/ })
      .click();
    await item('Judge…').click();
    await dialog().getByLabel('Reason').fill('Hosts the form of the invoice wave');
    await dialog().getByLabel('Valid until').fill('2099-12-31');
    await dialog().getByRole('button', { name: 'Judge', exact: true }).click();
    await act.sees(page, 'Your judgement is in force.');
    await inspector()
      .getByRole('button', { name: /^Actions for Domain/ })
      .click();
    await act.sees(page.getByRole('status', { name: 'Verdict' }), 'Malicious');
    await page.keyboard.press('Escape');
  });

  it('shows the casebook below any page by one key, and goes to it', async () => {
    await page.goto(`${hub}/intelligence`);
    const row = page.getByRole('row').filter({ hasText: 'invoice-portal' });
    await row.waitFor();
    await page.keyboard.press('[');
    await act.sees(dock(), CAMPAIGN.subject);
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await item('Add to Overdue invoices').click();
    await act.sees(dock(), /invoice-portal/);
    await dock().getByLabel('New note').fill('Asked finance.');
    await dock().getByRole('button', { name: 'Add note' }).click();
    await act.sees(dock().getByRole('region', { name: 'Notes' }), 'Asked finance.');
    await dock().getByRole('button', { name: 'Go to case' }).click();
    await act.heading(page, 'Overdue invoices');
    await page.keyboard.press('[');
    await dock().waitFor({ state: 'detached' });
  });

  it('opens the menu of a node of the graph by the keyboard', async () => {
    await act.investigate(page, hub, 'domain:"invoice-portal.example.net"');
    const canvas = page.getByRole('application', { name: /^Graph/ });
    await canvas.focus();
    // Until the layout is there the node has no place, and so no menu.
    const opened = async (): Promise<boolean> => {
      await canvas.press('ArrowRight');
      await canvas.press('.');
      const wait = item('Copy defanged').waitFor({ timeout: 1500 });
      return wait.then(
        () => true,
        () => false,
      );
    };
    await expect.poll(opened, { timeout: 30_000 }).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => canvas.evaluate((node) => node === document.activeElement)).toBe(true);
  });

  it('asks nobody in manual mode until it is told to, within the time and the modules that were chosen', async () => {
    const query = encodeURIComponent('domain:"invoice-portal.example.net"');
    await page.goto(`${hub}/investigate?q=${query}&mode=manual&days=7`);
    await act.sees(page, 'Nobody has been asked yet');
    await act.sees(page.getByRole('region', { name: 'Query' }), 'manual · last 7 days');
    await page.getByRole('button', { name: 'Ask about all' }).click();
    await act.sees(page.getByRole('region', { name: 'Metrics' }), /40 Targets/);
    await page.getByRole('button', { name: 'Edit query' }).click();
    await page.getByRole('button', { name: /^Modules \(/ }).waitFor();
    await page.getByLabel('Timeframe').selectOption('1');
    await page.getByRole('button', { name: 'Investigate', exact: true }).click();
    await page.waitForURL(/days=1$/);
  });

  it('selects targets and puts all of them into the casebook', async () => {
    await act.investigate(page, hub, 'domain:"invoice-portal.example.net"');
    const targets = page.getByRole('region', { name: 'Targets' });
    await act.sees(targets, '40 targets');
    await targets.getByLabel('Select all targets').check();
    await act.sees(targets, '40 targets selected');
    await targets.getByRole('button', { name: 'Copy addresses' }).click();
    await act.sees(page, '40 addresses copied.');
    await targets.getByRole('button', { name: 'Add to casebook…' }).click();
    await dialog()
      .getByRole('button', { name: /^Overdue invoices/ })
      .click();
    await act.sees(page, '40 observables added to Overdue invoices.');
  });

  it('begins on the dashboard, where every number opens its messages', async () => {
    await page.goto(hub);
    await act.heading(page, 'Dashboard');
    const mail = page.getByRole('region', { name: 'Mail' });
    await mail.getByRole('link', { name: /Messages$/ }).waitFor();
    await act.sees(page.getByRole('region', { name: 'Campaigns' }), CAMPAIGN.subject.slice(0, 20));
    await act.sees(page.getByRole('region', { name: 'Devices' }), 'registered');
    await mail.getByRole('link', { name: /Messages$/ }).click();
    await act.heading(page, 'Messages');
    await page.getByRole('table', { name: 'Messages' }).getByRole('row').nth(1).waitFor();
    await system.photograph('messages');
    await page.goto(hub);
    await page.getByRole('region', { name: 'Campaigns' }).getByRole('link').first().click();
    await page.getByRole('region', { name: 'Metrics' }).waitFor();
  });

  it('does all this without an exception or a violation of its policy', () => {
    expect(system.problems).toEqual([]);
  });
});
