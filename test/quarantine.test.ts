/** A blocklist entry keeps a message in a quarantine; it is looked at, released once, and arrives as it was sent. */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { operator, watch } from './journey.ts';
import type { System } from './system.ts';

const RAW = [
  'From: Billing <billing@evil.example>',
  'To: bob@example.com',
  'Subject: Your invoice 4711',
  'Message-ID: <4711@evil.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Please look at the invoice. .dots and trailing space ',
  '..',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<h2>Invoice</h2><p>Pay <a href="https://pay.evil.example/now?id=1">here</a></p>',
  '<script>document.title="owned"</script><img src="https://track.evil.example/p.gif" alt="logo" onerror="alert(1)">',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename="invoice.exe"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('not really a program').toString('base64'),
  '--b--',
  '',
].join('\r\n');
const HASH = createHash('sha256').update('not really a program').digest('hex');

describe('quarantine', () => {
  let system: System;
  let page: Page;

  const send = (raw: string) =>
    createTransport({ ...system.world.smtp, ignoreTLS: true }).sendMail({
      envelope: { from: 'billing@evil.example', to: ['bob@example.com'] },
      raw,
    });

  beforeAll(async () => {
    ({ system, page } = await operator({
      seed: {
        relayNetworks: [],
        recipientDomains: ['example.com'],
        policies: {
          incoming: { default: { verdicts: { blocklist: { do: 'quarantine', quarantine: 'Policy' } } } },
        },
      },
    }));
  });
  watch(() => system);

  it('an entry of the blocklist counts for the next message', async () => {
    await act.menu(page, 'Mail Policies', 'Blocklists');
    await page.getByRole('button', { name: 'Add Entries' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Values').fill('hxxps://evil[.]example');
    await dialog.getByLabel('Reason').fill('phishing campaign');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await act.sees(dialog, /Enter an address such as/);
    await dialog.getByLabel('Values').fill('billing@evil[.]example');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await act.sees(page.getByRole('table', { name: 'Blocklist' }), 'billing@evil.example');
    await send(RAW);
    await system.photograph('blocklists');
  });

  it('the message is in the quarantine and can be looked at without risk', async () => {
    await act.menu(page, 'Monitor', 'Policy, Virus and Outbreak Quarantines');
    const found = page.getByRole('table', { name: 'Quarantined messages' });
    await act.sees(found, 'Your invoice 4711');
    await system.photograph('quarantines');
    await found.getByText('Your invoice 4711').click();
    await act.heading(page, /Quarantined Message: MID/);
    await act.sees(page, /trailing space/);
    await act.sees(page, HASH.slice(0, 8));
    await act.sees(page, 'hxxps[:]//pay[.]evil[.]example/now?id=1');
    await page.getByRole('tab', { name: /^Header/ }).click();
    await act.sees(page, 'Message-ID: <4711@evil.example>');
    await page.getByRole('tab', { name: 'HTML, made safe' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('[image: logo]').waitFor();
    await frame.getByText('[hxxps[:]//pay[.]evil[.]example/now?id=1]').waitFor();
    expect(await frame.locator('a, img, script, form').count()).toBe(0);
    await system.photograph('quarantined message');
    expect(system.world.mailbox.store.list()).toHaveLength(0);
  });

  it('fits a telephone', async () => {
    const narrow = await system.page({ width: 390, height: 844, dark: false });
    await act.logInAt(narrow, system.world.console.url);
    const pages = {
      quarantines: 'Your invoice 4711',
      'quarantines/1': 'Envelope Recipients:',
      blocklists: 'phishing campaign',
    };
    for (const [path, text] of Object.entries(pages)) {
      await narrow.goto(`${system.world.console.url}/${path}`);
      await narrow.getByRole('heading', { level: 1 }).waitFor();
      await act.sees(narrow, text);
      expect(await narrow.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(
        390,
      );
      if (process.env.SIGHTLINE_PICTURES)
        await narrow.screenshot({
          path: `${process.env.SIGHTLINE_PICTURES}/narrow-${path.replace('/', '-')}.png`,
          fullPage: true,
        });
    }
    await narrow.close();
  });

  it('released once, it arrives byte for byte', async () => {
    await page.getByRole('button', { name: 'Release' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('asked by Bob');
    await dialog.getByRole('button', { name: 'Release' }).click();
    await act.heading(page, 'Policy, Virus and Outbreak Quarantines');
    await act.sees(page, 'Nothing that fits is in a quarantine.');
    await expect.poll(() => system.world.mailbox.store.list().length).toBe(1);
    const [entry] = system.world.mailbox.store.list();
    const raw = system.world.mailbox.store.get(entry?.number ?? 0)?.raw.toString() ?? '';
    expect(raw.slice(raw.indexOf('From: Billing'))).toBe(RAW);
    await act.menu(page, 'Monitor', 'Message Tracking');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('Your invoice 4711').first().click();
    await act.sees(page, /released from quarantine "Policy" \(manual\) by admin \(asked by Bob\)/);
  });
});
