/** The exchange for clients of CTR: `/iroh/iroh-sse`. */
import {
  type Device,
  fail,
  type SseDevice,
  sseAddDevice,
  sseApiProxy,
  sseDeleteDevice,
  sseDeviceToken,
  sseEditDevice,
  sseGetDevice,
  sseListDevices,
  sseTenantToken,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Ask } from '../deps.ts';
import type { Caller } from '../http.ts';
import { add, asShown, drop, edit, existing, line, type ManageDeps, renew } from './manage.ts';
import { devicesOf } from './store.ts';
import { tokenState, tokensOf } from './tokens.ts';

export interface SseDeps extends ManageDeps {
  ask: Ask;
  organisationName: (orgId: string) => Promise<string>;
}

export function sseRoutes(on: Mount<Caller>, deps: SseDeps): void {
  on(sseListDevices, async ({ caller }) =>
    (await devicesOf(deps.db, caller.orgId)).map((row) => wire(asShown(deps, row))),
  );
  on(sseGetDevice, async ({ caller, params }) => wire(await existing(deps, caller.orgId, params.id)));
  on(sseAddDevice, ({ caller, body }) => added(deps, caller, body));
  on(sseEditDevice, async ({ caller, params, body }) => wire(await edit(deps, caller, params.id, body)));
  on(sseDeleteDevice, async ({ caller, params }) => {
    await drop(deps, caller, [params.id]);
    return { id: params.id, deleted: true as const };
  });
  on(sseDeviceToken, async ({ caller, params, body }) => {
    const minted = await renew(deps, caller, params.id, { expiryHours: body?.token_expiry_hours ?? 1 });
    return { device_id: params.id, token: only(minted.tokens).token, expires_at: minted.expires };
  });
  on(sseTenantToken, ({ caller }) => tenant(deps, caller.orgId));
  on(sseApiProxy, async ({ caller, params, body: { method, path, body }, c }) => {
    const { name } = await existing(deps, caller.orgId, params.id);
    await deps.audit(line(caller, 'device.console_read', name, `Sent ${method} ${path} to its console`));
    const question = { verb: 'console', body: { method, path, body } } as const;
    return deps.ask(caller.orgId, params.id, question, { signal: c.req.raw.signal });
  });
}

const STATUS = {
  registered: 'Registered',
  pending: 'Pending',
  offline: 'Offline',
  conflict: 'Conflict',
} as const satisfies Record<Device['status'], SseDevice['status']>;

const wire = (device: Device): SseDevice => ({
  id: device.id,
  name: device.name,
  type: device.type,
  version: device.version,
  status: STATUS[device.status],
  description: device.description,
  ip_address: device.ip,
  connector_version: device.connectorVersion,
  created_at: device.created,
  last_seen_at: device.lastSeen,
});

function only<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined) throw fail('internal', { trace: 'token' });
  return one;
}

async function added(
  deps: SseDeps,
  caller: Caller,
  given: { name?: string | undefined; description: string; token_expiry_hours: number },
) {
  const { expires, tokens } = await add(deps, caller, { count: 1, expiryHours: given.token_expiry_hours });
  const { deviceId, token, name: placeholder } = only(tokens);
  const { name = placeholder, description } = given;
  const named = given.name !== undefined || description !== '';
  const device = named
    ? await edit(deps, caller, deviceId, { name, description })
    : await existing(deps, caller.orgId, deviceId);
  return { ...wire(device), token, expires_at: expires };
}

async function tenant(deps: SseDeps, orgId: string) {
  const [tokens, devices] = await Promise.all([tokensOf(deps.db, orgId), devicesOf(deps.db, orgId)]);
  const names = new Map(devices.map((device) => [device.id, device.name]));
  const open = tokens.filter(
    (token) => tokenState(token, deps.clock()) === 'open' && names.has(token.device_id),
  );
  return {
    tenant_id: orgId,
    name: await deps.organisationName(orgId),
    region: deps.region,
    tokens: open.map((token) => ({
      device_id: token.device_id,
      name: names.get(token.device_id) ?? '',
      created_at: new Date(token.created).toISOString(),
      expires_at: new Date(token.expires).toISOString(),
    })),
  };
}
