/** Submit and commit between several people, and the connector as its administrator sees it. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { operator, watch } from './journey.ts';
import type { System } from './system.ts';

const BIN = fileURLToPath(new URL('../bin/sightline.js', import.meta.url));

interface ConfigFile {
  config: { cloud: { server: string; servers: { name: string; url: string }[] }; recipientDomains: string[] };
}

describe('the console', () => {
  let system: System;
  let page: Page;

  /** Another person, at the command line of the same appliance. */
  const cli = async (...args: string[]): Promise<string> => {
    const data = join(system.dir, 'appliance');
    const { stdout } = await promisify(execFile)(process.execPath, [
      BIN,
      'appliance',
      ...args,
      '--data',
      data,
    ]);
    return stdout;
  };
  const goCommit = async (): Promise<void> => {
    await page.getByRole('link', { name: /Commit Changes/ }).click();
    await act.heading(page, 'Uncommitted Changes');
  };
  const commitNow = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Commit Changes', exact: true }).click();
    await act.sees(page, 'Success — Your changes have been committed.');
  };
  const change = (edit: (file: ConfigFile) => void) => async (text: string) => {
    const file = JSON.parse(text) as ConfigFile;
    edit(file);
    return JSON.stringify(file);
  };

  beforeAll(async () => {
    ({ system, page } = await operator());
  });
  watch(() => system);

  it('shows what another committed in between, and puts changes that do not touch theirs on top', async () => {
    await act.submitCloud(page);
    await cli('cloud', 'set-server', 'EUROPE', '--commit', '--comment', 'nearer');
    await goCommit();
    const conflict = page.getByRole('region', { name: 'Conflict' });
    await act.sees(conflict, /cli:.* committed other changes since you began/);
    await act.sees(conflict, 'nearer');
    const commit = page.getByRole('button', { name: 'Commit Changes', exact: true });
    expect(await commit.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Rebase my changes' }).click();
    await conflict.waitFor({ state: 'detached' });
    await commitNow();
    await act.menu(page, 'Network', 'Cloud Service Settings');
    await act.sees(page, /^EUROPE \(/);
    await act.sees(page, 'Enabled');
  });

  it('offers only to abandon when both changed the same setting', async () => {
    await act.submitCloud(page, /^AMERICAS/);
    const path = join(system.dir, 'theirs.json');
    await cli('config', 'export', path);
    const edit = change(({ config }) => {
      config.cloud.servers.push({ name: 'APJC', url: 'https://apjc.invalid' });
      config.cloud.server = 'APJC';
    });
    await writeFile(path, await edit(await readFile(path, 'utf8')));
    await cli('config', 'import', path, '--commit');
    await goCommit();
    await act.sees(page, /You both changed Cloud Service Settings › Threat Response Server/);
    expect(await page.getByRole('button', { name: 'Rebase my changes' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Abandon Changes' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Abandon/ })
      .click();
    await act.sees(page, 'Success — Your changes have been abandoned.');
  });

  it('rolls back after it showed what that changes', async () => {
    await act.menu(page, 'System Administration', 'Configuration History');
    await page.getByRole('button', { name: 'Roll back to commit 3' }).click();
    const dialog = page.getByRole('dialog');
    await act.sees(dialog, /name APJC, url https:\/\/apjc\.invalid/);
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await act.sees(page, 'Success — The configuration of commit 3 is live again.');
    await act.sees(page.getByRole('region', { name: 'Commit 5' }), 'Rollback to generation 3');
  });

  it('gives the configuration as a file and takes it as changes to review', async () => {
    await act.menu(page, 'System Administration', 'Configuration File');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export Configuration' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^esa03\..*-commit-5\.json$/);
    const text = await readFile(await download.path(), 'utf8');
    const edited = await change(({ config }) => void config.recipientDomains.push('new.example.com'))(text);
    const give = (name: string, content: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
    await give('other.json', '{"a":1}');
    await act.sees(page, /other\.json: This is not a configuration file of this appliance\./);
    await give('mine.json', edited);
    await act.heading(page, 'Uncommitted Changes');
    await act.sees(page.getByLabel('Uncommitted changes'), 'new.example.com');
    await commitNow();
  });

  it('shows the link to the exchange and tests it', async () => {
    const hub = system.world.hubs.EUROPE;
    const portal = await system.page();
    await act.setUpAt(portal, hub);
    await act.switchThreatResponse(portal, hub.url, true);
    await act.menu(page, 'Network', 'Cloud Service Settings');
    await act.enterToken(page, await act.generateToken(portal, hub.url));
    await act.sees(page, /is registered/);
    await act.addEsaModule(portal, hub.url, 'esa03');
    const module = portal.getByRole('article', { name: 'esa03', exact: true });
    await module.getByRole('button', { name: 'Test' }).click();
    await act.sees(module, /answers: version/);
    const connector = page.getByRole('region', { name: 'Connector', exact: true });
    await act.sees(connector, 'Connected');
    await act.sees(page.getByRole('table', { name: 'Last queries' }), 'health');
    await connector.getByRole('button', { name: 'Test' }).click();
    await act.sees(connector.getByRole('status', { name: 'Result of the test' }), /EUROPE answers\..* ms/);
  });
});
