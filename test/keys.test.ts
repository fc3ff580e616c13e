/** Every key of the page Investigate, and that the sheet names them all. */
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

const SUBJECT = `email_subject:"${CAMPAIGN.subject}"`;

describe('the keyboard', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst());
    await act.investigate(page, hub, SUBJECT);
    await page.getByRole('application').locator('canvas').first().waitFor();
  });
  watch(() => system);
  beforeEach(() => page.locator('main').focus());

  const press = (...keys: string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const dialog = (name: string | RegExp): Locator => page.getByRole('dialog', { name });
  const closed = async (name: string | RegExp): Promise<void> => {
    await press('Escape');
    await dialog(name).waitFor({ state: 'detached' });
  };
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  const graph = (): Locator => page.getByRole('region', { name: 'Relations graph' });
  const inspector = (): Locator => page.getByRole('region', { name: 'Inspector' });
  const table = (name: string): Locator => page.getByRole('table', { name });
  const rows = (name: string): Locator => table(name).locator('tbody tr[tabindex]');

  it('c copies what is open, Shift+C defanged; in a table they are about the row', async () => {
    await press('c');
    await expect.poll(clipboard).toBe(CAMPAIGN.subject);
    const row = rows('Observables').filter({ hasText: CAMPAIGN.sender }).first();
    await row.focus();
    await press('c');
    await expect.poll(clipboard).toBe(CAMPAIGN.sender);
    await press('Shift+C');
    await expect.poll(clipboard).toBe('billing[@]invoice-portal[.]example[.]net');
  });

  it('1 to 5 judge, after a dialog that has the disposition', async () => {
    for (const [key, word] of ['Clean', 'Malicious', 'Suspicious', 'Common', 'Unknown'].entries()) {
      await press(String(key + 1));
      await dialog('Judge').waitFor();
      expect(await dialog('Judge').getByLabel('Disposition').inputValue()).toBe(word);
      // No key acts behind a dialog.
      await press('b');
      await closed('Judge');
    }
    expect(await dialog('Add to casebook').count()).toBe(0);
  });

  it('b adds to a casebook, n writes a note in it, [ shows and hides it', async () => {
    await press('b');
    await dialog('Add to casebook').getByLabel('Find a casebook, or name a new one').fill('By keys');
    await dialog('Add to casebook').getByRole('button', { name: 'New casebook' }).click();
    await act.sees(page, '1 observable added to By keys.');
    await dialog('Add to casebook').waitFor({ state: 'detached' });
    await press('n');
    const dock = page.getByRole('region', { name: 'Casebook dock' });
    const note = dock.getByRole('textbox', { name: 'New note' });
    await expect.poll(() => note.evaluate((field) => field === document.activeElement)).toBe(true);
    await note.fill('c');
    await page.locator('main').focus();
    await press('[');
    await dock.waitFor({ state: 'detached' });
  });

  it('s keeps a snapshot, r makes a report, ] hides the inspector', async () => {
    await press('s');
    await closed('Keep a snapshot');
    const [download] = await Promise.all([page.waitForEvent('download'), press('r')]);
    expect(download.suggestedFilename()).toMatch(/\.html$/);
    await press(']');
    await inspector().waitFor({ state: 'detached' });
    await press(']');
    await inspector().waitFor();
  });

  it('j, k, Enter, x and the full stop work in tables', async () => {
    await rows('Targets').first().focus();
    await press('j', 'j', 'k', 'x');
    const second = rows('Targets').nth(1);
    expect(await second.getByRole('checkbox').isChecked()).toBe(true);
    await press('.');
    await page.getByRole('menu').waitFor();
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await second.focus();
    await press('Enter');
    const address = (await second.locator('[data-observable]').getAttribute('data-observable')) ?? '';
    await act.sees(inspector(), address.replace('email:', ''));
  });

  it('e asks about the open node too', async () => {
    const expand = inspector().getByRole('button', { name: 'Expand' });
    await expand.waitFor();
    await page.locator('main').focus();
    await press('e');
    await expand.waitFor({ state: 'detached' });
  });

  it('arrows, + - 0, h, u, Ctrl+Z and Shift+Ctrl+Z work on the graph', async () => {
    const canvas = page.getByRole('application');
    const summary = (): Promise<string> =>
      graph()
        .getByText(/\d+ nodes?/)
        .first()
        .innerText();
    await act.investigate(page, hub, SUBJECT);
    await canvas.locator('canvas').first().waitFor();
    await canvas.focus();
    await press('+', '-', '0');
    const open = (): Promise<string> => inspector().getByRole('heading', { level: 2 }).innerText();
    const first = await open();
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) {
      await press(key);
      if ((await open()) !== first) break;
    }
    expect(await open()).not.toBe(first);
    const before = await summary();
    await press('h');
    await expect.poll(summary).not.toBe(before);
    await press('Control+z');
    await expect.poll(summary).toBe(before);
    await press('Control+Shift+Z');
    await expect.poll(summary).not.toBe(before);
    await press('u');
    await expect.poll(summary).toBe(before);
  });

  it('g and a letter goes to a page, without what the letter does alone; Ctrl+K opens the palette', async () => {
    const places = { i: /investigate/, s: /snapshots/, c: /casebooks/, n: /incidents/, m: /modules/ };
    for (const [key, address] of Object.entries(places)) {
      await act.investigate(page, hub, SUBJECT);
      await page.locator('main').focus();
      await press('g', key);
      await expect.poll(() => page.url()).toMatch(address);
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await page.getByRole('region', { name: 'Casebook dock' }).count()).toBe(0);
    }
    await press('Control+k');
    await page.getByRole('textbox', { name: 'Command' }).waitFor();
    await press('Escape');
  });

  it('/ goes into the query box, Ctrl+Enter asks, i begins anew', async () => {
    await act.investigate(page, hub, SUBJECT);
    await page.locator('main').focus();
    await press('/');
    const box = page.getByRole('textbox', { name: 'Investigate' });
    await box.waitFor();
    // Not before the focus is there: letters would be keys.
    await expect.poll(() => box.evaluate((field) => field === document.activeElement)).toBe(true);
    await box.fill('email_subject:"test test"');
    await press('Control+Enter');
    await act.sees(page.getByRole('region', { name: 'Metrics' }), /1 Target/);
    await page.locator('main').focus();
    await press('i');
    await box.waitFor();
    expect(await box.inputValue()).toBe('');
  });

  it('? names them all, and turns those without Ctrl off', async () => {
    await act.investigate(page, hub, SUBJECT);
    await page.locator('main').focus();
    await press('Shift+?');
    const sheet = dialog('Keyboard');
    await sheet.waitFor();
    const listed = (await sheet.locator('dt').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' ').trim(),
    );
    const map = [
      '/',
      'i',
      'c',
      'Shift C',
      'b',
      'n',
      's',
      'r',
      'e',
      '1',
      '2',
      '3',
      '4',
      '5',
      '[',
      ']',
      'x',
      '.',
    ];
    const more = [
      'j k',
      'Enter',
      '+',
      '-',
      '0',
      'h',
      'u',
      'Ctrl Z',
      'Shift Ctrl Z',
      'Ctrl K',
      'Ctrl Enter',
      'Shift ?',
    ];
    expect(listed).toEqual(expect.arrayContaining([...map, ...more, 'g i', 'g s', 'g c', 'g n', 'g m']));
    await system.photograph('keys');
    await sheet.getByRole('switch', { name: 'Keys without Ctrl' }).click({ force: true });
    await closed('Keyboard');
    await page.locator('main').focus();
    await press('s', 'b', '1');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
