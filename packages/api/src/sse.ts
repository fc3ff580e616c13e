/**
 * The exchange as clients of CTR know it (`/iroh/iroh-sse`). Public are the methods and addresses only; the bodies
 * are ours, in the names that such clients use. Every answer has a body: the Python client reads JSON of each.
 */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { EXPIRY_HOURS } from './exchange.ts';

const Iso = z.iso.datetime();

export const SseDevice = z.object({
  id: z.uuid(),
  name: z.string(),
  /** `ESA`, `SMA`, '' until it has registered. */
  type: z.string(),
  version: z.string(),
  status: z.enum(['Registered', 'Pending', 'Offline', 'Conflict']),
  description: z.string(),
  ip_address: z.string(),
  connector_version: z.string(),
  created_at: Iso,
  last_seen_at: Iso.nullable(),
});
export type SseDevice = z.infer<typeof SseDevice>;

const tag = 'iroh-sse';
const READ = 'sse:read';
const WRITE = 'sse:write';
const params = z.object({ id: z.uuid() });
const name = z.string().trim().min(1, 'Enter a name.').max(255);
const description = z.string().max(2048);
const token_expiry_hours = z
  .int()
  .refine((h) => (EXPIRY_HOURS as readonly number[]).includes(h), `One of ${EXPIRY_HOURS.join(', ')}.`)
  .default(1);
const SseToken = z.object({ device_id: z.uuid(), token: z.string(), expires_at: Iso });

export const sseListDevices = endpoint({
  method: 'GET',
  path: '/iroh/iroh-sse/device',
  summary: 'Devices of the organisation',
  tag,
  permission: READ,
  answer: z.array(SseDevice),
});

export const sseGetDevice = endpoint({
  method: 'GET',
  path: '/iroh/iroh-sse/device/:id',
  summary: 'One device',
  tag,
  permission: READ,
  params,
  answer: SseDevice,
});

export const sseAddDevice = endpoint({
  method: 'POST',
  path: '/iroh/iroh-sse/device',
  summary: 'Add a device and generate its registration token, which is shown this once',
  tag,
  permission: WRITE,
  body: z.object({ name: name.optional(), description: description.default(''), token_expiry_hours }),
  answer: SseDevice.extend({ token: z.string(), expires_at: Iso }),
});

export const sseEditDevice = endpoint({
  method: 'PATCH',
  path: '/iroh/iroh-sse/device/:id',
  summary: 'Change the name or the description of a device',
  tag,
  permission: WRITE,
  params,
  body: z.object({ name: name.optional(), description: description.optional() }),
  answer: SseDevice,
});

export const sseDeleteDevice = endpoint({
  method: 'DELETE',
  path: '/iroh/iroh-sse/device/:id',
  summary: 'Remove a device: its connection ends at once and its key is refused from then on',
  tag,
  permission: WRITE,
  params,
  answer: z.object({ id: z.uuid(), deleted: z.literal(true) }),
});

export const sseDeviceToken = endpoint({
  method: 'POST',
  path: '/iroh/iroh-sse/device/:id/token',
  summary: 'Generate a new token for a pending device; its earlier token stops working',
  tag,
  permission: WRITE,
  params,
  body: z.object({ token_expiry_hours }).optional(),
  answer: SseToken,
});

export const sseTenantToken = endpoint({
  method: 'GET',
  path: '/iroh/iroh-sse/tenant/token',
  summary: 'The organisation and its registration tokens that can still be redeemed, without their secrets',
  tag,
  permission: READ,
  answer: z.object({
    tenant_id: z.string(),
    name: z.string(),
    region: z.string(),
    tokens: z.array(z.object({ device_id: z.uuid(), name: z.string(), created_at: Iso, expires_at: Iso })),
  }),
});

export const sseApiProxy = endpoint({
  method: 'POST',
  path: '/iroh/iroh-sse/device/:id/api-proxy',
  summary: "Send a reading request to the API of a device's console over its connection",
  tag,
  permission: READ,
  params,
  body: z.object({
    method: z
      .enum(['GET', 'POST'], 'Reading requests only: GET, and POST to search message tracking.')
      .default('GET'),
    /** With its query: `/api/status`. */
    path: z.string().startsWith('/', 'A path starts with /.').max(4096),
    /** Taken for the sake of clients, and not sent on. */
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
  }),
  answer: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
});
