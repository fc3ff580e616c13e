/**
 * A mail through the gateway into real mailboxes, and out of them again: found in a dry run, moved, seen among the
 * actions taken, put back, deleted for those who were selected.
 */
import { send } from '@sightline/demo/mail/send';
import { TEST_MAIL } from '@sightline/demo/mail/write';
import { freePorts } from '@sightline/demo/world';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Dovecot,
  dovecotMissing,
  MASTER,
  openDovecot,
} from '../packages/hub/src/module/imap/dovecot.fixture.ts';
import { TLS } from '../packages/hub/src/outbound/fixture.ts';
import * as act from './acts.ts';
import { checkable, grave } from './axe.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

const DOMAIN = 'boxes.example.com';
const PEOPLE = ['ann', 'bob', 'cem', 'dora', 'emil', 'fay'].map((name) => `${name}@${DOMAIN}`);
const [ANN = '', BOB = '', CEM = ''] = PEOPLE;
const ID = 'wave-77@invoice-portal.example.net';
const SUBJECT = 'Your mailbox is full <b>now</b>';
const missing = dovecotMissing();

describe.skipIf(missing)(`mailbox remediation${missing && ` (skipped: ${missing})`}`, () => {
  let dovecot: Dovecot;
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    dovecot = await openDovecot(PEOPLE);
    const ports = await freePorts();
    const host = '127.0.0.1';
    const seed = {
      recipientDomains: ['example.com', DOMAIN],
      routes: [
        { domain: DOMAIN, host, port: dovecot.lmtp, protocol: 'lmtp' },
        { domain: 'ALL', host, port: ports.mailboxSmtp },
      ],
    };
    ({ system, page, hub } = await analyst({ ports, seed, outboundAllow: [`${host}/32`] }));
    await checkable(page);
  });
  afterAll(() => dovecot?.stop());
  watch(() => system);

  const dialog = (): Locator => page.getByRole('dialog');
  const button = (name: string): Locator => dialog().getByRole('button', { name, exact: true });
  const mailbox = (address: string): Locator =>
    dialog().getByRole('list', { name: 'Mailboxes' }).getByRole('listitem').filter({ hasText: address });

  async function openMenu(item: RegExp): Promise<void> {
    await act.investigate(page, hub, `email_messageid:"${ID}"`);
    await page
      .getByRole('region', { name: 'Observables' })
      .getByRole('button', { name: `Actions for Email Message ID ${ID}` })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  /** At both sizes, in both schemes. */
  async function pictures(name: string): Promise<void> {
    if (!process.env.SIGHTLINE_PICTURES) return;
    for (const scheme of ['dark', 'light'])
      for (const [width, height] of [
        [390, 844],
        [1440, 900],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.evaluate(
          (is) => document.documentElement.setAttribute('data-mantine-color-scheme', is),
          scheme,
        );
        await system.photograph(`${name} ${scheme} ${width}`);
      }
    await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
  }

  it('a mail passes the gateway into their mailboxes', async () => {
    const to = [...PEOPLE, `nobody@${DOMAIN}`];
    const envelope = { from: 'billing@invoice-portal.example.net', to };
    await send(
      { ...TEST_MAIL, envelope, to: to.join(', '), subject: SUBJECT, messageId: ID },
      system.world.smtp,
    );
    for (const one of PEOPLE) await expect.poll(() => dovecot.subjects(one, 'INBOX')).toEqual([SUBJECT]);
    // A mail that is none of these, though its Message-ID holds theirs.
    await dovecot.put(ANN, 'INBOX', `Subject: harmless\nMessage-ID: <x${ID}>\n\nStays.\n`);
  });

  it('a module is added by its form, and its test logs in', async () => {
    await page.goto(`${hub}/modules`);
    const card = page.getByRole('article', { name: 'IMAP Mailbox' });
    await card.getByRole('button', { name: 'Learn More' }).click();
    await act.sees(dialog(), /finds it there by its Message-ID/);
    await page.keyboard.press('Escape');
    await card.getByRole('button', { name: 'Add New Module' }).click();
    for (const [label, value] of [
      ['IMAP Server', '127.0.0.1'],
      ['Port', String(dovecot.imaps)],
      ['Certificate Authority (PEM)', TLS.cert],
      ['Domains', DOMAIN],
      ['User Name', MASTER.user],
      ['Mailbox for the Test', ANN],
    ] as const)
      await page.getByLabel(label).first().fill(value);
    await page.getByLabel('Password').first().fill(MASTER.password);
    await system.photograph('mailbox module form');
    await page.getByRole('button', { name: 'Save' }).click();
    const mine = page.getByRole('article', { name: 'IMAP Mailbox' }).first();
    await mine.getByRole('button', { name: /^Test/ }).click();
    await act.sees(page, /lets remedy into the mailbox of ann@boxes\.example\.com: 2 folders\./);
  });

  it('a dry run shows where the message is, and changes nothing', async () => {
    await openMenu(/^Move to Quarantine in mailboxes/);
    await act.sees(dialog(), 'Dry run: nothing is changed. 6 found.');
    await act.sees(mailbox(ANN), 'INBOX');
    await act.sees(mailbox(ANN), SUBJECT);
    expect(await mailbox(ANN).getByText('harmless').count()).toBe(0);
    expect(await grave(page)).toEqual([]);
    await pictures('mailbox dry run');
    expect(await dovecot.subjects(ANN, 'INBOX')).toEqual([SUBJECT, 'harmless']);
  });

  it('moves it for those who are chosen, with a reason', async () => {
    await dialog()
      .getByRole('checkbox', { name: `Select ${BOB}` })
      .uncheck();
    await act.sees(dialog(), '5 mailboxes chosen');
    await button('Move to Quarantine…').click();
    await button('Do it').click();
    await act.sees(dialog(), 'Enter a reason.');
    await dialog().getByLabel('Reason').fill('Phishing wave 77');
    expect(await grave(page)).toEqual([]);
    await pictures('mailbox confirm');
    await button('Do it').click();
    await act.sees(dialog(), 'Done. 5 moved.');
    await act.sees(mailbox(CEM), /^Moved to Quarantine; it was in:/);
    expect(await grave(page)).toEqual([]);
    await pictures('mailbox done');
    expect(await dovecot.subjects(ANN, 'INBOX')).toEqual(['harmless']);
    expect(await dovecot.subjects(ANN, 'Quarantine')).toEqual([SUBJECT]);
    expect(await dovecot.subjects(BOB, 'INBOX')).toEqual([SUBJECT]);
    await button('Close').click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('stands among the actions taken with each mailbox, fits a telephone, and is undone from there', async () => {
    await page.goto(`${hub}/responses`);
    const row = page.getByRole('row').filter({ hasText: 'Phishing wave 77' });
    await act.sees(row, /^5 mailboxes on 127\.0\.0\.1: 5 moved\./);
    await row.getByText('Move in mailboxes').click();
    await act.sees(mailbox(ANN), 'Moved');
    await page.setViewportSize({ width: 390, height: 844 });
    await system.photograph('mailbox taken on a telephone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await button('Undo').click();
    await dialog().getByLabel('Reason').fill('A test of ours');
    await button('Undo').click();
    await act.sees(dialog(), /^Taken back by admin/);
    await page.keyboard.press('Escape');
    await act.sees(row, 'Taken back by admin');
    expect((await dovecot.subjects(ANN, 'INBOX')).sort()).toEqual([SUBJECT, 'harmless']);
    expect(await dovecot.subjects(ANN, 'Quarantine')).toEqual([]);
  });

  async function findForSelected(): Promise<void> {
    await act.investigate(page, hub, `email_messageid:"${ID}"`);
    const targets = page.getByRole('region', { name: 'Targets' });
    for (const one of [ANN, BOB]) await targets.getByRole('checkbox', { name: `Select ${one}` }).check();
    await pictures('mailbox targets');
    await page.getByRole('button', { name: 'Find in mailboxes…' }).click();
    await act.sees(dialog(), 'Dry run: nothing is changed. 2 found.');
  }

  it('is moved for targets that were selected together, and put back at once', async () => {
    await findForSelected();
    await button('Move to Quarantine…').click();
    await dialog().getByLabel('Reason').fill('By mistake');
    await page.keyboard.press('Enter');
    await act.sees(dialog(), 'Done. 2 moved.');
    expect(await dovecot.subjects(BOB, 'INBOX')).toEqual([]);
    await button('Undo').click();
    await button('Undo').click();
    await act.sees(dialog(), 'Enter a reason.');
    await dialog().getByLabel('Reason').fill('It was one');
    await button('Undo').click();
    await act.sees(dialog(), 'Put back where it was.');
    expect(await dovecot.subjects(BOB, 'INBOX')).toEqual([SUBJECT]);
    await button('Close').click();
  });

  it('is deleted for targets that were selected together', async () => {
    await findForSelected();
    await button('Delete…').click();
    await act.sees(dialog(), /This cannot be undone\.$/);
    await dialog().getByLabel('Reason').fill('Gone for good');
    await button('Do it').click();
    await act.sees(dialog(), 'Done. 2 deleted.');
    expect(await button('Undo').count()).toBe(0);
    await button('Close').click();
    expect(await dovecot.subjects(ANN, 'INBOX')).toEqual(['harmless']);
    expect(await dovecot.subjects(BOB, 'INBOX')).toEqual([]);
    expect(await dovecot.subjects(CEM, 'INBOX')).toEqual([SUBJECT]);
  });
});
