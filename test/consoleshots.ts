/** The console's pages for `npm run screenshots`, and what they are filled with beside the sample mail. */
import {
  actOnQueue,
  addToList,
  type Call,
  commitConfig,
  listQueue,
  searchQuarantine,
  submitConfig,
} from '@sightline/api';
import { enter } from '@sightline/demo/steps';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import type { Shot } from './portalshots.ts';
import { LOGIN, type System } from './system.ts';

const FILTERS = [
  {
    name: 'Disk images',
    description: 'Nobody here sends disk images by mail.',
    match: 'any',
    conditions: [
      { on: 'attachment name', op: 'ends with', value: '.iso' },
      { on: 'attachment name', op: 'ends with', value: '.img' },
      { on: 'attachment size', atLeast: 25 * 1024 * 1024 },
    ],
    actions: [
      { do: 'quarantine', quarantine: 'Policy' },
      { do: 'notify', address: 'security@example.com', text: 'A disk image was kept back.' },
    ],
  },
  {
    name: 'Board is external',
    conditions: [
      { on: 'sender', op: 'ends with', value: '@example.com', not: true },
      { on: 'header', name: 'From', op: 'contains', value: 'Lindqvist' },
      { on: 'dmarc', results: ['fail', 'none'] },
    ],
    actions: [
      { do: 'tag subject', prefix: '[EXTERNAL] ' },
      { do: 'add header', name: 'X-Checked', value: 'name of the board' },
      { do: 'log', text: 'looks like the board' },
    ],
  },
  {
    name: 'Wire transfers',
    enabled: false,
    conditions: [{ on: 'body', op: 'matches', value: '(IBAN|SWIFT).{0,40}urgent' }],
    actions: [{ do: 'copy to quarantine', quarantine: 'Policy' }],
  },
];

const part = {
  filters: { incoming: FILTERS, outgoing: [{ ...FILTERS[0], name: 'Disk images out' }] },
  policies: {
    incoming: {
      ordered: [
        {
          name: 'Finance',
          recipients: ['finance@example.com', '.accounts.example.com'],
          verdicts: { suspect: { do: 'quarantine', quarantine: 'Spam' }, spam: { do: 'drop' } },
          filters: ['Disk images', 'Board is external'],
        },
      ],
      default: {
        verdicts: { blocklist: { do: 'quarantine', quarantine: 'Policy' } },
        filters: ['Disk images', 'Board is external'],
      },
    },
  },
  destinations: [
    { domain: 'ALL' },
    {
      domain: 'partner.example',
      tls: 'verify',
      connections: 4,
      recipientsPerHour: 2000,
      bounceProfile: 'Short',
    },
  ],
  bounceProfiles: [
    { name: 'Short', retrySeconds: [60, 300], giveUpSeconds: 14_400, delayWarningSeconds: 3600 },
  ],
};

async function configure(call: Call, smtpPort: number): Promise<void> {
  const routes = [
    { domain: 'ALL', host: '127.0.0.1', port: smtpPort },
    { domain: 'later.example', host: '127.0.0.1', port: 9, fallback: [{ host: 'mx2.later.example' }] },
    { domain: '.accounts.example.com', host: 'mail.accounts.example.com', protocol: 'lmtp', port: 24 },
    { domain: 'partner.example', host: 'USEDNS' },
  ];
  await call(submitConfig, { body: { ...part, routes } as never });
  await call(commitConfig, { body: { comment: 'Filters, policies, routes' } });
}

