/** The exchange as the portal uses it: devices, registration tokens, cloud services, audit log. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const Iso = z.iso.datetime();

export const DeviceStatus = z.enum(['pending', 'registered', 'offline']);
export const Device = z.object({
  id: z.uuid(),
  name: z.string(),
  /** '' until the device has registered. */
  type: z.string(),
  product: z.string(),
  version: z.string(),
  /** `pending`: token made, not used; `registered`: connected now; `offline`: registered, not connected. */
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
  /** When the token of a pending device ends. */
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
  query: z.object({ search: z.string().max(200).optional() }),
  answer: z.object({ organisation: z.string(), region: z.string(), devices: z.array(Device) }),
});

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
    expiryHours: z
      .int()
      .refine((h) => (EXPIRY_HOURS as readonly number[]).includes(h), 'Choose one of the offered expiries.')
      .default(1),
  }),
  answer: z.object({
    expires: Iso,
    tokens: z.array(z.object({ deviceId: z.uuid(), name: z.string(), token: z.string() })),
  }),
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

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/audit',
  summary: 'Who did what, newest first',
  tag,
  permission: 'audit:read',
  query: z.object({
    search: z.string().max(200).optional(),
    before: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answer: z.object({ entries: z.array(AuditEntry), more: z.boolean() }),
});
