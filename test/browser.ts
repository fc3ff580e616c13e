/** A real Chromium for journeys and screenshots: the system's if there is one, else the one npm brought. */
import { existsSync } from 'node:fs';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Offline and quiet: no first-run pages, no look-ups of the vendor's hosts. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launch(): Promise<Browser> {
  const executablePath = SYSTEM.find((path) => existsSync(path)) ?? (await chromiumPackage.executablePath());
  return chromium.launch({ executablePath, args: FLAGS });
}
