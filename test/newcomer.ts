/**
 * The steps of docs/five-minutes.md, as somebody does them who sees the portal for the first time: only what stands on
 * the page is clicked. The test follows them, and the page's pictures are taken of them.
 */
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Download, Locator, Page } from 'playwright-core';
import { sees } from './acts.ts';

export const REASON = 'Phishing: overdue invoice 88214';

/** @param look called at each step, with its name */
export type Look = (name: string) => Promise<void>;

const campaign = (page: Page): Locator => page.getByRole('region', { name: 'Campaigns' });
export const targets = (page: Page): Locator => page.getByRole('region', { name: 'Targets' });
const answer = (page: Page): Promise<void> => page.getByRole('region', { name: 'Metrics' }).waitFor();

/** The dashboard lists subjects that came often; one of them asks for money. */
export async function findCampaign(page: Page, hub: string, look: Look): Promise<void> {
  await page.goto(`${hub}/dashboard`);
  const subject = campaign(page).getByRole('button', {
    name: `Email Subject ${CAMPAIGN.subject}`,
    exact: true,
  });
  await subject.waitFor();
  await look('1-dashboard');
  await subject.click();
  await answer(page);
  await page.getByRole('application').locator('canvas').first().waitFor();
  await look('2-campaign');
}

/** Everybody it was sent to, and what became of it. */
export async function listRecipients(page: Page, look: Look): Promise<Download> {
  const head = targets(page).getByRole('button', { name: 'What became of it' });
  await head.scrollIntoViewIfNeeded();
  await head.click();
  await targets(page).getByRole('checkbox', { name: 'Select all targets' }).check();
  await look('3-recipients');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    targets(page).getByRole('button', { name: 'CSV', exact: true }).click(),
  ]);
  return download;
}

/** Returns what the dialog says at the end. */
async function respond(page: Page, item: RegExp, look: () => Promise<void>): Promise<string> {
  const button = campaign(page).getByRole('button', { name: 'Respond' });
  await button.click();
  const choice = page.getByRole('menuitem', { name: item }).first();
  await choice.waitFor();
  await look();
  await choice.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(REASON);
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByRole('button', { name: 'Undo' }).waitFor();
  const said = await dialog.innerText();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await dialog.waitFor({ state: 'detached' });
  return said;
}

export const blockSender = (page: Page, look: Look): Promise<string> =>
  respond(page, new RegExp(`^Block sender ${CAMPAIGN.sender}`), () => look('4-respond'));

export const quarantineRest = (page: Page): Promise<string> =>
  respond(page, /^Quarantine waiting mail/, async () => {});

/** The answers as they are now, and the report of them. */
export async function report(page: Page, look: Look): Promise<Download> {
  await page.getByRole('button', { name: 'Ask again' }).click();
  await sees(campaign(page), /32 delivered, 8 quarantined/);
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  const pdf = page.getByRole('menuitem', { name: 'PDF' });
  await pdf.waitFor();
  await look('5-report');
  const [download] = await Promise.all([page.waitForEvent('download'), pdf.click()]);
  return download;
}
