/** What an analyst does on the page Investigate, with the sample mail. */
import { readFile } from 'node:fs/promises';
import { CAMPAIGN } from '@sightline/demo/mail/write';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { msg, pdf } from '../packages/hub/src/file/file.fixture.ts';
import * as act from './acts.ts';
import { analyst, watch } from './journey.ts';
import type { System } from './system.ts';

const REPORTED = [
  `From: ${CAMPAIGN.sender}`,
  'To: someone@example.com',
  `Subject: ${CAMPAIGN.subject}`,
  'Message-ID: <reported@invoice-portal.example.net>',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  `Please pay at ${CAMPAIGN.url}`,
  '--b',
  'Content-Type: text/html; name="hostile<img src=x onerror=alert(1)>.html"',
  'Content-Disposition: attachment; filename="hostile<img src=x onerror=alert(1)>.html"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('not the same file').toString('base64'),
  '--b--',
  '',
].join('\r\n');

const SHA = 'a1'.repeat(32);

/** Files as other programs write them: the chips of each, and what is not among them. A URL brings its domain along. */
const FILES: Record<string, { content: string | Uint8Array; sees: string[]; not?: string }> = {
  'outlook.msg': {
    content: msg({
      '0037': 'Invoice Due',
      '1000': 'Pay at hxxps://pay[.]msg-test.com/x today',
      '1035': '<m1@msg-test.com>',
    }),
    sees: [
      'Email Subject Invoice Due',
      'Email Message ID m1@msg-test.com',
      'URL https://pay.msg-test.com/x',
      'Domain pay.msg-test.com',
    ],
  },
  'notes.txt': {
    content: 'Seen hxxp://txt-test[.]com/a and 198.51.100.21, see version 1.2.',
    sees: ['URL http://txt-test.com/a', 'Domain txt-test.com', 'IP Address 198.51.100.21'],
  },
  'table.csv': {
    content: 'type,value,reason\r\ndomain,csv-test.com,"seen, often"\r\nip,198.51.100.22,\r\n',
    sees: ['Domain csv-test.com', 'IP Address 198.51.100.22'],
    not: 'often',
  },
  'stix.json': {
    content: JSON.stringify({
      type: 'bundle',
      id: 'bundle--6a3b0c44-98fc-4c14-9afb-000000000001',
      objects: [
        { type: 'ipv4-addr', spec_version: '2.1', value: '198.51.100.23' },
        {
          type: 'indicator',
          spec_version: '2.1',
          pattern: `[domain-name:value = 'stix-test.com' OR file:hashes.'SHA-256' = '${SHA}']`,
          pattern_type: 'stix',
          description: 'written about at https://blog-test.com/post',
        },
      ],
    }),
    sees: ['IP Address 198.51.100.23', 'Domain stix-test.com', `SHA-256 ${SHA}`],
    not: 'blog-test',
  },
  'misp.json': {
    content: JSON.stringify({
      Event: {
        info: 'As told by https://info-test.com/',
        Attribute: [
          { type: 'filename|sha256', category: 'Payload delivery', value: `misp.exe|${SHA}` },
          { type: 'ip-dst', category: 'Network activity', value: '198.51.100.24' },
        ],
      },
    }),
    sees: ['File Name misp.exe', `SHA-256 ${SHA}`, 'IP Address 198.51.100.24'],
    not: 'info-test',
  },
  'ctim.json': {
    content: JSON.stringify({
      type: 'bundle',
      source: 'them',
      source_uri: 'https://source-test.com/',
      judgements: [
        { type: 'judgement', disposition: 2, observable: { type: 'domain', value: 'ctim-test.com' } },
      ],
      sightings: [{ type: 'sighting', observables: [{ type: 'ip', value: '198.51.100.25' }] }],
    }),
    sees: ['Domain ctim-test.com', 'IP Address 198.51.100.25'],
    not: 'source-test',
  },
  'report.pdf': {
    content: pdf('Seen: pdf-test[.]com and 198.51.100.26', 'https://link-test.com/a'),
    sees: [
      'Domain pdf-test.com',
      'IP Address 198.51.100.26',
      'URL https://link-test.com/a',
      'Domain link-test.com',
    ],
  },
};

