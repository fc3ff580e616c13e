/** A sender is blocked from the portal: the gateway refuses its next mail, until the block is taken back. */
import { INTEL } from '@sightline/api';
import { send } from '@sightline/demo/mail/send';
import { CAMPAIGN, TEST_MAIL } from '@sightline/demo/mail/write';
import { enter } from '@sightline/demo/steps';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { appliance, oneToken } from '../packages/hub/src/fixture.ts';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import { LOGIN, type System } from './system.ts';

describe('response', () => {
  let system: System;
  let page: Page;
  let hub: string;
  let mails = 0;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst());
  });
  watch(() => system);

  const dialog = (): Locator => page.getByRole('dialog');
  const item = (name: string | RegExp): Locator => page.getByRole('menuitem', { name });
  const button = (name: string): Locator => dialog().getByRole('button', { name, exact: true });

  /** One more mail of the campaign's sender, as its server sends it. */
  const mail = () =>
    send(
      {
        ...TEST_MAIL,
        ip: CAMPAIGN.ips[0],
        helo: 'mailer.invoice-portal.example.net',
        envelope: { ...TEST_MAIL.envelope, from: CAMPAIGN.sender },
        from: CAMPAIGN.from,
        subject: CAMPAIGN.subject,
        messageId: `response-${++mails}@invoice-portal.example.net`,
      },
      system.world.smtp,
    );

  async function openMenu(): Promise<void> {
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    await page
      .getByRole('region', { name: 'Inspector' })
      .getByRole('button', { name: `Actions for Email Address ${CAMPAIGN.sender}` })
      .click();
  }

  it('offers nothing until the administrator of the appliance allows it', async () => {
    await openMenu();
    await act.sees(page.getByRole('menu'), /Cloud Service Settings/);
    expect(await item(/^Block sender/).count()).toBe(0);
    const console_ = await system.page();
    await act.logInAt(console_, system.world.console.url);
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    await console_.getByLabel('The exchange may order responses on this appliance').check();
    await console_.getByRole('button', { name: 'Submit' }).click();
    await console_.getByRole('button', { name: 'Edit Settings' }).waitFor();
    await act.commit(console_, 'Allow remote response');
    await console_.close();
    expect(await mail()).toMatchObject({ accepted: true });
  });

  it('blocks the sender with reason and end, and says what was done', async () => {
    await openMenu();
    await item(/^Block sender/).click();
    await act.sees(dialog(), /stops mail from this sender, as its policy has it for the blocklist\.$/);
    await button('Do it').click();
    await act.sees(dialog(), 'Enter a reason.');
    await system.photograph('response dialog');
    await dialog().getByLabel('Reason').fill('Invoice wave');
    await dialog().getByLabel('For how long').selectOption({ label: '7 days' });
    await button('Do it').click();
    await act.sees(dialog(), /^Blocked on /);
    await button('Undo').waitFor();
    await system.photograph('response done');
    await button('Close').click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('the gateway refuses the next mail of that sender', async () => {
    expect(await mail()).toMatchObject({ accepted: false, reply: expect.stringMatching(/\b55\d\b/) });
  });

  it('lists the action, fits a telephone, and takes it back from there', async () => {
    await page.goto(`${hub}/responses`);
    const row = page
      .getByRole('row')
      .filter({ hasText: CAMPAIGN.sender })
      .filter({ hasText: /Block sender/ });
    await act.sees(row, 'Invoice wave');
    await act.sees(row, /^Blocked on /);
    await system.photograph('actions taken');
    await row.getByRole('button', { name: 'Undo' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await dialog().getByLabel('Reason').fill('Was asked to by finance');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await system.photograph('undo on a telephone');
    await button('Undo').click();
    await act.sees(dialog(), /^Taken back by admin/);
    await system.photograph('undone on a telephone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press('Escape');
    await act.sees(row, 'Taken back by admin');
  });

  it('mail of the sender flows again, and the menu offers the block again', async () => {
    expect(await mail()).toMatchObject({ accepted: true });
    await openMenu();
    await item(/^Block sender/).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await button('Do it').waitFor();
    await system.photograph('response dialog on a telephone');
    await button('Cancel').click();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('blocks everywhere for an incident, and says what each appliance did', async () => {
    const { call } = await enter(hub, LOGIN, undefined, '');
    const gone = await appliance(hub);
    await gone.enrol(await oneToken(call), { name: 'esa04.example.com', serial: 'gone' });
    const incident = { title: 'Invoice wave', confidence: 'High', status: 'Open' } as const;
    const incident_time = { opened: new Date().toISOString() };
    await call(INTEL.incident.create, { query: {}, body: { ...incident, incident_time } });
    await act.investigate(page, hub, `email:"${CAMPAIGN.sender}"`);
    const inspector = page.getByRole('region', { name: 'Inspector' });
    await inspector.getByRole('button', { name: 'Respond', exact: true }).click();
    await item(/^Block sender .* on all 2 appliances/).click();
    await dialog().getByLabel('Reason').fill('Second wave');
    await dialog().getByLabel('Case').selectOption({ label: 'Invoice wave' });
    await system.photograph('response everywhere');
    await button('Do it').click();
    const each = dialog().getByRole('list', { name: 'Appliances' }).getByRole('listitem');
    await each.nth(1).waitFor();
    const said = (await each.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    expect(said.find((text) => text.includes('esa03'))).toMatch(/Blocked on esa03/);
    expect(said.find((text) => text.includes('esa04'))).toMatch(/offline/);
    await system.photograph('response everywhere done');
    await button('Close').click();
    await page.goto(`${hub}/responses`);
    const row = page.getByRole('row').filter({ hasText: 'Second wave' });
    await act.sees(row, 'On 1 of 2 appliances');
    await system.photograph('actions taken in part');
    await row.getByText('On 1 of 2 appliances').click();
    expect(await dialog().getByRole('list', { name: 'Appliances' }).getByRole('listitem').count()).toBe(2);
    await system.photograph('action in part');
    await dialog()
      .getByRole('link', { name: /^Incident Invoice wave/ })
      .click();
    await act.heading(page, 'Invoice wave');
  });

  it('offers on the card of a message what its appliance can do about it', async () => {
    await act.investigate(page, hub, 'cisco_mid:"8"');
    const card = page.getByRole('region', { name: /^Message 8 of / });
    await card.getByRole('button', { name: 'Respond', exact: true }).click();
    await act.sees(page.getByRole('menu'), 'Cisco Message ID 8');
    await act.sees(page.getByRole('menu'), /No module can do anything about this|waiting|quarantined/);
  });
});
