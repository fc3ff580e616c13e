/** The appliance's console: configuration with submit and commit, Cloud Service Settings, message tracking. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Cidr, Domain } from './gateway/address.ts';
import { delivering } from './gateway/delivery.ts';
import { examining } from './gateway/engine.ts';
import { receiving } from './gateway/listener.ts';
import { deciding } from './gateway/policy.ts';
import { quarantining } from './gateway/quarantine.ts';
import {
  Details,
  HistogramAnswer,
  Mid,
  Search,
  SearchAnswer,
  TopAnswer,
  TopSearch,
  WholeSearch,
} from './track.ts';

/** Everything that Submit and Commit Changes carry. The defaults are a working, closed gateway. */
export const Config = z.object({
  hostname: z.string().min(1).max(255).default('esa.sightline.test'),
  ...receiving,
  /** The simple form of the Recipient Access Table: domains we accept mail for. Empty: none. */
  recipientDomains: z.array(Domain).default([]),
  /** The simple form of the Host Access Table: networks whose clients may send anywhere (RELAYLIST). Empty: none. */
  relayNetworks: z.array(Cidr).default([]),
  ...delivering,
  ...examining,
  ...deciding,
  ...quarantining,
  tracking: z
    .object({
      keepDays: z.int().min(1).max(3650).default(90),
      /** Bytes of the tracking data on the disk: the oldest days go when there are more. null: no limit. */
      maxBytes: z.int().min(10_000_000).nullable().default(null),
      /** Connections, senders and recipients that were refused become records too. */
      rejectedConnections: z.boolean().default(true),
    })
    .prefault({}),
  cloud: z
    .object({
      enabled: z.boolean().default(false),
      /** Name of an entry of `servers`. */
      server: z.string().default('AMERICAS'),
      servers: z
        .array(z.object({ name: z.string().min(1).max(32), url: z.url() }))
        .min(1)
        .default([
          { name: 'AMERICAS', url: 'https://exchange.americas.sightline.test' },
          { name: 'EUROPE', url: 'https://exchange.europe.sightline.test' },
          { name: 'APJC', url: 'https://exchange.apjc.sightline.test' },
        ]),
      /** HTTP proxy on the way to the exchange, `http://user@proxy:3128` (CONNECT). Empty: none. */
      proxy: z.string().max(1024).default(''),
      /** Written, never read back: documents that leave the appliance do not have it. */
      proxyPassword: z.string().max(256).default(''),
      /** PEM certificates of further authorities to trust for the exchange and the proxy. Empty: none. */
      ca: z.string().max(65_536).default(''),
      /** API clients of the exchange may read this console: status, configuration, message tracking. */
      remoteApi: z.boolean().default(false),
      /** The exchange may order responses here: block, release, delete, quarantine. */
      remoteResponse: z.boolean().default(false),
      /** The exchange may show messages that are held here: header and body, nothing of them active. */
      remoteContent: z.boolean().default(false),
    })
    .prefault({}),
  /** Set when a central appliance (SMA) manages this one; then only that one registers. */
  managedBy: z.string().max(255).default(''),
});
export type Config = z.infer<typeof Config>;
/** Any part of it, as Submit takes it. */
export type ConfigPart = z.input<typeof Config>;

const tag = 'configuration';

/** One leaf of the configuration that is changed. */
export const Change = z.object({
  path: z.string(),
  from: z.string(),
  to: z.string(),
  /** Of a list: the entries that go and that come, in words; without them only the order changed. */
  removed: z.array(z.string()).optional(),
  added: z.array(z.string()).optional(),
  /** The same as they stand in the document, of policies and content filters: a page has better words for them. */
  entries: z.object({ removed: z.array(z.unknown()), added: z.array(z.unknown()) }).optional(),
});
export type Change = z.infer<typeof Change>;

export const Commit = z.object({
  generation: z.int(),
  at: z.iso.datetime(),
  by: z.string(),
  comment: z.string(),
  changes: z.array(Change),
});
export type Commit = z.infer<typeof Commit>;

