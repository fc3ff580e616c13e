/** Content filters, quarantines, the queue and Trace as an operator works with them in the console. */
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { operator, watch } from './journey.ts';
import type { System } from './system.ts';

const ISO = {
  from: 'ann@partner.example',
  to: 'bob@example.com',
  text: 'Please install this.',
  attachments: [{ filename: 'setup.iso', content: 'a disk' }],
};

/** As long as a locator waits. */
const SOON = { timeout: 15_000 };

describe('policies', () => {
  let system: System;
  let page: Page;

  const send = (mail: object) =>
    createTransport({ ...system.world.smtp, ignoreTLS: true }).sendMail({ ...ISO, ...mail });
  const submit = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await act.sees(page, 'Success — Your settings are submitted.');
  };
  const row = (name: string) => page.getByRole('group', { name, exact: true });
  const delivered = (): string[] => system.world.mailbox.store.list().map((one) => one.subject);

  beforeAll(async () => {
    ({ system, page } = await operator({ seed: { relayNetworks: [], recipientDomains: ['example.com'] } }));
  });
  watch(() => system);

  it('a content filter is written row by row, and says at its fields what is wrong', async () => {
    await act.menu(page, 'Mail Policies', 'Incoming Content Filters');
    await page.getByRole('button', { name: 'Add Filter' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Disk images');
    const first = row('condition 1');
    await first.getByLabel('Text').fill('kept as the kind changes');
    await first.getByLabel('Condition').selectOption('Attachment name');
    await first.getByLabel('Comparison').selectOption('ends with');
    expect(await first.getByLabel('Text').inputValue()).toBe('kept as the kind changes');
    await first.getByLabel('Text').fill('.iso');
    await page.getByRole('button', { name: 'Add Condition' }).click();
    await row('condition 2').getByLabel('Condition').selectOption('Other header');
    await row('condition 2').getByLabel('Header').fill('X Mailer');
    await page.getByLabel('Acts when').selectOption('any of them holds');
    await page.getByRole('button', { name: 'Add Action' }).click();
    await row('action 2').getByLabel('Action').selectOption('Notify');
    await row('action 2').getByLabel('Address').fill('security');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await act.sees(row('condition 2'), 'Enter the name of a header, without the colon.');
    await act.sees(row('action 2'), 'Enter an address such as security@example.com.');
    await page.getByRole('button', { name: 'Remove condition 2' }).click();
    await row('action 2').getByLabel('Action').selectOption('Write into tracking');
    await row('action 2').getByLabel('Text').fill('a disk image');
    await system.photograph('content filter');
  });

  it('rows are put in order with the keyboard, and the sentence reads them back', async () => {
    const handle = (at: number) =>
      page.getByRole('button', { name: new RegExp(`^Place ${at} of 2: action`) });
    await handle(2).focus();
    await page.keyboard.press('ArrowUp');
    expect(await row('action 1').getByLabel('Action').inputValue()).toBe('log');
    await expect.poll(() => handle(1).evaluate((one) => one === document.activeElement), SOON).toBe(true);
    const sentence =
      'If the name of an attachment ends with ".iso", then write "a disk image" into tracking, quarantine in Policy.';
    await act.sees(page, sentence);
    await submit();
    await act.sees(page.getByRole('table', { name: 'Content filters' }), sentence);
    await act.commit(page, 'no disk images');
  });

  it('a message that fits is in the quarantine, and tracking says why', async () => {
    await send({ subject: 'Installation' });
    await send({ subject: 'Lunch', attachments: [] });
    await act.menu(page, 'Monitor', 'Policy, Virus and Outbreak Quarantines');
    const kept = page.getByRole('table', { name: 'Quarantined messages' });
    await act.sees(kept, 'Installation');
    await act.sees(kept, 'content filter Disk images');
    await expect.poll(delivered, SOON).toEqual(['Lunch']);
    await act.menu(page, 'Monitor', 'Message Tracking');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('Installation').first().click();
    await act.sees(page, /a disk image/);
    await act.sees(page, /quarantined to "Policy"/);
  });

  it('a quarantine gets another name and another time, and what fills it follows', async () => {
    await act.menu(page, 'Monitor', 'Policy, Virus and Outbreak Quarantines');
    await page.getByRole('link', { name: 'Quarantine Settings' }).click();
    await act.heading(page, 'Quarantine Settings');
    await page.getByRole('button', { name: 'Edit Policy' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Held files');
    await act.sees(page, /\(1 message\) follow the new name/);
    await page.getByLabel('Kept for', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await act.sees(page, 'Enter a number.');
    await page.getByLabel('Kept for', { exact: true }).fill('3');
    await page.getByLabel('Kept for: unit').selectOption('weeks');
    await submit();
    await act.sees(page.getByRole('row', { name: /Held files/ }), '21 days, then deleted');
    await act.commit(page, 'three weeks');
    await send({ subject: 'Second installation' });
    await page.goto(`${system.world.console.url}/quarantines?quarantine=Held+files`);
    const kept = page.getByRole('table', { name: 'Quarantined messages' });
    for (const subject of ['Second installation', 'Installation']) await act.sees(kept, subject);
    expect(await page.getByText('not in the configuration').count()).toBe(0);
  });

  it('Trace shows what would become of a file', async () => {
    await act.menu(page, 'System Administration', 'Trace');
    await page.locator('input[type=file]').setInputFiles({
      name: 'setup.eml',
      mimeType: 'message/rfc822',
      buffer: Buffer.from(
        'Subject: Setup\r\nContent-Type: application/octet-stream; name=setup.iso\r\n\r\nx\r\n',
      ),
    });
    await page.getByLabel('Envelope sender').fill('ann@partner.example');
    await page.getByLabel('Envelope recipients').fill('bob@example.com');
    await page.getByRole('button', { name: 'Start Trace' }).click();
    await act.sees(
      page.getByRole('region', { name: 'Result' }),
      /bob@example\.com: quarantined in Held files/,
    );
    await act.sees(page.getByRole('region', { name: 'Steps' }), /attachment name ends with "\.iso"/);
  });

  it('a message on hold is not delivered; released it is', async () => {
    const dialog = page.getByRole('dialog');
    const because = async (verb: string, reason: string): Promise<void> => {
      await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: verb, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const inQueue = page.getByRole('table', { name: 'Queue' });
    await act.menu(page, 'Monitor', 'Delivery Status');
    await page.getByRole('button', { name: 'Suspend delivery' }).click();
    await because('Suspend', 'to look at the queue');
    await act.sees(page, 'Suspended');
    for (const subject of ['To hold', 'To go on']) await send({ subject, attachments: [] });
    await act.menu(page, 'Monitor', 'Queue');
    await expect.poll(() => inQueue.getByRole('checkbox', { name: /^Select message/ }).count(), SOON).toBe(2);
    await inQueue
      .getByRole('checkbox', { name: /^Select message/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    await because('Hold', 'asked by Bob');
    await act.sees(inQueue, 'On hold');
    await act.menu(page, 'Monitor', 'Delivery Status');
    await page.getByRole('button', { name: 'Resume delivery' }).click();
    await because('Resume', 'looked at');
    await expect.poll(delivered, SOON).toContain('To go on');
    await act.menu(page, 'Monitor', 'Queue');
    await act.sees(inQueue, 'On hold');
    expect(delivered()).not.toContain('To hold');
    await inQueue
      .getByRole('checkbox', { name: /^Select message/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await because('Release', 'Bob agrees');
    await expect.poll(delivered, SOON).toContain('To hold');
    await act.sees(page, 'Nothing waits');
  });

  it('the menus fold on a telephone: by keyboard, the current one open', async () => {
    const narrow = await system.page({ width: 390, height: 844 });
    await act.logInAt(narrow, system.world.console.url);
    await narrow.goto(`${system.world.console.url}/queue`);
    await act.heading(narrow, 'Queue');
    const menus = narrow.getByRole('navigation', { name: 'Menus' });
    const button = menus.getByRole('button', { name: 'Monitor › Queue' });
    await button.press('Enter');
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    expect(await menus.getByRole('link', { name: 'Queue' }).getAttribute('aria-current')).toBe('page');
    expect(await menus.getByRole('link', { name: 'Trace' }).count()).toBe(0);
    await narrow.keyboard.press('Escape');
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await button.press('Enter');
    await menus.getByRole('button', { name: 'System Administration' }).press('Enter');
    await menus.getByRole('link', { name: 'Trace' }).press('Enter');
    await act.heading(narrow, 'Trace');
    await menus.getByRole('button', { name: 'System Administration › Trace' }).waitFor();
    expect(await menus.getByRole('link').count()).toBe(0);
    await narrow.close();
  });
});
