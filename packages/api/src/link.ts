/**
 * The wire between an appliance's connector and the exchange. First HTTP: a nonce, then enrolment with a
 * one-time token; from then on one WebSocket that the appliance opens, with frames of this union in both
 * directions. The exchange asks, the appliance answers; every frame is checked at both ends.
 */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { ResponseAnswer, ResponseOrder } from './gateway/respond.ts';
import {
  Details,
  HistogramAnswer,
  Lookup,
  LookupAnswer,
  MessageContent,
  Mid,
  Search,
  SearchAnswer,
  TopAnswer,
  TopSearch,
  WholeSearch,
} from './track.ts';

/** WebSocket sub-protocol; the number changes only when old and new cannot understand each other. */
export const SUBPROTOCOL = 'sightline.connector.v1';
/** What this program speaks inside the sub-protocol; rises with every change of the frames. */
export const PROTOCOL = 3;
/** The exchange is upgraded first: it takes appliances that are up to two numbers behind it, and none ahead. */
export const speaks = (protocol: number, current = PROTOCOL): boolean =>
  protocol >= Math.max(1, current - 2) && protocol <= current;
/** Largest frame either end accepts, bytes. */
export const MAX_FRAME = 1024 * 1024;
/** Largest answer, bytes of its JSON; it comes in parts when a frame is too small for it. */
export const MAX_ANSWER = 16 * 1024 * 1024;
/** UTF-16 units of an answer's JSON in one part: at most three bytes each on the wire, so a frame holds them. */
export const PART_UNITS = 256 * 1024;
/** Parts of one answer. */
export const MAX_PARTS = 256;
/** Unsent bytes above which an end waits before it sends more, and above which it ends the connection. */
export const BUFFER = { wait: 4 * 1024 * 1024, close: 16 * 1024 * 1024 } as const;
/** Seconds between pings, give or take a fifth; two missed ones end the connection. */
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

/** A key by which this exchange signs its questions; `kid` is its thumbprint (RFC 7638). */
export const HubKey = z.object({ kid: z.string().length(43), x: z.string().length(43) });
export type HubKey = z.infer<typeof HubKey>;

/** How an appliance knows its exchange again: pinned when it enrols. */
export const Trust = z.object({
  hubKeys: z.array(HubKey).min(1).max(4),
  /** SHA-256 (base64) of public keys (SPKI) one of which the exchange's certificate chain must have; none: no pin. */
  pins: z.array(z.string().length(44)).max(8).default([]),
});
export type Trust = z.infer<typeof Trust>;

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
  answer: z.object({ deviceId: z.uuid(), organisation: z.string(), region: z.string(), ...Trust.shape }),
});

/**
 * Gives a device a new key. `proof` as for a connection, by the key it has, with the claim `key` that is the `x`
 * of the new one; `possession` the same by the new key, with a nonce of its own. The old key stays good for
 * 24 hours. The same request again is answered again.
 */
export const rotate = endpoint({
  method: 'POST',
  path: '/connector/rotate',
  summary: 'Replace the key of this device',
  tag: 'connector',
  permission: 'public',
  body: z.object({ key: PublicKey, proof: z.string().max(4096), possession: z.string().max(4096) }),
  answer: z.object({ oldKeyUntil: z.int() }),
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

/** A reading request to the console's API, as an API client sent it to the exchange. */
export const ConsoleRead = z.object({
  /** POST only where the console's API reads by it: a search. */
  method: z.enum(['GET', 'POST']),
  /** With its query. */
  path: z.string().startsWith('/').max(4096),
  body: z.unknown().optional(),
});
export type ConsoleRead = z.infer<typeof ConsoleRead>;

export const ConsoleAnswer = z.object({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  /** JSON, or the text of an answer that is none. */
  body: z.unknown(),
});
export type ConsoleAnswer = z.infer<typeof ConsoleAnswer>;

/**
 * Everything the exchange may ask. All but `respond` only read; that, `content` and `console` are refused unless the
 * appliance allows them.
 */
export const Question = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('lookup'), body: Lookup }),
  z.object({ verb: z.literal('search'), body: Search }),
  z.object({ verb: z.literal('histogram'), body: WholeSearch }),
  z.object({ verb: z.literal('top'), body: TopSearch }),
  z.object({ verb: z.literal('details'), body: z.object({ mid: Mid }) }),
  z.object({ verb: z.literal('content'), body: z.object({ mid: Mid }) }),
  z.object({ verb: z.literal('health'), body: z.object({}).default({}) }),
  z.object({ verb: z.literal('console'), body: ConsoleRead }),
  z.object({ verb: z.literal('respond'), body: ResponseOrder }),
]);
export type Question = z.infer<typeof Question>;
export type QuestionInput = z.input<typeof Question>;