describe('the page Investigate', () => {
  let system: System;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    ({ system, page, hub } = await analyst({}, { respond: true }));
  });
  watch(() => system);

  const graph = () => page.getByRole('region', { name: 'Relations graph' });
  const summary = (): Promise<string> => act.graphSummary(page);

  it.each(Object.entries(FILES))('reads a dropped %s', async (name, { content, sees, not }) => {
    await page.goto(`${hub}/investigate`);
    const box = page.getByRole('textbox', { name: 'Investigate' });
    await box.waitFor();
    const files = await page.evaluateHandle(
      ({ name, base64 }) => {
        const held = new DataTransfer();
        held.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
        return held;
      },
      { name, base64: Buffer.from(content).toString('base64') },
    );
    for (const type of ['dragenter', 'dragover', 'drop'])
      await box.dispatchEvent(type, { dataTransfer: files });
    const note = page.getByRole('status', { name: 'Files' });
    await act.sees(note, new RegExp(`${name.replace('.', '\\.')} ${sees.length} observables?`));
    for (const chip of sees)
      await page.getByRole('button', { name: `Leave out ${chip}`, exact: true }).waitFor();
    if (not) expect(await box.inputValue()).not.toContain(not);
  });

  it('reads a message that a user reported: header, links and files become chips, and one line says so', async () => {
    await page.goto(`${hub}/investigate`);
    await page.locator('input[type=file]').setInputFiles([
      { name: 'reported.eml', mimeType: 'message/rfc822', buffer: Buffer.from(REPORTED) },
      { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 nothing') },
    ]);
    const notes = page.getByRole('status', { name: 'Files' });
    await act.sees(
      notes,
      /reported\.eml .*observables: \d+ in the header, \d+ in the body, 2 of attachments/,
    );
    await act.sees(notes, /broken\.pdf .*could not be read/);
    const text = await page.getByRole('textbox', { name: 'Investigate' }).inputValue();
    expect(text).toContain(`email_subject:"${CAMPAIGN.subject}"`);
    expect(text).toContain('file_name:"hostile<img src=x onerror=alert(1)>.html"');
    expect(text).not.toContain('someone@example.com');
    await page.getByRole('button', { name: 'Investigate', exact: true }).click();
    await act.sees(page.getByRole('region', { name: 'Metrics' }), /40 Targets/);
  });

  it('hides kinds of nodes in the graph, says how many, and takes it back', async () => {
    const all = await summary();
    await graph().getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('checkbox', { name: /^Cisco Message ID/ }).check();
    await page.keyboard.press('Escape');
    await expect.poll(summary).toMatch(/80 not shown/);
    await graph().getByRole('button', { name: 'Filter, 1 on' }).waitFor();
    await graph().getByRole('button', { name: 'Undo' }).click();
    await expect.poll(summary).toBe(all);
    await graph().getByRole('button', { name: 'Redo' }).click();
    await expect.poll(summary).toMatch(/not shown/);
    await graph().getByRole('button', { name: 'Undo' }).click();
  });

  it('finds a node by its text and opens it', async () => {
    const search = graph().getByRole('textbox', { name: 'Search in the graph' });
    await search.fill('invoice-portal');
    await act.sees(graph(), /1 of \d+/);
    await search.press('Enter');
    await act.sees(page.getByRole('region', { name: 'Inspector' }), /invoice-portal/);
    await search.press('Escape');
    expect(await search.inputValue()).toBe('');
  });

  it('folds leaves into a node, and expands another one', async () => {
    const inspector = page.getByRole('region', { name: 'Inspector' });
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    await inspector.getByRole('button', { name: /^Fold in/ }).click();
    await expect.poll(summary).toMatch(/not shown/);
    await inspector.getByRole('button', { name: /^Unfold/ }).click();
    await expect.poll(summary).not.toMatch(/not shown/);
    await graph().getByRole('button', { name: 'Show as list' }).click();
    await graph().getByText('IP Address', { exact: true }).first().click();
    await inspector.getByRole('button', { name: 'Expand' }).click();
    await expect.poll(() => inspector.getByRole('button', { name: 'Expand' }).count()).toBe(0);
    await graph().getByRole('button', { name: 'Show as graph' }).click();
  });

  it('gathers the messages of the campaign, and narrows the page to them', async () => {
    await act.investigate(page, hub, 'domain:"invoice-portal.example.net"');
    const campaigns = page.getByRole('region', { name: 'Campaigns' });
    await act.sees(campaigns, /40 messages, 40 recipients/);
    await campaigns.getByRole('button', { name: 'Show only this' }).first().click();
    await page.getByRole('button', { name: 'Remove the filter by campaign' }).click();
    await campaigns.getByRole('button', { name: 'Show only this' }).first().waitFor();
  });

  it('shows the message behind a MID: envelope, contents, recipients, every step', async () => {
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    const inspector = page.getByRole('region', { name: 'Inspector' });
    await inspector
      .getByRole('button', { name: /^Cisco Message ID \d+$/ })
      .first()
      .click();
    const card = page.getByRole('region', { name: /^Message \d+ of esa03$/ });
    await act.sees(card, CAMPAIGN.sender);
    await act.sees(card, CAMPAIGN.file);
    await act.sees(card, /Recipients \(1\)/);
    await card.getByText(/\d+ processing steps/).click();
    await act.sees(card, /Start message \d+ on incoming connection/);
  });

  it('shows what a message looks like while the appliance holds it, and else what remains', async () => {
    const open = async (state: string): Promise<Locator> => {
      await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
      const seen = page.getByRole('table', { name: 'Sightings' }).getByRole('row');
      // Newest first: what waits was sent last.
      if (state === 'Delivered') await page.getByRole('button', { name: 'Observed' }).click();
      await seen
        .filter({ hasText: `(${state})` })
        .first()
        .getByText('Open')
        .click();
      await page.getByRole('tab', { name: 'Message' }).click();
      const card = page.getByRole('region', { name: /^Message \d+ of esa03$/ });
      await card.getByRole('button', { name: 'Show the message' }).click();
      return card;
    };
    const card = await open('Deferred');
    await act.sees(card, /your invoice 88214 is overdue\. Pay today/);
    await act.sees(card, /^Hops \(\d+\)$/);
    await card.getByRole('tab', { name: 'HTML, made safe' }).click();
    const frame = card.frameLocator('iframe');
    await act.sees(frame.locator('body'), '[hxxps[:]//invoice-portal[.]example[.]net/pay?ref=88214]');
    expect(await frame.locator('a, img, script, form').count()).toBe(0);
    await system.photograph('message content');
    await act.sees(await open('Delivered'), 'The appliance does not hold it any more');
  });

  it('saves the graph as picture, drawing and data, with nothing in them that can run', async () => {
    const saved = async (item: string): Promise<Buffer> => {
      await graph().getByRole('button', { name: 'Save the graph' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ]);
      return readFile(await download.path());
    };
    const png = await saved('Picture (PNG)');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(5000);
    const svg = (await saved('Drawing (SVG)')).toString();
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/<(script|img|a|use|foreignObject)\b/i);
    expect((await saved('Data (GraphML)')).toString()).toContain('<graphml');
  });

  it('makes a report at one key: defanged, with the graph, the campaign, every target', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('r')]);
    expect(download.suggestedFilename()).toMatch(/^investigation-.*\.html$/);
    const report = (await readFile(await download.path())).toString();
    expect(report).toContain('<svg');
    expect(report).toMatch(/40 messages, 40 recipients: 32 delivered, 8 (deferred|queued)/);
    expect(report).toContain('billing[@]invoice-portal[.]example[.]net');
    expect(report).not.toContain(CAMPAIGN.sender);
    const reader = await system.page();
    await reader.setContent(report);
    await act.sees(reader, 'TLP:AMBER');
    await reader.close();
  });

  it('keeps a snapshot and opens it again exactly, without asking a module', async () => {
    await act.investigate(page, hub, `email_subject:"${CAMPAIGN.subject}"`);
    await graph().getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('checkbox', { name: /^Target/ }).check();
    await page.keyboard.press('Escape');
    const before = await summary();
    await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('The invoice campaign');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await act.sees(page, 'Snapshot kept.');
    await page.goto(`${hub}/snapshots`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByText('The invoice campaign').click();
    await act.sees(page.getByRole('region', { name: 'Metrics' }), /40 Targets/);
    await expect.poll(summary).toBe(before);
    expect(asked).not.toContain('/api/investigate');
    await graph().getByRole('button', { name: 'Filter, 1 on' }).waitFor();
  });

  it('compares two snapshots', async () => {
    await act.investigate(page, hub, `email:"${CAMPAIGN.sender}"`);
    // All of it has come.
    await act.sees(page.getByRole('region', { name: 'Metrics' }), /40 Targets/);
    await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('By its sender');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await act.sees(page, 'Snapshot kept.');
    await page.goto(`${hub}/snapshots`);
    await page.getByRole('checkbox', { name: 'Compare The invoice campaign' }).check();
    await page.getByRole('checkbox', { name: 'Compare By its sender' }).check();
    await act.sees(page.getByRole('region', { name: 'Comparison' }), /40 sightings, then 40: 0 new, 0 gone/);
    await system.photograph('snapshots');
  });

  it('goes anywhere by the keyboard: palette, two keys, and a sheet that names them', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Command' }).fill('modules');
    await page.keyboard.press('Enter');
    await act.heading(page, /Modules/);
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Command' }).fill(`sha256:"${'a'.repeat(64)}"`);
    await page.getByText(/^Investigate sha256/).click();
    await page.getByRole('region', { name: 'Metrics' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await act.heading(page, /Modules/);
    await page.keyboard.press('Shift+?');
    await act.sees(page.getByRole('dialog', { name: 'Keyboard' }), 'Command palette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('textbox', { name: 'Investigate' }).waitFor();
  });

  it('keeps contrast and density over a reload', async () => {
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByText('High contrast').click();
    await page.getByText('Compact').click();
    await page.reload();
    await page.getByRole('textbox', { name: 'Investigate' }).waitFor();
    const root = page.locator('html');
    expect([await root.getAttribute('data-contrast'), await root.getAttribute('data-density')]).toEqual([
      'more',
      'compact',
    ]);
    await system.photograph('high contrast');
  });

  it('does all this without an exception or a violation of its policy', () => {
    expect(system.problems).toEqual([]);
  });
});
