import {
  addModule,
  CLOSE,
  deleteDevice,
  type Fault,
  getDevice,
  listAudit,
  listDevices,
  listModuleDevices,
  listModuleTypes,
  switchService,
  testModule,
} from '@sightline/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Appliance,
  appliance,
  helloFrame,
  open,
  openHub,
  registered,
  type TestHub,
  type Wire,
} from '../fixture.ts';

let at: TestHub;
let esa: Appliance;
let deviceId: string;
beforeEach(async () => {
  at = await openHub({ heartbeatMs: 100 });
  ({ esa, deviceId } = await registered(at));
});
afterEach(() => at.close());

const device = () => at.admin(getDevice, { params: { id: deviceId } });
const until = async (is: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 3000;
  while (!(await is())) {
    if (Date.now() > end) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('a connection', () => {
  test('greets with the organisation, shows the device as registered, then as offline', async () => {
    expect(await device()).toMatchObject({ status: 'offline', peer: '127.0.0.1' });
    const wire = await esa.connect(deviceId, { hello: false });
    wire.send(
      helloFrame({
        facts: {
          name: 'esa03.example.com',
          type: 'ESA',
          product: 'Sightline',
          version: '0.2.0',
          serial: '1',
          ip: '10.0.0.7',
          connectorVersion: '1.1.0',
        },
      }),
    );
    expect(await wire.next('welcome')).toEqual({
      type: 'welcome',
      deviceId,
      organisation: 'Example Ltd',
      serviceEnabled: true,
    });
    expect(await device()).toMatchObject({
      status: 'registered',
      version: '0.2.0',
      ip: '10.0.0.7',
      connectorVersion: '1.1.0',
    });
    wire.socket.close();
    await until(async () => (await device()).status === 'offline');
    const actions = async () => (await at.admin(listAudit)).entries.map((entry) => entry.action);
    await until(async () => (await actions()).includes('device.disconnected'));
    expect(await actions()).toContain('device.connected');
  });

  test('is refused without proof, with a forged or replayed one, from a browser, without sub-protocol', async () => {
    const thief = await appliance(at.url);
    await expect(open(at.url, '')).rejects.toMatchObject({ status: 401, error: 'bad_proof' });
    await expect(open(at.url, await thief.proof(deviceId))).rejects.toMatchObject({
      status: 401,
      error: 'bad_proof',
    });
    const proof = await esa.proof(deviceId);
    await expect(open(at.url, proof, { origin: 'https://evil.example' })).rejects.toMatchObject({
      status: 403,
      error: 'bad_origin',
    });
    await expect(open(at.url, proof, { protocol: ['other'] })).rejects.toMatchObject({ status: 400 });
    const wire = await esa.connect(deviceId, { proof });
    await expect(open(at.url, proof)).rejects.toMatchObject({ status: 401, error: 'bad_proof' });
    await expect(open(at.url, await esa.proof(crypto.randomUUID()))).rejects.toMatchObject({
      error: 'bad_proof',
    });
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
  });

  test('replaces the older one of the same device', async () => {
    const older = await esa.connect(deviceId);
    const newer = await esa.connect(deviceId);
    expect(await older.ended).toBe(CLOSE.replaced);
    expect(newer.socket.readyState).toBe(newer.socket.OPEN);
    expect((await device()).status).toBe('registered');
  });

  test('is cut when the device is deleted, and cannot come back', async () => {
    const wire = await esa.connect(deviceId);
    const began = Date.now();
    await at.admin(deleteDevice, { params: { id: deviceId } });
    expect(await wire.ended).toBe(CLOSE.revoked);
    expect(Date.now() - began).toBeLessThan(1000);
    await expect(open(at.url, await esa.proof(deviceId))).rejects.toMatchObject({
      status: 401,
      error: 'device_revoked',
    });
  });

  test.each([
    ['no JSON', 'x'],
    ['an unknown frame', '{"type":"order"}'],
    ['an answer before hello', '{"type":"answer","id":"1","body":{}}'],
    ['bytes', Buffer.from('{}')],
  ])('ends at %s', async (_, frame) => {
    const wire = await esa.connect(deviceId, { hello: false });
    wire.socket.send(frame);
    expect(await wire.ended).toBe(CLOSE.badFrame);
  });

  test('ends when it sends what nobody asked for, again and again', async () => {
    const wire = await esa.connect(deviceId);
    for (let i = 0; i < 200; i++) wire.send({ type: 'answer', id: String(i), body: {} });
    expect(await wire.ended).toBe(1008);
  });

  test('ends when the device answers no ping', async () => {
    const wire = await esa.connect(deviceId);
    wire.socket.pause();
    await until(async () => (await at.admin(listDevices)).devices[0]?.status === 'offline');
  });

  test('is told when the service is switched', async () => {
    const wire = await esa.connect(deviceId);
    await at.admin(switchService, { params: { id: 'threat-response' }, body: { enabled: false } });
    expect(await wire.next('welcome')).toMatchObject({ serviceEnabled: false });
  });

  test('is sent home when the hub stops', async () => {
    const wire = await esa.connect(deviceId);
    const goodbye = wire.next('goodbye');
    await at.hub.stop();
    expect((await goodbye).retryAfterMs).toBeGreaterThanOrEqual(0);
    expect(await wire.ended).toBe(CLOSE.goingAway);
  });
});

describe('a question', () => {
  const HEALTH = { version: '0.1.0', uptimeS: 12, queued: 0, indexedUntil: 5 };
  /** A module whose health asks the device. */
  const askModule = async (): Promise<() => Promise<{ status: string; text: string }>> => {
    const { types } = await at.admin(listModuleTypes);
    const type = types.find((one) => /Email Security Appliance/.test(one.title));
    const settings = { device: deviceId, timeframe_days: 30 };
    const { id } = await at.admin(addModule, {
      body: { name: 'ESA', module_type_id: type?.id ?? '', settings },
    });
    return () => at.admin(testModule, { params: { id } });
  };
  const answerNext = async (wire: Wire, body: unknown): Promise<void> => {
    const { id } = await wire.next('ask');
    wire.send({ type: 'answer', id, body });
  };

  test('is answered over the connection; the round trip is kept', async () => {
    const wire = await esa.connect(deviceId);
    const ask = await askModule();
    const answer = ask();
    await answerNext(wire, HEALTH);
    expect(await answer).toMatchObject({ status: 'ok' });
    expect((await device()).roundTripMs).toBeGreaterThanOrEqual(0);
  });

  test('to a device that is offline fails at once and says since when', async () => {
    const ask = await askModule();
    const began = Date.now();
    expect(await ask()).toMatchObject({ status: 'error', text: expect.stringMatching(/offline since 20/) });
    expect(Date.now() - began).toBeLessThan(1000);
  });

  test('whose answer is not as agreed, or a fault, is a fault of the device', async () => {
    const wire = await esa.connect(deviceId);
    const ask = await askModule();
    const wrong = ask();
    await answerNext(wire, { version: 1 });
    expect(await wrong).toMatchObject({ status: 'error', text: expect.stringContaining('not as agreed') });
    expect((await device()).lastError).toContain('not as agreed');
    const fault = ask();
    const { id } = await wire.next('ask');
    wire.send({ type: 'fault', id, code: 'busy', message: 'too many questions' });
    expect(await fault).toMatchObject({ text: expect.stringContaining('too many questions (busy)') });
  });

  test('ends with the connection', async () => {
    const wire = await esa.connect(deviceId);
    const ask = await askModule();
    const answer = ask();
    await wire.next('ask');
    wire.socket.terminate();
    expect(await answer).toMatchObject({ status: 'error', text: expect.stringContaining('offline since') });
  });

  test('is not asked while the service is off', async () => {
    await esa.connect(deviceId);
    const ask = await askModule();
    expect(await at.admin(listModuleDevices)).toMatchObject({
      devices: [{ id: deviceId, online: true }],
      reason: '',
    });
    await at.admin(switchService, { params: { id: 'threat-response' }, body: { enabled: false } });
    expect(await ask()).toMatchObject({ status: 'error', text: expect.stringContaining('switched off') });
    expect(await at.admin(listModuleDevices)).toMatchObject({
      devices: [],
      reason: expect.stringContaining('Cloud Services'),
    });
  });
});

test('Refresh notices a device that has gone without a word', async () => {
  const quiet = await openHub();
  try {
    const one = await registered(quiet);
    const wire = await one.esa.connect(one.deviceId);
    wire.socket.pause();
    const answer = await quiet.admin(getDevice, { params: { id: one.deviceId } });
    expect(answer.status).toBe('offline');
  } finally {
    await quiet.close();
  }
});

test('an unknown device is not found', async () => {
  const error = await at.admin(getDevice, { params: { id: crypto.randomUUID() } }).then(
    () => undefined,
    (fault: Fault) => fault.code,
  );
  expect(error).toBe('not_found');
});
