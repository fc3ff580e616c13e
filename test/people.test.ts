/** People and programs as an administrator meets them: second factor, API clients, an application that asks. */
import { createHash } from 'node:crypto';
import { listDevices, logIn } from '@sightline/api';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeAt, stepOf } from '../packages/hub/src/who/totp.ts';
import * as act from './acts.ts';
import { watch } from './journey.ts';
import { LOGIN, openSystem, type System } from './system.ts';

describe('people and programs', () => {
  let system: System;
  let page: Page;
  let hub: string;
  let later = 0;
  let secret = '';
  let kept: string[] = [];
  const now = (): number => Date.now() + later;

  beforeAll(async () => {
    system = await openSystem({ clock: now });
    hub = system.world.hubs.AMERICAS.url;
    page = await system.page();
    await act.setUpAt(page, system.world.hubs.AMERICAS);
  });
  watch(() => system);

  const dialog = (): Locator => page.getByRole('dialog');
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const code = (): string => codeAt(secret, stepOf(now()));

  it('an organisation that asks everybody for a second factor: nothing goes on before there is one', async () => {
    await page.goto(`${hub}/organisation`);
    await page.getByRole('switch', { name: 'Second factor for everybody' }).click({ force: true });
    await act.heading(page, 'One more step');
    await page.getByLabel('Current password').fill(LOGIN.password);
    await button('Continue').click();
    await page.getByRole('img', { name: 'QR code for your authenticator' }).waitFor();
    secret = (await page.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '');
    await page.getByLabel('Code that it shows').fill('000000');
    await button('Switch on').click();
    await act.sees(page, /This code is wrong/);
    await page.getByLabel('Code that it shows').fill(code());
    await button('Switch on').click();
    const codes = page.getByRole('list', { name: 'Recovery codes' });
    await codes.waitFor();
    kept = await codes.getByRole('listitem').allInnerTexts();
    expect(kept).toHaveLength(10);
    await button('I have kept them').click();
    await act.heading(page, 'Organisation');
  });

  it('logs in with password and code', async () => {
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    later += 60_000;
    await page.getByLabel('User name').fill(LOGIN.name);
    await page.getByLabel('Password', { exact: true }).fill(LOGIN.password);
    await button('Log in').click();
    await page.getByLabel('Code').fill(code());
    await button('Log in').click();
    await act.heading(page, 'Organisation');
    await page.getByRole('link', { name: 'Sessions' }).click();
    await act.sees(page.getByRole('table', { name: 'Sessions' }), '(this one)');
  });

  it('ends a session that goes on elsewhere; a recovery code opens another, once', async () => {
    const [recovery = ''] = kept;
    const enter = (): Promise<Response> =>
      fetch(hub + logIn.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...LOGIN, code: recovery }),
      });
    const elsewhere = await enter();
    expect([elsewhere.status, (await enter()).status]).toEqual([200, 401]);
    const cookie = (elsewhere.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const status = async (): Promise<number> =>
      (await fetch(hub + listDevices.path, { headers: { cookie } })).status;
    expect(await status()).toBe(200);
    await page.reload();
    await page.getByRole('button', { name: `End a session of ${LOGIN.name}` }).click();
    await act.sees(page, 'The session has ended.');
    expect(await status()).toBe(401);
    await act.sees(page.getByRole('table', { name: 'Sessions' }), '(this one)');
  });

  it('an API client by a preset: its password once, a new one beside it, switched off', async () => {
    await page.goto(`${hub}/clients`);
    await button('Add API Client').first().click();
    await dialog().getByLabel('Name', { exact: true }).fill('Playbooks');
    await dialog().getByLabel('Client preset').selectOption({ label: 'Exchange automation' });
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    const id = await dialog().getByLabel('Client ID').inputValue();
    const first = await dialog().getByLabel('Client Password').inputValue();
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    const row = page.getByRole('table', { name: 'API clients' }).getByRole('row').filter({ hasText: id });
    await act.sees(row, 'sse');
    const choose = async (what: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for Playbooks' }).click();
      await page.getByRole('menuitem', { name: what }).click();
    };
    await choose('New password');
    await button('Make password').click();
    const second = await dialog().getByLabel('Client Password').inputValue();
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    const status = async (password: string): Promise<number> =>
      (
        await fetch(`${hub}/iroh/oauth2/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${id}:${password}`)}` },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        })
      ).status;
    await act.sees(row, 'never');
    expect([await status(first), await status(second)]).toEqual([200, 200]);
    await page.reload();
    await row.waitFor();
    await expect.poll(() => row.innerText()).not.toMatch(/never/);
    const text = await page.content();
    for (const password of [first, second]) expect(text).not.toContain(password);
    await choose('Disable');
    await button('Disable API client').click();
    await act.sees(row, 'Disabled');
    expect(await status(second)).toBe(401);
  });

  it('an application asks, is allowed, and is stopped', async () => {
    const redirect = `${system.world.console.url}/done`;
    await page.goto(`${hub}/clients`);
    await button('Add API Client').first().click();
    await dialog().getByLabel('Name', { exact: true }).fill('Ticket system');
    await dialog().getByLabel('Application on a desk or in a browser').check();
    await dialog().getByLabel('Redirect addresses').fill(redirect);
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    const id = await dialog().getByLabel('Client ID').inputValue();
    const verifier = 'v'.repeat(43);
    const asked = new URLSearchParams({
      client_id: id,
      redirect_uri: redirect,
      response_type: 'code',
      scope: 'inspect:read',
      state: 'mine',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    await page.goto(`${hub}/iroh/oauth2/authorize?${asked}`);
    const consent = page.getByRole('region', { name: 'Consent' });
    await act.sees(consent, 'Find observables in a text');
    await button('Allow').click();
    await page.waitForURL((url) => url.href.startsWith(redirect));
    const answer = new URL(page.url()).searchParams;
    expect(answer.get('state')).toBe('mine');
    const res = await fetch(`${hub}/iroh/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        client_id: id,
        redirect_uri: redirect,
        code_verifier: verifier,
      }),
    });
    expect(await res.json()).toMatchObject({ scope: 'inspect:read', refresh_token: expect.any(String) });
    await page.goto(`${hub}/account`);
    await button('Stop Ticket system').click();
    await act.sees(page, 'No application acts for you');
  });

  it('no page threw an exception or broke the content security policy', () => {
    expect(system.problems).toEqual([]);
  });
});