/** What stands in documents in place of a secret that is set; submitted, it leaves the secret as it is. */
export const HIDDEN = '(hidden)';

export const ConfigState = z.object({
  live: Config,
  /** The caller's candidate; null when nothing is submitted. */
  candidate: Config.nullable(),
  /** What the caller changed, against the generation that the candidate was made from. */
  changes: z.array(Change),
  generation: z.int(),
  committed: z.iso.datetime(),
  /** Others committed since the candidate was made; null when nobody did. */
  conflict: z
    .object({
      /** Newest first. */
      commits: z.array(Commit),
      /** Settings that both sides changed. Empty: the candidate can be rebased. */
      overlap: z.array(z.string()),
    })
    .nullable(),
});
export type ConfigState = z.infer<typeof ConfigState>;

export const getConfig = endpoint({
  method: 'GET',
  path: '/api/config',
  summary: 'Live configuration, the candidate of the caller and what it changes',
  tag,
  permission: 'config:read',
  answer: ConfigState,
});

/** Any part of the configuration; objects merge, arrays and scalars replace. Nothing is live before the commit. */
export const submitConfig = endpoint({
  method: 'POST',
  path: '/api/config/submit',
  summary: 'Submit: keep changes in the candidate of the caller',
  tag,
  permission: 'config:submit',
  body: z.record(z.string(), z.unknown()),
  answer: ConfigState,
});

export const commitConfig = endpoint({
  method: 'POST',
  path: '/api/config/commit',
  summary: 'Commit Changes: make the candidate live',
  tag,
  permission: 'config:commit',
  body: z.object({ comment: z.string().max(1024).default('') }),
  answer: ConfigState,
});

export const abandonConfig = endpoint({
  method: 'POST',
  path: '/api/config/abandon',
  summary: 'Abandon Changes: drop the candidate',
  tag,
  permission: 'config:submit',
  answer: ConfigState,
});

/** Puts the caller's changes on top of what others committed. Refused when both changed the same setting. */
export const rebaseConfig = endpoint({
  method: 'POST',
  path: '/api/config/rebase',
  summary: 'Rebase: make the candidate of the caller again, from the live configuration',
  tag,
  permission: 'config:submit',
  answer: ConfigState,
});

/** Commits that can be rolled back to, and that the history is sure to list. */
export const ROLLBACKS = 50;

export const configHistory = endpoint({
  method: 'GET',
  path: '/api/config/history',
  summary: 'Commits, newest first',
  tag,
  permission: 'config:read',
  answer: z.object({ commits: z.array(Commit) }),
});

const generation = z.object({ generation: z.coerce.number().pipe(z.int().min(1)) });

export const previewRollback = endpoint({
  method: 'GET',
  path: '/api/config/history/:generation/rollback',
  summary: 'What a rollback to that commit would change',
  tag,
  permission: 'config:read',
  params: generation,
  answer: z.object({ changes: z.array(Change) }),
});

/** Live at once, as a new commit. Submitted changes stay, to be rebased. */
export const rollbackConfig = endpoint({
  method: 'POST',
  path: '/api/config/history/:generation/rollback',
  summary: 'Roll back: commit the configuration of one of the last 50 commits again',
  tag,
  permission: 'config:commit',
  params: generation,
  answer: ConfigState,
});

