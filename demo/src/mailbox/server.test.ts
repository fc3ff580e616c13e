import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { send } from '../mail/send.ts';
import { TEST_MAIL } from '../mail/write.ts';
import { type Mailbox, openMailbox } from './server.ts';

let dir: string;
let mailbox: Mailbox;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailbox-'));
  mailbox = await openMailbox({ dir, busyMs: 50 });
});
afterEach(async () => {
  await mailbox.stop();
  rmSync(dir, { recursive: true });
});
const to = (address: string) => ({
  ...TEST_MAIL,
  to: address,
  envelope: { from: 'a@example.org', to: [address] },
});
const deliver = (address: string) => send(to(address), { host: '127.0.0.1', port: mailbox.smtpPort });

it('keeps what it takes, shows it, and finds it again after a restart', async () => {
  expect((await deliver('mara@example.com')).reply).toBe('250 2.0.0 ok:  Message 1 accepted');
  expect(await (await fetch(mailbox.url)).text()).toContain('test test');
  expect(await (await fetch(`${mailbox.url}/messages/1`)).text()).toContain('This is the test mail');
  await mailbox.stop();
  mailbox = await openMailbox({ dir });
  expect(mailbox.store.list().map((e) => e.subject)).toEqual(['test test']);
});

it('refuses people who are gone, asks busy ones to wait, and full ones always', async () => {
  expect((await deliver('gone.smith@example.com')).reply).toContain('550');
  expect((await deliver('full.rent@example.com')).reply).toContain('452');
  expect((await deliver('busy.sales@example.com')).reply).toContain('451');
  await new Promise((wait) => setTimeout(wait, 60));
  expect((await deliver('busy.sales@example.com')).accepted).toBe(true);
});

it('shows hostile subjects as text', async () => {
  await send(
    { ...to('mara@example.com'), subject: '<img src=x onerror=alert(1)>' },
    { host: '127.0.0.1', port: mailbox.smtpPort },
  );
  const html = await (await fetch(mailbox.url)).text();
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x');
});
