/**
 * The wire between an appliance's connector and the exchange. First HTTP: a nonce, then enrolment with a
 * one-time token; from then on one WebSocket that the appliance opens, with frames of this union in both
 * directions. The exchange asks, the appliance answers; every frame is checked at both ends.
 */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Details, Lookup, LookupAnswer, Mid, Search, SearchAnswer } from './track.ts';

/** WebSocket sub-protocol; the number changes only when old and new cannot understand each other. */
export const SUBPROTOCOL = 'sightline.connector.v1';
/** Largest frame either end accepts, bytes. */
export const MAX_FRAME = 16 * 1024 * 1024;
/** Seconds between pings; two missed ones end the connection. */
export const HEARTBEAT_S = 30;

/** `slt1_<region>_<id>_<secret>_<check>`: recognisable for secret scanners, names its region. */
export const TOKEN_PATTERN = /^slt1_([a-z0-9]{2,16})_([a-z0-9]{10})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;

/** Ed25519 public key (RFC 8037). */
export const PublicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().length(43),
});
export type PublicKey = z.infer<typeof PublicKey>;

/** What an appliance says of itself. */
export const DeviceFacts = z.object({
  name: z.string().min(1).max(255),
  /** `ESA` or `SMA`. */
  type: z.enum(['ESA', 'SMA']),
  product: z.string().max(64),
  version: z.string().max(64),
  serial: z.string().max(64),
  /** Address that the connector uses on its own machine. */
  ip: z.string().max(64),
  connectorVersion: z.string().max(32),
});
export type DeviceFacts = z.infer<typeof DeviceFacts>;

export const getNonce = endpoint({
  method: 'GET',
  path: '/connector/nonce',
  summary: 'A single-use nonce for the next proof, and the time of the exchange',
  tag: 'connector',
  permission: 'public',
  answer: z.object({ nonce: z.string(), now: z.int(), region: z.string() }),
});

/**
 * Registers an appliance. `proof` is a JWT (EdDSA) by the key in the body: `aud` this exchange's public URL,
 * `nonce` from getNonce, `sub` the id part of the token, `exp` at most 60 s ahead.
 */
export const enrol = endpoint({
  method: 'POST',
  path: '/connector/enrol',
  summary: 'Redeem a registration token and register a device key',
  tag: 'connector',
  permission: 'public',
  body: z.object({
    token: z.string().max(256),
    key: PublicKey,
    facts: DeviceFacts,
    proof: z.string().max(4096),
  }),
  answer: z.object({ deviceId: z.uuid(), organisation: z.string(), region: z.string() }),
});

/** Ends a registration from the appliance's side; proof as for a connection. */
export const deregister = endpoint({
  method: 'POST',
  path: '/connector/deregister',
  summary: 'Remove this device from the exchange',
  tag: 'connector',
  permission: 'public',
  body: z.object({ proof: z.string().max(4096) }),
});

/** WebSocket address; `Authorization: Bearer <proof>` with `sub` the device id. */
export const LINK_PATH = '/connector/link';

/** Everything the exchange may ask. Reads only. */
export const Question = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('lookup'), body: Lookup }),
  z.object({ verb: z.literal('search'), body: Search }),
  z.object({ verb: z.literal('details'), body: z.object({ mid: Mid }) }),
  z.object({ verb: z.literal('health'), body: z.object({}).default({}) }),
]);
export type Question = z.infer<typeof Question>;
export type QuestionInput = z.input<typeof Question>;

export const Health = z.object({
  version: z.string(),
  uptimeS: z.number(),
  queued: z.int(),
  indexedUntil: z.int(),
});
export type Health = z.infer<typeof Health>;

/** The answer of each verb. */
export interface AnswerOf {
  lookup: z.infer<typeof LookupAnswer>;
  search: z.infer<typeof SearchAnswer>;
  details: Details;
  health: Health;
}
export const answerSchema = {
  lookup: LookupAnswer,
  search: SearchAnswer,
  details: Details,
  health: Health,
} as const;

const id = z.string().min(1).max(64);

/** Frames from the appliance. */
export const DeviceFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.literal(1), facts: DeviceFacts }),
  z.object({ type: z.literal('answer'), id, body: z.unknown() }),
  z.object({ type: z.literal('fault'), id, code: z.string().max(64), message: z.string().max(2048) }),
]);
export type DeviceFrame = z.infer<typeof DeviceFrame>;

/** Frames from the exchange. */
export const HubFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    deviceId: z.uuid(),
    organisation: z.string(),
    serviceEnabled: z.boolean(),
  }),
  z.object({ type: z.literal('ask'), id, deadlineMs: z.int().min(1), question: Question }),
  z.object({ type: z.literal('cancel'), id }),
  z.object({ type: z.literal('goodbye'), retryAfterMs: z.int().min(0) }),
]);
export type HubFrame = z.infer<typeof HubFrame>;

/** WebSocket close codes of ours. */
export const CLOSE = { replaced: 4409, revoked: 4401, badFrame: 4400, goingAway: 1001 } as const;
