/** The exchange as the portal uses it: devices and their tokens, cloud services, audit log. */
import {
  addDevices,
  type CloudService,
  type Device,
  deleteDevice,
  editDevice,
  fail,
  getDevice,
  type HubFrame,
  listAudit,
  listDevices,
  listServices,
  switchService,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps, UsableDevices } from '../deps.ts';
import type { Caller } from '../http.ts';
import { listLines } from './audit.ts';
import type { Link } from './link.ts';
import { isEnabled, serviceOf, setService } from './service.ts';
import { deviceOf, devicesOf, isMatch, type KeptDevice, remove, rename, shown } from './store.ts';
import { addBatch } from './tokens.ts';

export interface ExchangeDeps extends Pick<Deps, 'db' | 'audit' | 'clock'> {
  region: string;
  link: Pick<Link, 'line' | 'cut' | 'tell' | 'probe'>;
  organisationName: (orgId: string) => Promise<string>;
}

/** How long Refresh waits for a sign of life of the device. */
const PROBE_MS = 2000;

export function exchangeRoutes(on: Mount<Caller>, deps: ExchangeDeps): void {
  const { db } = deps;
  on(listDevices, async ({ caller, query }) => {
    const devices = (await devicesOf(db, caller.orgId)).map((row) => asShown(deps, row));
    const { search = '' } = query;
    return {
      organisation: await deps.organisationName(caller.orgId),
      region: deps.region,
      devices: search.trim() === '' ? devices : devices.filter((device) => isMatch(device, search)),
    };
  });
  on(addDevices, ({ caller, body }) => add(deps, caller, body));
  on(getDevice, async ({ caller, params }) => {
    await existing(deps, caller.orgId, params.id);
    await deps.link.probe(params.id, PROBE_MS);
    return existing(deps, caller.orgId, params.id);
  });
  on(editDevice, ({ caller, params, body }) => edit(deps, caller, params.id, body));
  on(deleteDevice, async ({ caller, params }) => {
    await drop(deps, caller, params.id);
    return undefined;
  });
  on(listServices, async ({ caller }) => ({ services: [await serviceOf(db, caller.orgId)] }));
  on(switchService, ({ caller, body }) => turn(deps, caller, body.enabled));
  on(listAudit, ({ caller, query }) => listLines(db, caller.orgId, query));
}

const asShown = (deps: ExchangeDeps, row: KeptDevice): Device => shown(row, deps.link.line(row.id)?.seen);

async function existing(deps: ExchangeDeps, orgId: string, id: string): Promise<Device> {
  const row = await deviceOf(deps.db, orgId, id);
  if (!row) throw fail('not_found', { what: 'device' });
  return asShown(deps, row);
}

async function add(deps: ExchangeDeps, caller: Caller, given: { count: number; expiryHours: number }) {
  const now = deps.clock();
  const expires = now + given.expiryHours * 3_600_000;
  const { count } = given;
  const batch = { orgId: caller.orgId, region: deps.region, count, expires, by: caller.name };
  const until = new Date(expires).toISOString();
  const tokens = await deps.db.transaction().execute(async (tx) => {
    const made = await addBatch(tx, batch, now);
    for (const { name, deviceId } of made)
      await deps.audit(
        line(caller, 'token.minted', name, `Token for device ${deviceId}, good until ${until}`),
        tx,
      );
    return made;
  });
  return { expires: until, tokens };
}

async function edit(
  deps: ExchangeDeps,
  caller: Caller,
  id: string,
  given: { name: string; description: string },
): Promise<Device> {
  const before = await existing(deps, caller.orgId, id);
  const text =
    before.name === given.name ? `Changed the description of ${id}` : `Renamed ${id} from "${before.name}"`;
  await deps.db.transaction().execute(async (tx) => {
    await rename(tx, caller.orgId, id, given);
    await deps.audit(line(caller, 'device.edited', given.name, text), tx);
  });
  return existing(deps, caller.orgId, id);
}

async function drop(deps: ExchangeDeps, caller: Caller, id: string): Promise<void> {
  const device = await existing(deps, caller.orgId, id);
  await deps.db.transaction().execute(async (tx) => {
    if (!(await remove(tx, caller.orgId, id, deps.clock()))) throw fail('not_found', { what: 'device' });
    await deps.audit(line(caller, 'device.deleted', device.name, `Deleted the device ${id}`), tx);
  });
  deps.link.cut(id);
}

async function turn(deps: ExchangeDeps, caller: Caller, enabled: boolean): Promise<CloudService> {
  const now = deps.clock();
  const service = await deps.db.transaction().execute(async (tx) => {
    await setService(tx, caller.orgId, { enabled, by: caller.name }, now);
    const text = `Switched Threat Response ${enabled ? 'on' : 'off'}`;
    await deps.audit(line(caller, 'service.switched', 'Threat Response', text), tx);
    return serviceOf(tx, caller.orgId);
  });
  const organisation = await deps.organisationName(caller.orgId);
  deps.link.tell(caller.orgId, (deviceId) => welcomeFrame(deviceId, organisation, enabled));
  return service;
}

/** What a device is told when it connects, and again when the service is switched. */
export const welcomeFrame = (deviceId: string, organisation: string, serviceEnabled: boolean): HubFrame => ({
  type: 'welcome',
  deviceId,
  organisation,
  serviceEnabled,
});

const line = (caller: Caller, action: string, object: string, text: string) => ({
  orgId: caller.orgId,
  actor: caller.name,
  action,
  object,
  text,
  peer: caller.peer,
});

/** Devices that a module may use, and what to do where there are none. */
export const usableDevices =
  (deps: Pick<ExchangeDeps, 'db' | 'link'>): UsableDevices =>
  async (orgId) => {
    if (!(await isEnabled(deps.db, orgId))) {
      const reason =
        'Threat Response is switched off for your organisation. Switch it on in the exchange under Cloud Services.';
      return { devices: [], reason };
    }
    const rows = (await devicesOf(deps.db, orgId)).filter((row) => row.registered !== null);
    const devices = rows.map(({ id, name, type, ip }) => ({
      id,
      name,
      type,
      ip,
      online: deps.link.line(id) !== undefined,
    }));
    const none = 'No device is registered. Add a device in the exchange and register it with its token.';
    return { devices, reason: devices.length === 0 ? none : '' };
  };
