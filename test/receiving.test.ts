/** Mail submission and the Host Access Table, set up in the console and used by a mail client. */
import { freePorts } from '@sightline/demo/world';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { operator, watch } from './journey.ts';
import type { System } from './system.ts';

const PASSWORD = 'a password for a scanner';

describe('receiving', () => {
  let system: System;
  let page: Page;
  let port: number;

  const submit = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await act.sees(page, 'Success — Your settings are submitted.');
  };
  const commit = async (): Promise<void> => {
    await page.getByRole('link', { name: /Commit Changes/ }).click();
    await act.heading(page, 'Uncommitted Changes');
    await page.getByRole('button', { name: 'Commit Changes', exact: true }).click();
    await act.sees(page, 'Success — Your changes have been committed.');
  };
  const choose = async (field: string, option: string): Promise<void> => {
    await page.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  const sendAs = (user: string, pass: string, subject: string): Promise<unknown> =>
    createTransport({
      host: '127.0.0.1',
      port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      auth: { user, pass },
    }).sendMail({ from: 'scanner@example.com', to: 'ann@example.com', subject, text: 'x' });

  beforeAll(async () => {
    port = (await freePorts()).smtp;
    ({ system, page } = await operator());
  });
  watch(() => system);

  it('takes a submission listener and a user, and the user sends', async () => {
    await act.menu(page, 'Network', 'Listeners');
    await page.getByRole('button', { name: 'Add Listener' }).click();
    await page.getByLabel('Port').fill(String(port));
    await choose('Type', 'Private');
    await choose('TLS', 'STARTTLS, required');
    await choose('Policy of everybody', 'SUBMISSION');
    await submit();
    await act.sees(page.getByRole('table', { name: 'Listeners' }), 'Submission');
    await commit();
    await act.menu(page, 'Network', 'Submission Users');
    await page.getByRole('button', { name: 'Add User' }).click();
    await page.getByLabel('User name').fill('scanner');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('May send from').fill('scanner@example.com');
    await page.getByRole('button', { name: 'Save' }).click();
    await act.sees(page.getByRole('table', { name: 'Submission Users' }), 'scanner@example.com');
    await expect(sendAs('scanner', 'wrong', 'no')).rejects.toMatchObject({ responseCode: 535 });
    await expect(sendAs('scanner', PASSWORD, 'from the scanner')).resolves.toMatchObject({
      accepted: ['ann@example.com'],
    });
    await page.goto(`${system.world.console.url}/tracking?received=day`);
    await act.sees(page, 'from the scanner');
  });

  it('refuses a group that was moved in front with the keyboard, and tracking says so', async () => {
    await act.menu(page, 'Mail Policies', 'HAT Overview');
    await page.getByRole('button', { name: 'Edit BLOCKED_LIST' }).click();
    await page.getByLabel('Senders').fill('127.0.0.1');
    await submit();
    const handle = (place: number) =>
      page.getByRole('button', { name: `Place ${place} of 4: BLOCKED_LIST. Move with the arrow keys.` });
    await handle(3).focus();
    await page.keyboard.press('ArrowUp');
    await handle(2).waitFor();
    await page.keyboard.press('ArrowUp');
    await handle(1).waitFor();
    await commit();
    const { smtp } = system.world;
    const refused = createTransport({ ...smtp, ignoreTLS: true }).sendMail({
      from: 'a@x.test',
      to: 'ann@example.com',
      text: 'x',
    });
    await expect(refused).rejects.toMatchObject({ responseCode: 554 });
    await page.goto(`${system.world.console.url}/tracking?received=day&ip=127.0.0.1`);
    await act.sees(page, /rejected by sender group BLOCKED_LIST/);
  });
});
