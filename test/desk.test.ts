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

  it('takes an observable that is dragged into it with the mouse', async () => {
    await page.goto(`${hub}/dashboard`);
    const subject = page.getByRole('region', { name: 'Campaigns' }).getByText('Price list, spring');
    const from = await boxOf(subject);
    await page.mouse.move(from.x + 8, from.y + from.height / 2);
    await page.mouse.down();
    // The dock opens by itself once the drag has begun.
    await expect
      .poll(async () => {
        await page.mouse.move(from.x + 40, from.y - 20, { steps: 4 });
        return dock().isVisible();
      })
      .toBe(true);
    const to = await boxOf(dock());
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
    await page.mouse.up();
    await act.sees(page, '1 observable added to Overdue invoices.');
    await dock().waitFor({ state: 'detached' });
    await page.keyboard.press('[');
    await act.sees(dock(), 'Price list, spring');
  });

  it('is made higher and lower by its edge, with the mouse and by keys', async () => {
    const grip = dock().getByRole('button', { name: /^Height of the dock/ });
    const before = (await boxOf(dock())).height;
    const edge = await boxOf(grip);
    await page.mouse.move(edge.x + edge.width / 2, edge.y + edge.height / 2);
    await page.mouse.down();
    await page.mouse.move(edge.x + edge.width / 2, edge.y - 80, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await boxOf(dock())).height).toBeGreaterThan(before + 60);
    const higher = (await boxOf(dock())).height;
    await grip.press('ArrowDown');
    await expect.poll(async () => (await boxOf(dock())).height).toBe(higher - 24);
    await page.keyboard.press('Escape');
    await dock().getByRole('button', { name: 'Close the dock' }).click();
  });

  it('has five places at the bottom of a phone, the rest under More', async () => {
    const phone = await system.page({ width: 390, height: 844 });
    await act.logInAt(phone, hub);
    const bar = phone.getByRole('navigation', { name: 'Main' });
    await expect.poll(() => bar.locator('a:visible, button:visible').count()).toBe(5);
    await bar.getByRole('button', { name: 'More' }).click();
    await phone.getByRole('menuitem', { name: 'Modules' }).click();
    await act.heading(phone, 'Modules');
    await expect
      .poll(() => phone.evaluate(() => document.documentElement.scrollWidth - window.innerWidth))
      .toBeLessThanOrEqual(0);
    await phone.close();
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

async function boxOf(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await of.waitFor();
  const box = await of.boundingBox();
  if (!box) throw new Error('It is not on the page.');
  return box;
}
