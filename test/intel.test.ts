/** Intelligence, casebooks and incidents as an analyst meets them. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { watch } from './journey.ts';
import { openSystem, type System } from './system.ts';

describe('intelligence', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    system = await openSystem();
    hub = system.world.hubs.AMERICAS.url;
    page = await system.page();
    await act.setUpAt(page, system.world.hubs.AMERICAS);
  });
  watch(() => system);

  const dialog = (): Locator => page.getByRole('dialog');
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const row = (text: string): Locator => page.getByRole('row').filter({ hasText: text });

  it('adds a judgement, finds it, and ends it', async () => {
    await page.goto(`${hub}/intelligence`);
    await act.sees(page, 'No judgements yet');
    await button('Add Judgement').click();
    await dialog().getByLabel('Observable').fill('evil-portal.example');
    await dialog().getByLabel('Reason').fill('Seen in the invoice wave');
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await row('evil-portal.example').waitFor();
    await page.getByLabel('Search judgements').fill('reason:wave');
    await row('evil-portal.example').waitFor();
    await page.getByLabel('Search judgements').fill('reason:nothing');
    await act.sees(page, 'No judgements match');
    await page.getByLabel('Search judgements').fill('');
    await row('evil-portal.example').getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Expire now' }).click();
    await dialog().getByRole('button', { name: 'Expire' }).click();
    await row('ended').waitFor();
  });

  it('imports a list, and says what it could not read', async () => {
    await button('Import').click();
    await dialog()
      .getByLabel('Or its text')
      .fill('value,disposition\nlist-one.example,Malicious\nno observable,Clean\n');
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await act.sees(dialog(), '1 entity added');
    await act.sees(dialog(), /row 3/);
    await dialog().getByRole('button', { name: 'Close' }).click();
    await row('list-one.example').waitFor();
  });

  it('a casebook: observables of a text, with the verdict of the store, and notes', async () => {
    await page.goto(`${hub}/casebooks`);
    await button('New Casebook').click();
    await dialog().getByLabel('Title').fill('Invoice wave');
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await act.heading(page, 'Invoice wave');
    await page
      .getByLabel('Add observables from a text')
      .fill('Look at domain:"list-one.example" and 203.0.113.77');
    await button('Add').click();
    const observables = page.getByRole('region', { name: 'Observables' });
    await act.sees(observables, '203.0.113.77');
    await act.sees(observables, 'Malicious');
    await page.getByLabel('New note').fill('Asked finance.');
    await button('Add note').click();
    await act.sees(page.getByRole('region', { name: 'Notes' }), 'Asked finance.');
  });

  it('an incident: status, who works on it, the casebook, and a timeline of it all', async () => {
    await page.goto(`${hub}/incidents`);
    await button('New Incident').click();
    await dialog().getByLabel('Title').fill('Finance was phished');
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await act.heading(page, 'Finance was phished');
    await page.getByLabel('Status').selectOption('Open: Contained');
    await act.sees(page.getByRole('region', { name: 'Timeline' }), /status: New to Open: Contained/);
    await act.sees(page.getByRole('region', { name: 'Timeline' }), 'Contained');
    await page.getByRole('combobox', { name: 'Assignees' }).fill('bert');
    await page.getByRole('combobox', { name: 'Assignees' }).press('Enter');
    await act.sees(page.getByRole('region', { name: 'Timeline' }), /assignees: none to bert/);
    await page.getByLabel('Casebook', { exact: true }).selectOption({ label: 'Invoice wave' });
    await button('Link').click();
    await page.getByRole('link', { name: 'Invoice wave' }).waitFor();
  });

  it('the playbook of an incident: who did which step is kept, and a phase leads to its status', async () => {
    const playbook = page.getByRole('region', { name: 'Playbook' });
    const phase = (name: string) => playbook.getByRole('listitem').filter({ hasText: name });
    await playbook.getByRole('button', { name: 'Investigate all' }).waitFor();
    for (const step of await phase('Recover').getByRole('checkbox').all()) {
      await step.click();
      await expect.poll(async () => (await step.isChecked()) && (await step.isEnabled())).toBe(true);
    }
    await act.sees(phase('Recover'), 'complete');
    await act.sees(phase('Recover'), /by admin$/);
    await phase('Recover').getByRole('button', { name: 'Set Open: Recovered' }).click();
    await act.sees(page.getByRole('region', { name: 'Timeline' }), /Open: Recovered/);
    await page.reload();
    await act.sees(phase('Recover'), 'complete');
    await act.sees(phase('Eradicate'), '0 of 2');
    await system.photograph('playbook');
    expect(system.problems).toEqual([]);
  });
});