/** Something in every table: filters, a quarantine with messages, a queue with one on hold, blocklists. */
export async function furnish({ world }: System): Promise<void> {
  const { call } = await enter(world.console.url, LOGIN, undefined, '');
  await configure(call, world.ports.mailboxSmtp);
  await call(addToList, {
    body: {
      list: 'block',
      items: [
        { kind: 'sender', value: 'billing@evil.example' },
        { kind: 'domain', value: 'parcel-tracking.example' },
        { kind: 'url', value: 'https://pay.evil.example/now' },
      ],
      reason: 'Campaign of this morning, case 12',
      hours: 72,
    } as never,
  });
  const send = (from: string, to: string, subject: string, localAddress: string, file?: string) =>
    createTransport({ ...world.smtp, ignoreTLS: true, localAddress }).sendMail({
      envelope: { from, to },
      from,
      to,
      subject,
      text: 'Please look at this.',
      ...(file ? { attachments: [{ filename: file, content: 'a disk' }] } : {}),
    });
  await send('billing@evil.example', 'bob@example.com', 'Your invoice 4711', '127.0.0.77');
  await send('ann@partner.example', 'mara.lindqvist@example.com', 'Installation', '127.0.0.77', 'setup.iso');
  for (const [i, subject] of ['Offer', 'Minutes of the meeting', 'Re: Offer'].entries())
    await send('mara.lindqvist@example.com', `person${i}@later.example`, subject, '127.0.0.1');
  const filter = { domain: 'later.example' };
  await until(async () => (await call(searchQuarantine, { body: {} })).total >= 2);
  await until(async () => (await call(listQueue, { query: filter })).messages.filter(tried).length === 3);
  const { messages } = await call(listQueue, { query: filter });
  const mids = messages.slice(0, 1).map(({ mid }) => mid);
  await call(actOnQueue, { body: { action: 'hold', select: { mids }, reason: 'asked by Mara' } });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 150 && !(await holds()); i++) await new Promise((done) => setTimeout(done, 200));
}

const tried = (one: { recipients: { reply: unknown }[] }): boolean =>
  one.recipients.some(({ reply }) => reply);

const press = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name }).click();
};

/** There is something to unfold on a narrow screen only. */
async function unfold(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /^Monitor › / });
  if (await button.isVisible()) await button.click();
}

async function trace(page: Page): Promise<void> {
  const eml =
    'From: a@b.example\r\nTo: bob@example.com\r\nSubject: Setup\r\nContent-Type: application/x-iso9660-image; name=setup.iso\r\n\r\nx\r\n';
  await page.locator('input[type=file]').setInputFiles({
    name: 'setup.eml',
    mimeType: 'message/rfc822',
    buffer: Buffer.from(eml),
  });
  await page.getByLabel('Envelope sender').fill('a@b.example');
  await page.getByLabel('Envelope recipients').fill('bob@example.com');
  await page.getByRole('button', { name: 'Start Trace' }).click();
  await page.getByRole('region', { name: 'Result' }).waitFor();
}

const at = (name: string, path = `/${name}`, more: Partial<Shot> = {}): Shot => ({
  name,
  at: 'console',
  path,
  ...more,
});

export const CONSOLE_SHOTS: Shot[] = [
  at('overview'),
  at('tracking', '/tracking?received=day'),
  at('message', '/tracking/1'),
  at('quarantines'),
  at('quarantine-settings', '/quarantines/settings'),
  at('quarantine', '/quarantines/settings', { ready: press('Edit Policy') }),
  at('quarantined-message', '/quarantines/315'),
  at('queue'),
  at('delivery-status'),
  at('menus', '/queue', { ready: unfold }),
  at('incoming-mail-policies'),
  at('mail-policy', '/incoming-mail-policies', { ready: press('Edit Finance'), whole: true }),
  at('outgoing-mail-policies'),
  at('incoming-content-filters'),
  at('content-filter', '/incoming-content-filters', { ready: press('Edit Board is external'), whole: true }),
  at('outgoing-content-filters'),
  at('hat'),
  at('mail-flow-policies'),
  at('rat'),
  at('blocklists'),
  at('destination-controls'),
  at('engines'),
  at('engine', '/engines', { ready: press('Edit SPF, DKIM, DMARC, ARC'), whole: true }),
  at('reader-limits', '/engines', { ready: press('Edit Limits of the reader'), whole: true }),
  at('file-types', '/engines', { ready: press('Edit File types'), whole: true }),
  at('listeners'),
  at('mail-flow'),
  at('certificates'),
  at('submission-users'),
  at('cloud-service-settings'),
  at('smtp-routes'),
  at('bounce-profiles'),
  at('trace', '/trace', { ready: trace, whole: true }),
  at('commit'),
  at('history'),
  at('configuration-file'),
  at('users'),
];
