/** The exchange portal as an administrator uses it: batches and tokens, events, audit log, regions, console reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addApiClient, client, sseApiProxy, sseListDevices } from '@sightline/api';
import { enter } from '@sightline/demo/steps';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { watch } from './journey.ts';
import { LOGIN, ORGANISATION, openSystem, type System } from './system.ts';

const HOUR = 3_600_000;

describe('the exchange portal', () => {
  let system: System;
  let portal: Page;
  let console_: Page;
  let hub: string;
  let later = 0;
  let used = '';

  beforeAll(async () => {
    system = await openSystem({ clock: () => Date.now() + later });
    hub = system.world.hubs.AMERICAS.url;
    portal = await system.page();
    console_ = await system.page();
    await act.setUpAt(portal, system.world.hubs.AMERICAS);
    await act.setUpAt(console_, system.world.console);
    await act.enableThreatResponse(console_);
  });
  watch(() => system);

  const main = (): Locator => portal.getByRole('main');
  const row = (name: string): Locator =>
    portal.getByRole('table', { name: 'Devices' }).getByRole('row').filter({ hasText: name }).first();
  const button = (name: string): Locator => portal.getByRole('button', { name, exact: true });
  const dialog = (): Locator => portal.getByRole('dialog');
  /** Changes the hub's database behind its back. */
  const tamper = (...statements: string[]): void => {
    const db = new DatabaseSync(join(system.dir, 'hub-americas', 'hub.sqlite'), { timeout: 5000 });
    for (const text of statements) db.exec(text);
    db.close();
  };
  /** The text of the file that a click saves, and its name. */
  const saved = async (click: () => Promise<void>): Promise<[string, string]> => {
    const [download] = await Promise.all([portal.waitForEvent('download'), click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
  };

  it('a batch by a name pattern: copied at once, saved as a file', async () => {
    await act.switchThreatResponse(portal, hub, true);
    await portal.goto(`${hub}/devices`);
    await portal.getByRole('button', { name: 'Add Devices and Generate Tokens' }).click();
    await dialog().getByLabel('Number of devices').fill('3');
    await dialog().getByLabel('Name pattern').fill('esa-{n}');
    await button('Continue').click();
    await button('Copy All').click();
    const copied = (await portal.evaluate(() => navigator.clipboard.readText())).trim().split('\n');
    expect(copied).toHaveLength(3);
    const [name, text] = await saved(() => button('Save as File').click());
    expect(name).toMatch(/^registration-tokens-AMERICAS-.*\.txt$/);
    for (const token of copied) expect(text).toContain(token);
    used = copied[1] ?? '';
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    for (const device of ['esa-1', 'esa-2', 'esa-3']) await act.sees(row(device), /Pending.*token ends in/);
  });

  it('filters by status and type', async () => {
    await portal.getByLabel('Status', { exact: true }).selectOption('registered');
    await act.sees(main(), 'No device matches');
    await portal.getByLabel('Status', { exact: true }).selectOption('pending');
    await row('esa-3').waitFor();
    await portal.getByLabel('Type', { exact: true }).selectOption('SMA');
    await act.sees(main(), 'No device matches');
    await portal.getByLabel('Type', { exact: true }).selectOption('');
    await portal.getByLabel('Status', { exact: true }).selectOption('');
  });

  it('a token is revoked and registers nothing; a new one does', async () => {
    await row('esa-2').getByRole('button', { name: 'Revoke the token of esa-2' }).click();
    await dialog().getByRole('button', { name: 'Revoke token' }).click();
    await act.sees(row('esa-2'), /token revoked/);
    await act.enterToken(console_, used);
    await act.sees(act.cloudStatus(console_), /invalid or expired/);
    await row('esa-2').getByRole('button', { name: 'New token for esa-2' }).click();
    await dialog().getByRole('button', { name: 'Generate token' }).click();
    await dialog().getByRole('button', { name: 'Copy to Clipboard' }).click();
    const token = await portal.evaluate(() => navigator.clipboard.readText());
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await act.enterToken(console_, token);
    await act.sees(console_, /is registered/);
    await portal.getByLabel('Status', { exact: true }).selectOption('registered');
    await portal.getByRole('img', { name: 'Connected' }).waitFor();
    await portal.getByRole('table', { name: 'Devices' }).locator('button[aria-expanded]').click();
    for (const fact of ['Peer Address', 'Last Seen', 'Queries', 'Clock'])
      await act.sees(main(), new RegExp(`^${fact}:`));
    await portal.getByLabel('Status', { exact: true }).selectOption('');
  });

  it('tokens of several devices are revoked at once, and the devices deleted', async () => {
    await portal.getByRole('checkbox', { name: 'Select esa-1' }).check();
    await portal.getByRole('checkbox', { name: 'Select esa-3' }).check();
    await act.sees(main(), '2 Rows Selected');
    await button('Revoke tokens').click();
    await dialog().getByRole('button', { name: 'Revoke 2 tokens' }).click();
    await dialog().waitFor({ state: 'detached' });
    for (const device of ['esa-1', 'esa-3']) await act.sees(row(device), /token revoked/);
    await button('Delete selected').click();
    await dialog().getByRole('button', { name: 'Delete 2 devices' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(() => row('esa-1').count()).toBe(0);
    expect(await row('esa-3').count()).toBe(0);
  });

  it('events: what the device did, by kind and by device', async () => {
    await main().getByRole('link', { name: 'Events', exact: true }).click();
    await act.heading(portal, 'Events');
    const table = portal.getByRole('table', { name: 'Events' });
    await act.sees(table, 'Token refused');
    await portal.getByLabel('Kind of event').selectOption('device.connected');
    await act.sees(table, 'Connected');
    await expect.poll(() => table.getByText('Token refused').count()).toBe(0);
    await portal.getByLabel('Alarms only').check();
    await act.sees(main(), 'No event matches');
  });

  it("an API client reads the device's console once the appliance allows it", async () => {
    const { call } = await enter(hub, LOGIN, undefined, ORGANISATION);
    const made = await call(addApiClient, { body: { name: 'soar', scopes: ['sse:read'] } });
    const res = await fetch(`${hub}/iroh/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${made.client.id}:${made.password}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await res.json()) as { access_token: string };
    const soar = client({ base: hub, headers: { authorization: `Bearer ${access_token}` } });
    const [device] = await soar(sseListDevices);
    const read = () => soar(sseApiProxy, { params: { id: device?.id ?? '' }, body: { path: '/api/status' } });
    await expect(read()).rejects.toThrow(/does not let its console be read/);
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    await console_.getByLabel('API clients of the exchange may read this console').check();
    await console_.getByRole('button', { name: 'Submit' }).click();
    await console_.getByRole('button', { name: 'Edit Settings' }).waitFor();
    await act.commit(console_, 'Let the exchange read the console');
    await expect
      .poll(() => read().catch(String), { timeout: 10_000 })
      .toMatchObject({
        status: 200,
        body: { queued: expect.any(Number) },
      });
  });

  it('two machines with one key: shown as a conflict until a person resolves it', async () => {
    tamper(`UPDATE device SET conflict = ${Date.now()} WHERE registered IS NOT NULL AND removed IS NULL`);
    await portal.goto(`${hub}/devices`);
    await portal.getByLabel('Status', { exact: true }).selectOption('conflict');
    const device = portal.getByRole('table', { name: 'Devices' }).getByRole('row').nth(1);
    await act.sees(device, 'Conflict');
    await device.getByRole('button', { name: /Resolve the conflict of/ }).click();
    await dialog().getByRole('button', { name: 'Resolve conflict' }).click();
    await act.sees(main(), 'No device matches');
  });

  it('regions: which one this is, and whether the other answers', async () => {
    await portal.goto(`${hub}/regions`);
    const table = portal.getByRole('table', { name: 'Regions' });
    await act.sees(table.getByRole('row').filter({ hasText: 'AMERICAS' }), 'this exchange');
    await act.sees(table.getByRole('row').filter({ hasText: 'EUROPE' }), /Answers in/);
  });

  it('audit log: by action, exported, verified; the first entry that was changed is named', async () => {
    await portal.goto(`${hub}/audit`);
    await portal.getByLabel('Action', { exact: true }).selectOption('token.revoked');
    await act.sees(portal.getByRole('table', { name: 'Audit log' }), /Revoked the token of device/);
    const [name, text] = await saved(() => main().getByRole('link', { name: 'Export CSV' }).click());
    expect(name).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
    // the title, the token of esa-2, those of esa-1 and esa-3
    expect(text.trim().split('\r\n')).toHaveLength(4);
    expect(text).toContain('"token.revoked"');
    await button('Verify').click();
    await act.sees(main(), /The audit log is intact: \d+ entries/);
    tamper('DROP TRIGGER audit_no_update', "UPDATE audit SET text = 'nothing' WHERE seq = 3");
    await button('Verify').click();
    await act.sees(main(), 'The audit log has been changed.');
    await act.sees(main(), /Entry 3 is not what was written/);
  });

  it('an expired token is shown as such', async () => {
    await act.generateToken(portal, hub);
    later += HOUR + 60_000;
    await act.logInAt(portal, `${hub}/devices`);
    await portal.getByLabel('Status', { exact: true }).selectOption('pending');
    await act.sees(portal.getByRole('table', { name: 'Devices' }), /token expired/);
  });

  it('no page threw an exception or broke the content security policy', () => {
    expect(system.problems).toEqual([]);
  });
});
