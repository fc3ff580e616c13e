/** The journey that defines the product: from an appliance that knows no exchange to an analyst who finds a mail. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Letter } from '@sightline/demo/mail/letter';
import { type Sent, send } from '@sightline/demo/mail/send';
import { CAMPAIGN, letters, TEST_MAIL } from '@sightline/demo/mail/write';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { watch } from './journey.ts';
import { openSystem, type System } from './system.ts';

describe('quick start in a browser', () => {
  let system: System;
  let portal: Page;
  let console_: Page;
  let hub: string;
  let token: string;

  beforeAll(async () => {
    // As `npm start` runs it.
    system = await openSystem({ processes: true });
    hub = system.world.hubs.AMERICAS.url;
    portal = await system.page();
    console_ = await system.page();
    await act.setUpAt(portal, system.world.hubs.AMERICAS);
    await act.setUpAt(console_, system.world.console);
  });
  watch(() => system);

  it('step 1: Cloud Service Settings shows Disabled; Edit, Enable, Submit, Commit Changes', async () => {
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await act.sees(console_.getByRole('main'), 'Disabled');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    const server = console_.getByLabel('Threat Response Server');
    const choices = await server.locator('option').allTextContents();
    expect(choices.map((c) => c.split(' ')[0])).toEqual(['AMERICAS', 'EUROPE']);
    expect(await server.inputValue()).toBe('AMERICAS');
    await console_.getByRole('button', { name: 'Cancel' }).click();
    await act.submitCloud(console_);
    await act.commit(console_, 'Enable Threat Response');
  });

  it('step 2: only after the commit there is a Registration Token field and a Register button', async () => {
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByLabel('Registration Token').waitFor();
    await console_.getByRole('button', { name: 'Register', exact: true }).waitFor();
  });

  it('step 3: the exchange generates a token: 1 to 100 devices, eleven expiries, 1 hour first', async () => {
    await act.switchThreatResponse(portal, hub, true);
    await portal.goto(`${hub}/modules`);
    await portal.getByRole('button', { name: 'Manage Devices' }).click();
    await act.heading(portal, 'Devices for Example Trading');
    await portal.getByRole('button', { name: 'Add Devices and Generate Tokens' }).click();
    const expiry = portal.getByLabel('Token expiration time');
    expect(await expiry.locator('option').count()).toBe(11);
    expect(await expiry.inputValue()).toBe('1');
    await portal.getByLabel('Number of devices').fill('101');
    await portal.getByRole('button', { name: 'Continue' }).click();
    await act.sees(portal.getByRole('dialog'), /1 to 100/);
    token = await act.generateToken(portal, hub);
  });

  it('step 4: the token pasted in the appliance: initiated, in progress, Registered', async () => {
    await act.enterToken(console_, token);
    await act.sees(console_, /A request to register your appliance with the .* is initiated\./);
    await act.sees(act.cloudStatus(console_), /is registered/);
    await console_.getByRole('button', { name: /Deregister/ }).waitFor();
  });

  it('step 5: the exchange lists the device with its particulars and the audit log tells the story', async () => {
    await portal.goto(`${hub}/devices`);
    const table = portal.getByRole('table', { name: 'Devices' });
    await act.sees(table, 'Registered');
    const row = await table.getByRole('row', { name: /esa03\.example\.com/ }).innerText();
    expect(row).toMatch(/ESA/);
    await table
      .getByRole('button', { name: /esa03\.example\.com/ })
      .first()
      .click();
    for (const label of ['ID', 'IP Address', 'Connector Version', 'Created']) await act.sees(table, label);
    await portal.goto(`${hub}/audit`);
    const audit = portal.getByRole('main');
    await act.sees(audit, /device\.registered/);
    await act.sees(audit, /token\.minted/);
    await act.sees(audit, /service\.switched/);
  });

  it('step 6: Add New Module offers the registered device; request timeframe 30 days; Quick Start beside it', async () => {
    await portal.goto(`${hub}/modules`);
    await portal
      .getByRole('article', { name: 'Email Security Appliance' })
      .getByText('Add New Module')
      .click();
    await portal.getByRole('complementary', { name: 'Quick Start' }).waitFor();
    expect(await portal.getByLabel(/Request Timeframe/i).inputValue()).toBe('30');
    await act.addEsaModule(portal, hub, 'esa03');
    await portal
      .getByRole('article', { name: 'esa03', exact: true })
      .getByRole('button', { name: 'Test' })
      .click();
    await act.sees(portal.getByRole('article', { name: 'esa03', exact: true }), /answers: version/);
  });

  it('step 7: a test mail passes the gateway and Message Tracking finds it', async () => {
    const sent: Sent = await send(TEST_MAIL, system.world.smtp);
    expect(sent.reply).toMatch(/^250 .*Message \d+ accepted$/);
    await expect
      .poll(() => system.world.mailbox.store.list()[0]?.subject, { timeout: 10_000 })
      .toBe('test test');
    await act.menu(console_, 'Monitor', 'Message Tracking');
    await console_.getByLabel('Subject operator').selectOption({ label: 'Is' });
    await console_.getByLabel('Subject', { exact: true }).fill('test test');
    await console_.getByRole('button', { name: 'Search' }).click();
    const results = console_.getByRole('region', { name: 'Results' });
    await act.sees(results, 'mgmt01@harbourpine.example.org');
    await act.sees(results, /received remote SMTP response/);
    await results
      .getByRole('link', { name: /Show Details/ })
      .first()
      .click();
    await act.sees(console_, 'Processing Details');
    await act.sees(
      console_,
      /Message 1 to mara\.lindqvist@example\.com received remote SMTP response '.*ok: {1,2}Message 1 accepted'/,
    );
  });

  it('step 8: Investigate finds one target, one observable, one module; graph, sightings, target', async () => {
    await act.investigate(portal, hub, 'email_subject:"test test"');
    await expect
      .poll(() => act.metrics(portal))
      .toBe(
        '1 Target · 1 Observable · 0 Indicators · 0 Domains · 0 File Hashes · 0 IP Addresses · 0 URLs · 1 Module',
      );
    await portal.getByRole('region', { name: 'Relations graph' }).waitFor();
    const sightings = portal.getByRole('region', { name: 'Sightings' });
    await act.sees(sightings, /1 sighting in my environment/);
    await act.sees(sightings, /Incoming message/);
    await act.sees(portal, 'mara.lindqvist@example.com');
  });

  const others: [string, string][] = [
    ['ip', 'ip:"127.10.1.10"'],
    ['domain', 'domain:"harbourpine.example.org"'],
    ['email, sender', 'email:"mgmt01@harbourpine.example.org"'],
    ['email, recipient', 'email:"mara.lindqvist@example.com"'],
    ['Message-ID', 'email_messageid:"quick-start-test@harbourpine.example.org"'],
    ['MID', 'cisco_mid:"1"'],
    ['free text', 'Mail from mgmt01 [at] harbourpine[.]example[.]org, please check'],
  ];
  for (const [what, query] of others) {
    it(`step 8, by ${what}: finds the same mail`, async () => {
      await act.investigate(portal, hub, query);
      await act.sees(portal.getByRole('region', { name: 'Sightings' }), /1 sighting in my environment/);
    });
  }

  it('step 8, by file, hash and link: finds a mail that carried them', async () => {
    const letter = letters(1).find((l) => l.kind === 'campaign') as Letter;
    const content = letter.attachments?.[0]?.content ?? '';
    expect((await send(letter, system.world.smtp)).accepted).toBe(true);
    const sha256 = createHash('sha256').update(content).digest('hex');
    for (const query of [
      `sha256:"${sha256}"`,
      `file_name:"${CAMPAIGN.file}"`,
      `url:"${CAMPAIGN.url}"`,
      sha256,
      CAMPAIGN.url,
    ]) {
      await act.investigate(portal, hub, query);
      await act.sees(portal.getByRole('region', { name: 'Sightings' }), /1 sighting in my environment/);
    }
  });

  it('Message Tracking exports what it found as CSV', async () => {
    await act.menu(console_, 'Monitor', 'Message Tracking');
    await console_.getByRole('button', { name: 'Search' }).click();
    const results = console_.getByRole('region', { name: 'Results' });
    const [download] = await Promise.all([
      console_.waitForEvent('download'),
      results.getByRole('button', { name: /Export/ }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.split('\r\n').length).toBeGreaterThanOrEqual(3);
    expect(csv).toContain('mgmt01@harbourpine.example.org');
  });

  it('no page threw an exception or broke the content security policy', () => {
    expect(system.problems).toEqual([]);
  });
});
