/** A real Chromium for journeys and screenshots: the system's if there is one, else the one npm brought. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromiumPackage, { inflate } from '@sparticuz/chromium';
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
  '--lang=en-US',
];

export async function launch(): Promise<Browser> {
  const executablePath = SYSTEM.find((path) => existsSync(path)) ?? (await chromiumPackage.executablePath());
  try {
    return await chromium.launch({ executablePath, args: FLAGS });
  } catch (error) {
    if (!/shared librar/.test(String(error))) throw error;
    return chromium.launch({
      executablePath,
      args: FLAGS,
      env: { ...process.env, LD_LIBRARY_PATH: await libraries() },
    });
  }
}

/** A bare machine lacks NSS and its like; the package brings them too. */
async function libraries(): Promise<string> {
  const bin = fileURLToPath(new URL('../bin', import.meta.resolve('@sparticuz/chromium')));
  return join(await inflate(join(bin, 'al2023.tar.br')), 'lib');
}
