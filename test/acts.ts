/** What a person does in the two web applications, in a person's words. */
import type { Place } from '@sightline/demo/world';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { LOGIN, ORGANISATION } from './system.ts';

/** First start: opens the setup address that the program printed, and fills in the page. */
export async function setUpAt(page: Page, place: Place): Promise<void> {
  await page.goto(`${place.url}/setup?token=${place.setupToken}`);
  const organisation = page.getByLabel('Organisation');
  await page.getByLabel('User name').waitFor();
  if (await organisation.isVisible()) await organisation.fill(ORGANISATION);
  await page.getByLabel('User name').fill(LOGIN.name);
  await page.getByLabel('Password', { exact: true }).fill(LOGIN.password);
  await page.getByLabel('Repeat password').fill(LOGIN.password);
  await page.locator('form').getByRole('button').last().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/setup'));
}

export async function logInAt(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('User name').fill(LOGIN.name);
  await page.getByLabel('Password', { exact: true }).fill(LOGIN.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByLabel('User name').waitFor({ state: 'detached' });
}

/** A console page by its menu, as every guide writes it: Network > Cloud Service Settings. */
export async function menu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Menus' }).getByRole('button', { name }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await heading(page, item);
}

export const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** Waits until a person would read this. */
export const sees = (where: Page | Locator, text: string | RegExp): Promise<void> =>
  where.getByText(text).first().waitFor();

export async function submitCloud(page: Page, server = /^AMERICAS/): Promise<void> {
  await menu(page, 'Network', 'Cloud Service Settings');
  await page.getByRole('button', { name: 'Edit Settings' }).click();
  await page.getByLabel('Enable').check();
  const choice = page.getByLabel('Threat Response Server');
  const label = (await choice.locator('option').allTextContents()).find((text) => server.test(text));
  await choice.selectOption({ label: label ?? '' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('button', { name: 'Edit Settings' }).waitFor();
}

export async function commit(page: Page, comment: string): Promise<void> {
  await page.getByRole('link', { name: /Commit Changes/ }).click();
  await page.getByLabel('Comment').fill(comment);
  await page.getByRole('button', { name: 'Commit Changes', exact: true }).click();
  await sees(page, 'Success — Your changes have been committed.');
}

export async function enableThreatResponse(page: Page, server?: RegExp): Promise<void> {
  await submitCloud(page, server);
  await commit(page, 'Enable Threat Response');
}

export async function enterToken(page: Page, token: string): Promise<void> {
  await menu(page, 'Network', 'Cloud Service Settings');
  await page.getByLabel('Registration Token').fill(token);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
}

export const cloudStatus = (page: Page): Locator => page.getByRole('main').getByRole('status').last();

/** In the exchange: one device, the default expiry, the token as the clipboard has it. */
export async function generateToken(page: Page, hub: string): Promise<string> {
  await page.goto(`${hub}/devices`);
  await page.getByRole('button', { name: 'Add Devices and Generate Tokens' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Copy to Clipboard' }).click();
  const token = await page.evaluate(() => navigator.clipboard.readText());
  expect(token).toMatch(/^slt1_/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
  return token;
}

export async function switchThreatResponse(page: Page, hub: string, on: boolean): Promise<void> {
  await page.goto(`${hub}/cloud-services`);
  const knob = page.getByRole('switch', { name: /Threat Response/ });
  await knob.waitFor();
  if ((await knob.isChecked()) === on) return;
  await knob.click({ force: true });
  if (!on)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Switch off/i })
      .click();
  await expect.poll(() => knob.isChecked()).toBe(on);
}

export async function addEsaModule(page: Page, hub: string, name: string): Promise<void> {
  await page.goto(`${hub}/modules`);
  const card = page.getByRole('article', { name: 'Email Security Appliance' });
  await card
    .getByRole('link', { name: /Add New Module/ })
    .or(card.getByRole('button', { name: /Add New Module/ }))
    .click();
  await page.getByLabel('Module Name').fill(name);
  const device = page.getByLabel(/^Registered (Device|Appliance)/i);
  await device.selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name, exact: true }).waitFor();
}

export async function investigate(page: Page, hub: string, query: string): Promise<void> {
  await page.goto(`${hub}/investigate`);
  await page.getByRole('textbox', { name: 'Investigate' }).fill(query);
  await page.getByRole('button', { name: 'Investigate', exact: true }).click();
  await page.getByRole('region', { name: 'Metrics' }).waitFor();
}

/** The metrics strip as it reads: `1 Target · 1 Observable · …` */
export async function metrics(page: Page): Promise<string> {
  const text = await page.getByRole('region', { name: 'Metrics' }).innerText();
  return text.replace(/\s+/g, ' ').trim();
}

/** What stands beside the graph's heading: `130 nodes · 248 relations · 4 groups` */
export async function graphSummary(page: Page): Promise<string> {
  const said = page
    .getByRole('region', { name: 'Relations graph' })
    .getByText(/\d+ nodes?/)
    .first();
  return (await said.innerText()).trim();
}
