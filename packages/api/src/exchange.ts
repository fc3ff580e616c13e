/** The exchange as the portal uses it: devices, registration tokens, cloud services, audit log. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const Iso = z.iso.datetime();

export const DeviceStatus = z.enum(['pending', 'registered', 'offline', 'conflict']);
/** `open`: can be redeemed until `tokenExpires`. */
export const TokenState = z.enum(['open', 'expired', 'revoked']);
export const Device = z.object({
  id: z.uuid(),
  name: z.string(),
  /** '' until the device has registered. */
  type: z.string(),
  product: z.string(),
  version: z.string(),
  /**
   * `pending`: token made, not used; `registered`: connected now; `offline`: registered, not connected;
   * `conflict`: two machines have its key, and no question is sent until a person has resolved it.
   */
  status: DeviceStatus,
  description: z.string(),
  serial: z.string(),
  /** Address that the connector reports for itself. */
  ip: z.string(),
  /** Address that the exchange sees. */
  peer: z.string(),
  connectorVersion: z.string(),
  created: Iso,
  registered: Iso.nullable(),
  lastSeen: Iso.nullable(),
  /** Round trip of the last answered question, ms. */
  roundTripMs: z.number().nullable(),
  lastError: z.string(),
  /** Questions that it has answered or failed to answer. */
  queries: z.int(),
  /** Its clock minus ours, ms; null where it has not been measured. */
  clockSkewMs: z.number().nullable(),
  /** Since when two machines have its key. */
  conflict: Iso.nullable(),
  /** State of the token of a pending device, and when it ends. */
  tokenState: TokenState.nullable(),
  tokenExpires: Iso.nullable(),
});
export type Device = z.infer<typeof Device>;

/** The eleven expiries that the exchange offers, in hours, the first being the default. */
export const EXPIRY_HOURS = [1, 2, 4, 6, 8, 12, 24, 48, 72, 96, 120] as const;
export const expiryLabel = (hours: number): string =>
  hours < 24
    ? `${hours} hr${hours === 1 ? '' : 's'}`
    : `${String(hours / 24).padStart(2, '0')} day${hours === 24 ? '' : 's'}`;

const tag = 'exchange';

export const listDevices = endpoint({
  method: 'GET',
  path: '/api/devices',
  summary: 'Devices of the organisation; `search` looks in name, type, version, description, id and address',
  tag,
  permission: 'device:read',
  query: z.object({
    search: z.string().max(200).optional(),
    status: DeviceStatus.optional(),
    type: z.string().max(16).optional(),
  }),
  answer: z.object({ organisation: z.string(), region: z.string(), devices: z.array(Device) }),
});

const expiryHours = z
  .int()
  .refine((h) => (EXPIRY_HOURS as readonly number[]).includes(h), 'Choose one of the offered expiries.')
  .default(1);
const Minted = z.object({ deviceId: z.uuid(), name: z.string(), token: z.string() });

export const addDevices = endpoint({
  method: 'POST',
  path: '/api/devices/tokens',
  summary: 'Add devices and generate their registration tokens; each token is shown this once',
  tag,
  permission: 'device:write',
  body: z.object({
    count: z
      .int('Enter a whole number.')
      .min(1, 'Enter a number from 1 to 100.')
      .max(100, 'Enter a number from 1 to 100.'),
    expiryHours,
    /** Name of the devices until they register; `{n}` is replaced by a number: `esa-{n}`. */
    pattern: z.string().trim().max(100, 'A name pattern has at most 100 characters.').optional(),
  }),
  answer: z.object({ expires: Iso, tokens: z.array(Minted) }),
});

const byId = z.object({ id: z.uuid() });

export const getDevice = endpoint({
  method: 'GET',
  path: '/api/devices/:id',
  summary: 'One device, its state read again (Refresh)',
  tag,
  permission: 'device:read',
  params: byId,
  answer: Device,
});

export const editDevice = endpoint({
  method: 'PATCH',
  path: '/api/devices/:id',
  summary: 'Change name and description of a device',
  tag,
  permission: 'device:write',
  params: byId,
  body: z.object({
    name: z.string().trim().min(1, 'Enter a name.').max(255),
    description: z.string().max(2048),
  }),
  answer: Device,
});

export const deleteDevice = endpoint({
  method: 'DELETE',
  path: '/api/devices/:id',
  summary: 'Remove a device: its connection ends at once and its key is refused from then on',
  tag,
  permission: 'device:write',
  params: byId,
});

export const deleteDevices = endpoint({
  method: 'POST',
  path: '/api/devices/delete',
  summary: 'Remove several devices, all or none',
  tag,
  permission: 'device:write',
  body: z.object({ ids: z.array(z.uuid()).min(1).max(1000) }),
  answer: z.object({ deleted: z.int() }),
});

export const renewToken = endpoint({
  method: 'POST',
  path: '/api/devices/:id/token',
  summary: 'Generate a new token for a pending device; its earlier token stops working',
  tag,
  permission: 'device:write',
  params: byId,
  body: z.object({ expiryHours }),
  answer: z.object({ expires: Iso, tokens: z.array(Minted) }),
});

