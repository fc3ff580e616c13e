/** Everything that can go wrong on the way to a registered appliance, and what a person then reads. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as act from './acts.ts';
import { watch } from './journey.ts';
import { openSystem, type System } from './system.ts';

const HOUR = 3_600_000;

describe('failures on the way', () => {
  let system: System;
  let portal: Page;
  let console_: Page;
  let americas: string;
  let europe: string;
  let later = 0;
  let used = '';

  beforeAll(async () => {
    system = await openSystem({ clock: () => Date.now() + later });
    americas = system.world.hubs.AMERICAS.url;
    europe = system.world.hubs.EUROPE.url;
    portal = await system.page();
    console_ = await system.page();
    await act.setUpAt(portal, system.world.hubs.AMERICAS);
    await act.setUpAt(portal, system.world.hubs.EUROPE);
    await act.setUpAt(console_, system.world.console);
  });
  watch(() => system);

  const status = (text: string | RegExp): Promise<void> => act.sees(act.cloudStatus(console_), text);

  it('a module has no device to choose from: says why and where to go', async () => {
    await portal.goto(`${americas}/modules`);
    await portal
      .getByRole('article', { name: 'Email Security Appliance' })
      .getByText('Add New Module')
      .click();
    await act.sees(portal.getByRole('main'), 'No device can be chosen yet');
    await act.sees(portal.getByRole('main'), /Cloud Services/);
    await portal.getByRole('main').getByRole('link', { name: 'Manage Devices' }).waitFor();
  });

  it('settings submitted but not committed: says that they are not live, and takes no token', async () => {
    await act.submitCloud(console_);
    await act.sees(console_, /submitted but not committed.*Choose Commit Changes first/);
    await console_.getByRole('link', { name: /Commit Changes/ }).waitFor();
    expect(await console_.getByLabel('Registration Token').count()).toBe(0);
    await act.commit(console_, 'Enable Threat Response');
  });

  it('something that is no token', async () => {
    await act.enterToken(console_, 'hello');
    await act.sees(console_, /This is not a registration token\. Copy the whole token/);
  });

  it('service not enabled in the exchange: names the exchange and the page, the token stays good', async () => {
    used = await act.generateToken(portal, americas);
    await act.enterToken(console_, used);
    await status(/switched off for your organisation.*AMERICAS.*Cloud Services/);
  });

  it('token of the other region: names the right exchange', async () => {
    await act.switchThreatResponse(portal, europe, true);
    await act.enterToken(console_, await act.generateToken(portal, europe));
    await status(/belongs to the exchange EUROPE .*, not to AMERICAS\. Set Threat Response Server to EUROPE/);
  });

  it('expired token', async () => {
    await act.switchThreatResponse(portal, americas, true);
    const token = await act.generateToken(portal, americas);
    later += HOUR + 60_000;
    // sessions end after 30 idle minutes, so the person logs in again
    await act.enterToken(console_, token);
    await status(/invalid or expired\. Generate a new one/);
    await act.logInAt(portal, americas);
  });

  it('used token: refused in the same words, and the audit log has the reason', async () => {
    used = await act.generateToken(portal, americas);
    await act.enterToken(console_, used);
    await status(/is registered/);
    await console_.getByRole('button', { name: 'Deregister' }).click();
    await console_
      .getByRole('dialog')
      .getByRole('button', { name: /Deregister/ })
      .click();
    await act.sees(console_, /has been deregistered/);
    await console_.getByLabel('Registration Token').waitFor();
    await act.enterToken(console_, used);
    await status(/invalid or expired\. Generate a new one/);
    await portal.goto(`${americas}/audit`);
    await act.sees(portal.getByRole('main'), /token\.(reuse|refused)/);
  });

  it('device offline: the investigation says so beside the module, since when', async () => {
    await act.enterToken(console_, await act.generateToken(portal, americas));
    await status(/is registered/);
    await act.addEsaModule(portal, americas, 'esa03');
    await act.submitCloud(console_, /^EUROPE/);
    await act.commit(console_, 'Move to another exchange');
    await act.investigate(portal, americas, 'ip:"192.0.2.1"');
    await act.sees(portal.getByRole('main'), /is offline since/);
  });

  it('service switched off later: investigations stop and say where to switch it on', async () => {
    await act.switchThreatResponse(portal, americas, false);
    await act.investigate(portal, americas, 'ip:"192.0.2.1"');
    await act.sees(portal.getByRole('main'), /switched off for your organisation/);
  });

  it('exchange unreachable: names it and the cause, tries again by itself', async () => {
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    await console_.getByText(/Exchanges to choose from/).click();
    await console_.getByLabel('Address of exchange 2').fill('http://127.0.0.1:9');
    await console_.getByRole('button', { name: 'Submit' }).click();
    await act.commit(console_, 'An address where nothing answers');
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await status(/exchange EUROPE cannot be reached.*tries again by itself/);
  });

  const edit = async (fill: () => Promise<void>, comment: string): Promise<void> => {
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    await fill();
    await console_.getByRole('button', { name: 'Submit' }).click();
    await act.commit(console_, comment);
    await act.menu(console_, 'Network', 'Cloud Service Settings');
  };
  const address = async (url: string): Promise<void> => {
    await console_.getByText(/Exchanges to choose from/).click();
    await console_.getByLabel('Address of exchange 2').fill(url);
  };
  const sees = (text: string | RegExp): Promise<void> => act.sees(console_.getByRole('main'), text);

  it('the name of the exchange is not known: says DNS, and what to check', async () => {
    await edit(() => address('https://exchange.invalid'), 'A name that nobody has');
    await sees('DNS: the name of the exchange is not known');
    await status(/Check the DNS servers of this appliance/);
  });

  it('something answers that is no exchange', async () => {
    await edit(() => address(`http://127.0.0.1:${system.world.ports.mailboxWeb}`), 'Another program');
    await sees('No exchange at this address');
  });

  it('the proxy on the way does not answer', async () => {
    await edit(async () => {
      await address(europe);
      await console_.getByText('HTTP proxy and trusted authorities').click();
      await console_.getByLabel('HTTP Proxy').fill('http://127.0.0.1:9');
    }, 'A proxy that is not there');
    await sees('HTTP proxy');
    await status(/the proxy refused the connection/);
    await edit(() => console_.getByLabel('HTTP Proxy').fill(''), 'Without a proxy');
    await status(/exchange EUROPE answers/);
  });

  it('the clock of the appliance is wrong: everything works, and it is said', async () => {
    later += 20 * 60_000;
    await console_
      .getByRole('region', { name: 'Connector', exact: true })
      .getByRole('button', { name: 'Test' })
      .click();
    await status(/The clock of this appliance is \d+ minutes behind the exchange\. Set it right/);
  });

  it('removed in the exchange: the appliance says so and asks for a new token', async () => {
    // the result of the test is a status too
    await console_.reload();
    await status(/The clock of this appliance is \d+ minutes behind the exchange/);
    await act.logInAt(portal, europe);
    await act.switchThreatResponse(portal, europe, true);
    await act.enterToken(console_, await act.generateToken(portal, europe));
    await status(/is registered/);
    await portal.goto(`${europe}/devices`);
    await portal.getByRole('button', { name: /^Delete esa03/ }).click();
    await portal
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await status(/was removed from the exchange EUROPE\. Register it again with a new token/);
    await sees('Removed from the exchange');
    await console_.getByLabel('Registration Token').waitFor();
  });

  it('managed by a central appliance: register that one instead', async () => {
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await console_.getByRole('button', { name: 'Edit Settings' }).click();
    await console_.getByLabel('Managed by').fill('sma01.example.com');
    await console_.getByRole('button', { name: 'Submit' }).click();
    await act.commit(console_, 'Managed centrally');
    await act.menu(console_, 'Network', 'Cloud Service Settings');
    await status(/managed by sma01\.example\.com\. Register sma01\.example\.com/);
    expect(await console_.getByLabel('Registration Token').count()).toBe(0);
  });

  it('no page threw an exception or broke the content security policy', () => {
    expect(system.problems).toEqual([]);
  });
});

describe('an appliance that is too old', () => {
  let system: System;
  beforeAll(async () => {
    system = await openSystem({ applianceVersion: '0.0.9' });
  });
  afterAll(() => system.close());

  it('is told which version it needs', async () => {
    const portal = await system.page();
    const console_ = await system.page();
    const hub = system.world.hubs.AMERICAS;
    await act.setUpAt(portal, hub);
    await act.setUpAt(console_, system.world.console);
    await act.switchThreatResponse(portal, hub.url, true);
    await act.enableThreatResponse(console_);
    await act.enterToken(console_, await act.generateToken(portal, hub.url));
    await act.sees(act.cloudStatus(console_), /0\.0\.9 is too old: at least 0\.1\.0 is needed/);
  });
});
