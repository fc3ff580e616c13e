/** The pictures of README and docs, small enough to be kept in the repository. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Page } from 'playwright-core';
import { logInAt } from './acts.ts';
import { blockSender, findCampaign, listRecipients, quarantineRest, report } from './newcomer.ts';
import { answered } from './portalshots.ts';
import type { System } from './system.ts';

const SIZE = { width: 1280, height: 800 };
const QUALITY = 82;
const QUERY = encodeURIComponent(`email_subject:"${CAMPAIGN.subject}"`);

/** As WebP, which only the browser's own protocol gives. */
async function take(page: Page, folder: string, name: string): Promise<void> {
  // Fades and the graph's arrival are over.
  await page.waitForTimeout(1200);
  const protocol = await page.context().newCDPSession(page);
  const { data } = await protocol.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await writeFile(join(folder, `${name}.webp`), Buffer.from(data, 'base64'));
  await protocol.detach();
}

/** Needs sample mail, and an appliance that takes orders. */
export async function documentary(system: System, folder: string): Promise<void> {
  const hub = system.world.hubs.AMERICAS.url;
  const page = await system.page(SIZE);
  const look = (name: string): Promise<void> => take(page, folder, `five-minutes-${name}`);
  await logInAt(page, hub);
  await findCampaign(page, hub, look);
  await listRecipients(page, look);
  await blockSender(page, look);
  await quarantineRest(page);
  await report(page, look);
  await investigation(page, hub, folder);
  await light(system, folder);
  await tracking(system, folder);
}

async function investigation(page: Page, hub: string, folder: string): Promise<void> {
  await page.goto(`${hub}/investigate?q=${QUERY}`);
  await answered(page);
  await take(page, folder, 'investigate');
}

/** Dashboard and the card of a message, in the light theme. */
async function light(system: System, folder: string): Promise<void> {
  const hub = system.world.hubs.AMERICAS.url;
  const page = await system.page({ ...SIZE, dark: false });
  await logInAt(page, hub);
  await page.goto(`${hub}/dashboard`);
  await page.getByRole('region', { name: 'Campaigns' }).waitFor();
  await take(page, folder, 'dashboard');
  await page.goto(`${hub}/investigate?q=${QUERY}`);
  await answered(page);
  await page.getByRole('region', { name: 'Sightings' }).getByRole('button', { name: 'Open' }).first().click();
  await page.getByRole('tab', { name: 'Message' }).click();
  await page.getByRole('region', { name: /^Message \d+ of/ }).waitFor();
  await take(page, folder, 'message');
}

async function tracking(system: System, folder: string): Promise<void> {
  const page = await system.page(SIZE);
  await logInAt(page, system.world.console.url);
  await page.goto(`${system.world.console.url}/tracking?received=day`);
  await page.getByRole('table').first().waitFor();
  await take(page, folder, 'tracking');
}
