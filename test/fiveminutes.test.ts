/** docs/five-minutes.md, done in a browser: campaign, recipients, block, quarantine, report. */
import { readFile } from 'node:fs/promises';
import { send } from '@sightline/demo/mail/send';
import { CAMPAIGN, TEST_MAIL } from '@sightline/demo/mail/write';
import type { Download, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import * as steps from './newcomer.ts';
import type { System } from './system.ts';

describe('the first five minutes', () => {
  let system: System;
  let page: Page;
  let hub: string;
  let began = 0;
  let took = 0;
  const look = (name: string): Promise<void> => system.photograph(`five minutes ${name}`);
  const bytes = async (download: Download): Promise<Buffer> => readFile(await download.path());

  beforeAll(async () => {
    ({ system, page, hub } = await analyst({}, { respond: true }));
    began = Date.now();
  });
  watch(() => system);

  it('finds the campaign on the dashboard, and says what became of it', async () => {
    await steps.findCampaign(page, hub, look);
    const campaign = page.getByRole('region', { name: 'Campaigns' });
    await act.sees(campaign, /40 messages, 40 recipients/);
    // On a slow machine the last ones are still on their way.
    const settled = async (): Promise<boolean> => {
      if ((await campaign.getByText(/32 delivered, 8 deferred/).count()) > 0) return true;
      await page.getByRole('button', { name: 'Ask again' }).click();
      return false;
    };
    await expect.poll(settled, { timeout: 30_000, interval: 500 }).toBe(true);
  });

  it('lists who received it', async () => {
    const list = (await bytes(await steps.listRecipients(page, look))).toString().trim().split('\r\n');
    expect(list).toHaveLength(41);
    expect(list.filter((line) => line.includes('"1 delivered"'))).toHaveLength(32);
  });

  it('blocks the sender: its next mail is refused', async () => {
    expect(await steps.blockSender(page, look)).toMatch(/Blocked on/);
    const next = { ...TEST_MAIL, envelope: { ...TEST_MAIL.envelope, from: CAMPAIGN.sender } };
    expect(await send(next, system.world.smtp)).toMatchObject({ accepted: false });
  });

  it('puts the rest into quarantine', async () => {
    expect(await steps.quarantineRest(page)).toMatch(/8 messages quarantined/);
  });

  it('hands over a report that says what was done', async () => {
    const download = await steps.report(page, look);
    took = (Date.now() - began) / 1000;
    expect(download.suggestedFilename()).toMatch(/\.pdf$/);
    const pdf = await bytes(download);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const [page_] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('r')]);
    const text = (await bytes(page_)).toString();
    expect(text).toContain('40 messages, 40 recipients: 32 delivered, 8 quarantined');
    expect(text).toMatch(
      /Block sender, Email Address billing\[@\]invoice-portal\[\.\]example\[\.\]net, esa03/,
    );
    expect(text).toMatch(/Quarantine waiting, .* 8 messages quarantined/);
    expect(text).toContain(steps.REASON);
    await reads(pdf);
  });

  it('makes the same PDF at one key', async () => {
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    await page.locator('main').focus();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Shift+R')]);
    await reads(await bytes(download));
  });

  /** Whoever gets the report drops it into Investigate: the same things are found in it. */
  async function reads(pdf: Buffer): Promise<void> {
    await page.goto(`${hub}/investigate`);
    const file = { name: 'report.pdf', mimeType: 'application/pdf', buffer: pdf };
    await page.locator('input[type=file]').setInputFiles(file);
    await act.sees(page.getByRole('status', { name: 'Files' }), /report\.pdf .*observables/);
    const found = await page.getByRole('textbox', { name: 'Investigate' }).inputValue();
    expect(found).toContain(CAMPAIGN.sender);
    expect(found).toContain('invoice-portal.example.net');
  }

  it('takes a machine far less than the five minutes that a person has', () => {
    console.info(`From the dashboard to the report: ${took.toFixed(1)} s of machine time`);
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThan(300);
  });
});
