/** Strings that attackers choose, in every field that mail, a module or the API can fill, on every page: nothing runs. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, site } from '../packages/hub/src/outbound/fixture.ts';
import { ATTACKED, attack, lie } from './attacked.ts';
import { walk } from './pages.ts';
import { PAYLOADS } from './payloads.ts';
import type { Made } from './portalshots.ts';
import { openSystem, type System } from './system.ts';

/** Pages on which the strings must be seen, or this would test nothing. */
const SHOWN = [
  'investigate',
  'snapshots',
  'intelligence',
  'casebooks',
  'casebook',
  'incident',
  'actions-taken',
  'modules',
  'message-card',
  'devices',
  'api-clients',
  'tracking',
  'message',
  'quarantines',
  'quarantined-message',
  'incoming-mail-policies',
  'mail-policy',
  'incoming-content-filters',
  'content-filter',
  'blocklists',
  'history',
];

/** Everything that a person can read on the page, also in its fields. */
const words = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')];
    return [document.body.innerText, ...fields.map(({ value }) => value)].join(' ');
  });

describe('hostile strings', () => {
  let system: System;
  let relay: Site;
  let made: Made;

  beforeAll(async () => {
    const verdicts = { blocklist: { do: 'quarantine', quarantine: 'Policy' } };
    system = await openSystem({
      outboundAllow: ['127.0.0.0/8'],
      seed: {
        relayNetworks: [],
        policies: { incoming: { default: { verdicts } } },
      },
    });
    relay = await site(async (req, res) => {
      const text = (await req.toArray()).join('');
      res.end(JSON.stringify(lie(req.url ?? '', text)));
    });
    made = await attack(system, relay.url);
  });
  afterAll(async () => {
    await system.close();
    await relay.close();
  });

  it('would be noticed if one ran', async () => {
    const page = await system.page();
    const hits = await watched(page);
    await page.goto('about:blank');
    await page.setContent(PAYLOADS[3] ?? '');
    await expect.poll(() => hits).toContain('hit(4)');
    await page.close();
  });

  it('run on no page, ask for nothing elsewhere, and break no policy', async () => {
    const page = await system.page();
    const hits = await watched(page);
    const shown: string[] = [];
    await walk(system, page, ATTACKED, made, async ({ name }) => {
      if (/hit\(\d+\)/.test(await words(page))) shown.push(name);
    });
    expect(hits).toEqual([]);
    expect(system.problems).toEqual([]);
    expect(shown).toEqual(expect.arrayContaining(SHOWN));
  });
});

/** Every execution of `hit`, dialog, and request for an address that is not on this machine. */
async function watched(page: Page): Promise<string[]> {
  const hits: string[] = [];
  await page.exposeFunction('hit', (n: number) => void hits.push(`hit(${n})`));
  page.on('dialog', (dialog) => {
    hits.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|about:|data:image\/|blob:http:\/\/127\.0\.0\.1:)/.test(request.url()))
      hits.push(request.url());
  });
  return hits;
}
