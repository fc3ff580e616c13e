/** Looking at a message through a whole hub; the appliance's end of the wire is written from the contract. */
import {
  acceptLink,
  addModule,
  addUser,
  type Call,
  client,
  listAudit,
  type MessageContent,
  messageContent,
  messageHtml,
} from '@sightline/api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, questionIn, registered, type TestHub, type Wire } from '../fixture.ts';
import { EMAIL_SECURITY_APPLIANCE } from './types.ts';

let at: TestHub;
let wire: Wire;
let module: string;
let held: MessageContent | undefined;

beforeAll(async () => {
  at = await openHub();
  const { deviceId, esa } = await registered(at);
  wire = await esa.connect(deviceId);
  void serve();
  const settings = { device: deviceId, timeframe_days: 30 };
  const body = { name: 'esa03', module_type_id: EMAIL_SECURITY_APPLIANCE.id, settings };
  module = (await at.admin(addModule, { body })).id;
});
afterAll(() => at.close());
beforeEach(() => {
  held = {
    held: 'quarantine',
    header: 'Subject: x\r\n',
    text: 'plain',
    html: '<p>rich</p>',
    parse: 'complete',
  };
});

async function serve(): Promise<void> {
  for (;;) {
    const frame = await wire.next('ask');
    const { id } = frame;
    if (questionIn(frame).verb !== 'content') continue;
    if (held) wire.send({ type: 'answer', id, body: held });
    else
      wire.send({ type: 'fault', id, code: 'remote_content_off', message: 'esa03 does not show messages' });
  }
}

async function person(role: string): Promise<{ call: Call; cookie: string }> {
  const { link } = await at.admin(addUser, { body: { name: role, role } });
  const res = await fetch(at.url + acceptLink.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(link.url).hash.slice(1), password: PASSWORD }),
  });
  const cookie = cookieOf(res);
  return { call: client({ base: at.url, headers: { cookie } }), cookie };
}

const params = () => ({ id: module, mid: 7 });
const page = (cookie: string): Promise<Response> =>
  fetch(`${at.url}/api/modules/${module}/messages/7/html`, { headers: { cookie } });
const looks = async () =>
  (await at.admin(listAudit, { query: {} })).entries.filter(({ action }) => action === 'message.read');

it('is for responders, and each look is in the audit log', async () => {
  const { call, cookie } = await person('incident-responder');
  expect(await call(messageContent, { params: params() })).toEqual({ ...held, html: true });
  expect(await (await page(cookie)).text()).toContain('<p>rich</p>');
  expect(await looks()).toMatchObject([
    { actor: 'incident-responder', object: 'MID 7 of esa03', text: 'Shown from quarantine' },
    { actor: 'incident-responder', object: 'MID 7 of esa03' },
  ]);
});

it('is not for analysts, nor for a module of somebody else', async () => {
  const { call, cookie } = await person('analyst');
  await expect(call(messageContent, { params: params() })).rejects.toMatchObject({ status: 403 });
  expect((await page(cookie)).status).toBe(403);
  const strange = { ...params(), id: crypto.randomUUID() };
  await expect(at.admin(messageContent, { params: strange })).rejects.toMatchObject({ status: 404 });
  await expect(at.admin(messageHtml, { params: strange })).rejects.toMatchObject({ status: 404 });
});

it('says that the bytes are gone, and why an appliance shows nothing; the log has that too', async () => {
  held = { held: 'none', header: '', text: '', html: null, parse: 'complete' };
  expect(await at.admin(messageContent, { params: params() })).toMatchObject({ held: 'none', html: false });
  held = undefined;
  await expect(at.admin(messageContent, { params: params() })).rejects.toMatchObject({
    message: expect.stringContaining('does not show messages'),
  });
  const [last, before] = await looks();
  expect(before?.text).toMatch(/does not hold it any more/);
  expect(last?.text).toMatch(/^Not shown: /);
});

it('stands in a page that may do nothing, and only as the appliance has to write it', async () => {
  const { cookie } = await person('admin');
  const res = await page(cookie);
  expect(res.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* sandbox$/);
  expect(res.headers.get('cache-control')).toBe('no-store');
  for (const html of [
    '<p onclick="x()">a</p>',
    '<img src=x>',
    '<script>1</script>',
    'a < b',
    '<p x',
    '<b class="x">',
  ]) {
    held = { held: 'queue', header: '', text: '', html, parse: 'complete' };
    const text = await (await page(cookie)).text();
    expect(text, html).toContain('no part in HTML that can be shown');
    expect(text, html).not.toContain(html);
  }
});