/** The configuration as one file. Secrets are not in it: an import leaves those of the appliance as they are. */
export const ConfigFile = z.object({
  format: z.literal('sightline-appliance-config', 'This is not a configuration file of this appliance.'),
  formatVersion: z.literal(1, 'This file was written by a newer version. Upgrade the appliance first.'),
  /** Of the appliance that wrote it. */
  version: z.string(),
  hostname: z.string(),
  generation: z.int(),
  exported: z.iso.datetime(),
  config: z.record(z.string(), z.unknown()),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

export const exportConfig = endpoint({
  method: 'GET',
  path: '/api/config/export',
  summary: 'Export: the live configuration as one file, without secrets',
  tag,
  permission: 'config:read',
  answer: ConfigFile,
});

export const importConfig = endpoint({
  method: 'POST',
  path: '/api/config/import',
  summary: 'Import: a file becomes the candidate of the caller; nothing is live before the commit',
  tag,
  permission: 'config:submit',
  body: ConfigFile,
  answer: ConfigState,
});

/** The states of Cloud Service Settings. */
export const CloudState = z.enum([
  /** Threat Response is off. */
  'disabled',
  /** Just committed: the connector is contacting the exchange. */
  'busy',
  /** The exchange answered; a token can be entered. */
  'ready',
  /** A token was entered; the exchange has not answered yet. */
  'registering',
  'registered',
  /** The last attempt failed; `cause` says why and a token can be entered again. */
  'failed',
  /** The exchange cannot be reached; tried again by itself. */
  'unreachable',
  /** A central appliance manages this one. */
  'managed',
]);
export type CloudState = z.infer<typeof CloudState>;

/** Where the way to an exchange can be broken. */
export const Obstacle = z.enum([
  '',
  'dns',
  'refused',
  'timeout',
  'network',
  'proxy',
  'tls',
  'clock',
  /** Something answers that is no exchange. */
  'protocol',
  /** The exchange answers and refuses; the fault says why. */
  'refusal',
]);
export type Obstacle = z.infer<typeof Obstacle>;

export const Cloud = z.object({
  /** Of the committed configuration. */
  enabled: z.boolean(),
  server: z.string(),
  serverUrl: z.string(),
  servers: z.array(z.object({ name: z.string(), url: z.string() })),
  state: CloudState,
  /** The sentence of the Status line. */
  status: z.string(),
  /** Fault code behind `failed` and `unreachable`, '' otherwise. */
  cause: z.string(),
  /** Where the way to the exchange is broken, as last seen; '' when it is not. */
  obstacle: Obstacle,
  /** The caller has submitted cloud settings that are not committed. */
  uncommitted: z.boolean(),
  deviceId: z.string(),
  organisation: z.string(),
  /** The link to the exchange is up. */
  connected: z.boolean(),
  lastContact: z.iso.datetime().nullable(),
  queries: z.int(),
});
export type Cloud = z.infer<typeof Cloud>;

export const getCloud = endpoint({
  method: 'GET',
  path: '/api/cloud',
  summary: 'Cloud Service Settings and the state of the registration',
  tag: 'cloud',
  permission: 'config:read',
  answer: Cloud,
});

export const registerCloud = endpoint({
  method: 'POST',
  path: '/api/cloud/register',
  summary: 'Register: redeem a registration token; the answer comes with the state of the request',
  tag: 'cloud',
  permission: 'cloud:register',
  body: z.object({ token: z.string().trim().min(1, 'Enter a registration token.').max(256) }),
  answer: Cloud,
});

export const deregisterCloud = endpoint({
  method: 'POST',
  path: '/api/cloud/deregister',
  summary: 'Deregister: remove this appliance from the exchange',
  tag: 'cloud',
  permission: 'cloud:register',
  answer: Cloud,
});

/** A question of the exchange that this appliance answered. */
const Query = z.object({
  at: z.iso.datetime(),
  verb: z.string(),
  ms: z.number(),
  /** Fault code or what went wrong, '' when it was answered. */
  fault: z.string(),
});

/** Questions kept in the local audit. */
export const QUERIES_KEPT = 200;

/** Connector Status. */
export const Connection = z.object({
  connected: z.boolean(),
  /** Of the open connection. */
  since: z.iso.datetime().nullable(),
  /** Version of the link's protocol; 0 without a connection. */
  protocol: z.int(),
  connectorVersion: z.string(),
  /** Since when the key of this appliance is in use; null when it is not registered. */
  keySince: z.iso.datetime().nullable(),
  lastContact: z.iso.datetime().nullable(),
  /** Of the last exchange of messages, ms. */
  roundTripMs: z.number().nullable(),
  /** Clock of the exchange minus ours, ms. */
  skewMs: z.number().nullable(),
  /** Questions answered, kept over restarts. */
  queries: z.int(),
  queriesSinceStart: z.int(),
  started: z.iso.datetime(),
  lastError: z.object({ at: z.iso.datetime(), obstacle: Obstacle, text: z.string() }).nullable(),
  /** Newest first. */
  log: z.array(Query),
});
export type Connection = z.infer<typeof Connection>;

export const getConnection = endpoint({
  method: 'GET',
  path: '/api/cloud/connection',
  summary: 'Connector status: the link to the exchange and the last questions that came over it',
  tag: 'cloud',
  permission: 'config:read',
  answer: Connection,
});

export const renewKey = endpoint({
  method: 'POST',
  path: '/api/cloud/key',
  summary: 'Replace the key of this appliance at the exchange now; it happens by itself every 90 days',
  tag: 'cloud',
  permission: 'cloud:register',
  answer: Connection,
});

export const CloudTest = z.object({
  ok: z.boolean(),
  /** Time until the exchange answered or it was clear that it does not. */
  ms: z.number(),
  region: z.string(),
  /** Clock of the exchange minus ours, ms; null without an answer. */
  skewMs: z.number().nullable(),
  obstacle: Obstacle,
  /** What was found, as a sentence. */
  text: z.string(),
});
export type CloudTest = z.infer<typeof CloudTest>;

export const testCloud = endpoint({
  method: 'POST',
  path: '/api/cloud/test',
  summary: 'Test: ask the exchange now, by the committed settings',
  tag: 'cloud',
  permission: 'config:read',
  answer: CloudTest,
});

export const searchTracking = endpoint({
  method: 'POST',
  path: '/api/tracking/search',
  summary: 'Message Tracking: search messages',
  tag: 'tracking',
  permission: 'tracking:read',
  body: Search,
  answer: SearchAnswer,
});

export const exportTracking = endpoint({
  method: 'POST',
  path: '/api/tracking/export',
  summary: 'Message Tracking: all rows of a search as CSV',
  tag: 'tracking',
  permission: 'tracking:read',
  media: 'text/csv',
  body: Search,
  answer: z.string(),
});

export const trackingHistogram = endpoint({
  method: 'POST',
  path: '/api/tracking/histogram',
  summary: 'Message Tracking: how many messages of a search were received in each hour',
  tag: 'tracking',
  permission: 'tracking:read',
  body: WholeSearch,
  answer: HistogramAnswer,
});

export const trackingTop = endpoint({
  method: 'POST',
  path: '/api/tracking/top',
  summary: 'Message Tracking: the most frequent senders, recipients, hosts … of the messages of a search',
  tag: 'tracking',
  permission: 'tracking:read',
  body: TopSearch,
  answer: TopAnswer,
});

export const trackingDetails = endpoint({
  method: 'GET',
  path: '/api/tracking/messages/:mid',
  summary: 'Message details: envelope, headers, attachments and every processing step',
  tag: 'tracking',
  permission: 'tracking:read',
  params: z.object({ mid: z.coerce.number().pipe(Mid) }),
  answer: Details,
});

export const mailStatus = endpoint({
  method: 'GET',
  path: '/api/status',
  summary: 'Monitor: what the gateway is doing',
  tag: 'monitor',
  permission: 'status:read',
  answer: z.object({
    hostname: z.string(),
    listener: z.string(),
    since: z.iso.datetime(),
    accepted: z.int(),
    delivered: z.int(),
    bounced: z.int(),
    deferred: z.int(),
    rejected: z.int(),
    queued: z.int(),
    oldestQueued: z.iso.datetime().nullable(),
  }),
});
