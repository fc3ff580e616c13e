import {
  addApiClient,
  client,
  listAudit,
  sseAddDevice,
  sseApiProxy,
  sseDeleteDevice,
  sseDeviceToken,
  sseEditDevice,
  sseGetDevice,
  sseListDevices,
  sseTenantToken,
} from '@sightline/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appliance, openHub, questionIn, registered, type TestHub } from '../fixture.ts';

let at: TestHub;
beforeEach(async () => {
  at = await openHub();
});
afterEach(() => at.close());

/** Calls as an API client that has these scopes. */
async function as(scopes: ('sse' | 'sse:read' | 'enrich:read')[]) {
  const made = await at.admin(addApiClient, { body: { name: scopes.join(' '), scopes } });
  const res = await fetch(`${at.url}/iroh/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${made.client.id}:${made.password}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await res.json()) as { access_token: string };
  return client({ base: at.url, headers: { authorization: `Bearer ${access_token}` } });
}

test('a client with the scope sse adds, reads, changes and deletes devices', async () => {
  const call = await as(['sse']);
  const made = await call(sseAddDevice, { body: { name: 'esa-7', description: 'Zurich' } });
  expect(made).toMatchObject({ name: 'esa-7', description: 'Zurich', status: 'Pending', type: '' });
  const id = made.id;
  expect(await call(sseListDevices)).toEqual([expect.objectContaining({ id, name: 'esa-7' })]);
  const changed = await call(sseEditDevice, { params: { id }, body: { description: 'Basel' } });
  expect(changed).toMatchObject({ name: 'esa-7', description: 'Basel' });
  const { deviceId } = await (await appliance(at.url)).enrol(made.token);
  expect(deviceId).toBe(id);
  expect(await call(sseGetDevice, { params: { id } })).toMatchObject({
    name: 'esa-7',
    type: 'ESA',
    status: 'Offline',
    ip_address: '127.0.0.1',
    connector_version: '1.0.0',
  });
  expect(await call(sseDeleteDevice, { params: { id } })).toEqual({ id, deleted: true });
  await expect(call(sseGetDevice, { params: { id } })).rejects.toMatchObject({ code: 'not_found' });
  const { entries } = await at.admin(listAudit, { query: {} });
  expect(entries.find((entry) => entry.action === 'device.deleted')).toMatchObject({ actor: 'sse' });
});

test('a new token takes the place of the earlier one, which no longer registers', async () => {
  const call = await as(['sse']);
  const made = await call(sseAddDevice, { body: {} });
  const again = await call(sseDeviceToken, { params: { id: made.id }, body: undefined });
  const esa = await appliance(at.url);
  await expect(esa.enrol(made.token)).rejects.toMatchObject({ code: 'token_invalid' });
  expect((await esa.enrol(again.token)).deviceId).toBe(made.id);
  await expect(call(sseDeviceToken, { params: { id: made.id }, body: {} })).rejects.toMatchObject({
    code: 'not_pending',
  });
});

test('the organisation lists its open tokens without their secrets', async () => {
  const call = await as(['sse']);
  const made = await call(sseAddDevice, { body: { name: 'esa-1', token_expiry_hours: 24 } });
  const tenant = await call(sseTenantToken);
  expect(tenant).toMatchObject({
    name: 'Example Ltd',
    region: 'AMERICAS',
    tokens: [{ device_id: made.id, name: 'esa-1', expires_at: made.expires_at }],
  });
  expect(JSON.stringify(tenant)).not.toContain(made.token.split('_')[3]);
  await (await appliance(at.url)).enrol(made.token);
  expect((await call(sseTenantToken)).tokens).toEqual([]);
});

test('reading needs sse:read, changing sse; another scope opens nothing', async () => {
  const reader = await as(['sse:read']);
  expect(await reader(sseListDevices)).toEqual([]);
  await expect(reader(sseAddDevice, { body: {} })).rejects.toThrow();
  const other = await as(['enrich:read']);
  await expect(other(sseListDevices)).rejects.toThrow();
  const nobody = await fetch(`${at.url}${sseListDevices.path}`);
  expect(nobody.status).toBe(401);
});

test("a reading request reaches the device's console over its connection, and is in the audit log", async () => {
  const call = await as(['sse:read']);
  const { deviceId, esa } = await registered(at);
  const send = (path: string) => call(sseApiProxy, { params: { id: deviceId }, body: { path } });
  await expect(send('/api/status')).rejects.toMatchObject({ code: 'device_offline' });
  const wire = await esa.connect(deviceId);
  const answer = send('/api/status?x=1');
  const ask = await wire.next('ask');
  expect(questionIn(ask)).toEqual({ verb: 'console', body: { method: 'GET', path: '/api/status?x=1' } });
  const body = { status: 200, headers: { 'content-type': 'application/json' }, body: { queued: 0 } };
  wire.send({ type: 'answer', id: ask.id, body });
  expect(await answer).toEqual(body);
  const { entries } = await at.admin(listAudit, { query: { action: 'device.console_read' } });
  expect(entries[0]).toMatchObject({ actor: 'sse:read', text: 'Sent GET /api/status?x=1 to its console' });
  const put = await fetch(`${at.url}/iroh/iroh-sse/device/${deviceId}/api-proxy`, {
    method: 'POST',
    headers: { cookie: at.cookie, 'content-type': 'application/json', origin: at.url },
    body: JSON.stringify({ method: 'DELETE', path: '/api/status' }),
  });
  expect(put.status).toBe(400);
});