export const Health = z.object({
  version: z.string(),
  uptimeS: z.number(),
  queued: z.int(),
  indexedUntil: z.int(),
  /** Whether it takes orders (`respond`); appliances that do not say have to be tried. */
  remoteResponse: z.boolean().optional(),
});
export type Health = z.infer<typeof Health>;

/** The answer of each verb. */
export interface AnswerOf {
  lookup: z.infer<typeof LookupAnswer>;
  search: z.infer<typeof SearchAnswer>;
  histogram: HistogramAnswer;
  top: TopAnswer;
  details: Details;
  content: MessageContent;
  health: Health;
  console: ConsoleAnswer;
  respond: ResponseAnswer;
}
export const answerSchema = {
  lookup: LookupAnswer,
  search: SearchAnswer,
  histogram: HistogramAnswer,
  top: TopAnswer,
  details: Details,
  content: MessageContent,
  health: Health,
  console: ConsoleAnswer,
  respond: ResponseAnswer,
} as const;

const id = z.string().min(1).max(64);

/** Media type of a signed question, the `typ` of its JWS header. */
export const ORDER_TYPE = 'sightline-ask+jwt';

/**
 * What a signed question says: a JWS (EdDSA, `kid` one of the pinned keys) over this. The appliance answers only
 * if it is meant for this device, this connection and this frame, is not over, and its number is higher than any before.
 */
export const Order = z.object({
  /** Device id. */
  aud: z.uuid(),
  /** Id of the frame. */
  jti: id,
  /** `session` of the hello of this connection. */
  session: z.string().max(64),
  /** From 1, rising within the connection. */
  seq: z.int().min(1),
  /** Epoch seconds by the exchange's clock. */
  exp: z.int(),
  deadlineMs: z.int().min(1),
  question: z.unknown(),
});
export type Order = z.infer<typeof Order>;

/** Frames from the appliance. */
export const DeviceFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int().min(0).max(1000),
    facts: DeviceFacts,
    /** Random, new for every connection: questions are signed for it. */
    session: z.string().min(16).max(64),
    /** Random, new at every start of the program: tells a copy of the device from its own return. */
    boot: z.string().min(16).max(64),
    /** The appliance's clock minus the exchange's, ms. */
    skewMs: z.int().default(0),
  }),
  z.object({ type: z.literal('answer'), id, body: z.unknown() }),
  /** A piece of an answer's JSON text, numbered from 0. */
  z.object({
    type: z.literal('part'),
    id,
    n: z
      .int()
      .min(0)
      .max(MAX_PARTS - 1),
    last: z.boolean(),
    text: z.string().min(1).max(PART_UNITS),
  }),
  z.object({ type: z.literal('fault'), id, code: z.string().max(64), message: z.string().max(2048) }),
]);
export type DeviceFrame = z.infer<typeof DeviceFrame>;

/** Frames from the exchange. Appliances leave frames of a type that they do not know unread. */
export const HubFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    deviceId: z.uuid(),
    organisation: z.string(),
    serviceEnabled: z.boolean(),
  }),
  z.object({ type: z.literal('ask'), id, signed: z.string().max(MAX_FRAME) }),
  z.object({ type: z.literal('cancel'), id }),
  z.object({ type: z.literal('goodbye'), retryAfterMs: z.int().min(0) }),
  /** Why the connection ends now: a code of the catalogue with its sentence. */
  z.object({
    type: z.literal('refused'),
    code: z.string().max(64),
    message: z.string().max(2048),
    details: z.record(z.string(), z.string()).default({}),
  }),
]);
export type HubFrame = z.infer<typeof HubFrame>;

/** WebSocket close codes of ours. */
export const CLOSE = {
  replaced: 4409,
  revoked: 4401,
  badFrame: 4400,
  conflict: 4423,
  protocol: 4426,
  tooFast: 1008,
  tooMuch: 1013,
  goingAway: 1001,
} as const;