export const revokeToken = endpoint({
  method: 'DELETE',
  path: '/api/devices/:id/token',
  summary: 'Revoke the token of a pending device',
  tag,
  permission: 'device:write',
  params: byId,
  answer: Device,
});

export const resolveConflict = endpoint({
  method: 'POST',
  path: '/api/devices/:id/resolve',
  summary: 'Let a device connect again after two machines used its identity; the copy has been switched off',
  tag,
  permission: 'device:write',
  params: byId,
  answer: Device,
});

export const ExchangeEvent = z.object({
  id: z.string(),
  at: Iso,
  /** Dotted: `device.connected`, `token.reuse`. */
  kind: z.string(),
  /** Asks for a person's attention. */
  alarm: z.boolean(),
  /** Id of the device, '' when none is known. */
  device: z.string(),
  name: z.string(),
  text: z.string(),
  peer: z.string(),
});
export type ExchangeEvent = z.infer<typeof ExchangeEvent>;

export const listEvents = endpoint({
  method: 'GET',
  path: '/api/events',
  summary: 'What happened between devices and this exchange in the last 90 days, newest first',
  tag,
  permission: 'device:read',
  query: z.object({
    device: z.uuid().optional(),
    kind: z.string().max(64).optional(),
    alarm: z.stringbool().optional(),
    search: z.string().max(200).optional(),
    before: z.string().max(64).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answer: z.object({ events: z.array(ExchangeEvent), kinds: z.array(z.string()), more: z.boolean() }),
});

export const RegionState = z.object({
  name: z.string(),
  url: z.string(),
  /** The exchange that was asked. */
  own: z.boolean(),
  reachable: z.boolean(),
  /** Milliseconds until it answered. */
  ms: z.number().nullable(),
  /** Why it is not reachable, in words. */
  problem: z.string(),
});
export type RegionState = z.infer<typeof RegionState>;

export const listRegions = endpoint({
  method: 'GET',
  path: '/api/regions',
  summary: 'Every exchange of the installation, which one this is, and whether the others can be reached',
  tag,
  permission: 'device:read',
  answer: z.object({ regions: z.array(RegionState) }),
});

export const CloudService = z.object({
  id: z.literal('threat-response'),
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  changedBy: z.string(),
  changed: Iso.nullable(),
});
export type CloudService = z.infer<typeof CloudService>;

export const listServices = endpoint({
  method: 'GET',
  path: '/api/cloud-services',
  summary: 'Cloud services of the organisation and whether they are on',
  tag,
  permission: 'device:read',
  answer: z.object({ services: z.array(CloudService) }),
});

export const switchService = endpoint({
  method: 'PUT',
  path: '/api/cloud-services/:id',
  summary: 'Switch a cloud service on or off for the organisation',
  tag,
  permission: 'service:write',
  params: z.object({ id: z.literal('threat-response') }),
  body: z.object({ enabled: z.boolean() }),
  answer: CloudService,
});

export const AuditEntry = z.object({
  seq: z.int(),
  at: Iso,
  actor: z.string(),
  /** Dotted verb, e.g. `token.minted`, `device.registered`, `service.switched`. */
  action: z.string(),
  object: z.string(),
  text: z.string(),
  peer: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

const auditFilter = z.object({
  search: z.string().max(200).optional(),
  actor: z.string().max(255).optional(),
  action: z.string().max(64).optional(),
  from: Iso.optional(),
  /** Not included. */
  to: Iso.optional(),
});

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/audit',
  summary: 'Who did what, newest first; `before` is a number of an entry',
  tag,
  permission: 'audit:read',
  query: auditFilter.extend({
    before: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answer: z.object({ entries: z.array(AuditEntry), more: z.boolean() }),
});

export const auditFacets = endpoint({
  method: 'GET',
  path: '/api/audit/facets',
  summary: 'Who and which actions the audit log has, to filter by',
  tag,
  permission: 'audit:read',
  answer: z.object({ actors: z.array(z.string()), actions: z.array(z.string()) }),
});

/** Oldest first and with their hashes, so that the chain can be checked elsewhere. */
export const exportAudit = endpoint({
  method: 'GET',
  path: '/api/audit/export',
  summary: 'The audit log as a file: CSV, or JSON lines (`format=json`)',
  tag,
  permission: 'audit:read',
  media: 'text/csv',
  query: auditFilter.extend({ format: z.enum(['csv', 'json']).default('csv') }),
  answer: z.string(),
});

export const AuditCheck = z.object({
  /** Entries that follow from the ones before them. */
  good: z.int(),
  /** The first entry that does not; null when all do. */
  broken: z.object({ seq: z.int(), reason: z.string() }).nullable(),
  /** Number and hash of the last good entry: noted elsewhere, they prove later that none was cut off. */
  head: z.object({ seq: z.int(), hash: z.string() }).nullable(),
});
export type AuditCheck = z.infer<typeof AuditCheck>;

export const verifyAudit = endpoint({
  method: 'POST',
  path: '/api/audit/verify',
  summary: 'Check the hash chain of the audit log from its first entry to its last',
  tag,
  permission: 'audit:read',
  answer: AuditCheck,
});
