/** The appliance's console: configuration with submit and commit, Cloud Service Settings, message tracking. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Details, Mid, Search, SearchAnswer } from './track.ts';

/** Host name, address or network as the listener's tables take them. */
const Cidr = z
  .string()
  .regex(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, 'Enter an IP address or a network such as 10.0.0.0/8.');
const Domain = z
  .string()
  .toLowerCase()
  .regex(
    /^\.?([a-z0-9_]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'Enter a domain such as example.com, or .example.com for its subdomains.',
  );
const Port = z.int().min(0).max(65535);

/** Everything that Submit and Commit Changes carry. The defaults are a working, closed gateway. */
export const Config = z.object({
  hostname: z.string().min(1).max(255).default('esa.sightline.test'),
  listener: z
    .object({
      host: z.string().default('127.0.0.1'),
      port: Port.default(2525),
      /** Largest message, bytes. */
      maxSize: z
        .int()
        .min(1024)
        .default(25 * 1024 * 1024),
    })
    .prefault({}),
  /** Recipient Access Table: domains we accept mail for. Empty: none. */
  recipientDomains: z.array(Domain).default([]),
  /** Networks whose clients may send anywhere (RELAYLIST). Empty: none. */
  relayNetworks: z.array(Cidr).default([]),
  /** SMTP routes; the one with domain ALL is the last resort. */
  routes: z
    .array(
      z.object({
        domain: z.union([z.literal('ALL'), Domain]),
        host: z.string().min(1),
        port: Port.default(25),
      }),
    )
    .default([]),
  delivery: z
    .object({
      /** Seconds to wait before retry 1, 2, …; the last value repeats. */
      retrySeconds: z.array(z.int().min(1)).min(1).default([60, 300, 900, 1800, 3600]),
      /** Seconds after which a message that cannot be delivered bounces. */
      giveUpSeconds: z
        .int()
        .min(1)
        .default(5 * 86400),
      connections: z.int().min(1).max(100).default(10),
    })
    .prefault({}),
  tracking: z.object({ keepDays: z.int().min(1).max(3650).default(90) }).prefault({}),
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
    })
    .prefault({}),
  /** Set when a central appliance (SMA) manages this one; then only that one registers. */
  managedBy: z.string().max(255).default(''),
});
export type Config = z.infer<typeof Config>;

const tag = 'configuration';

/** One leaf of the configuration that the candidate changes. */
export const Change = z.object({ path: z.string(), from: z.string(), to: z.string() });
export type Change = z.infer<typeof Change>;

export const ConfigState = z.object({
  live: Config,
  /** The caller's candidate; null when nothing is submitted. */
  candidate: Config.nullable(),
  changes: z.array(Change),
  generation: z.int(),
  committed: z.iso.datetime(),
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

export const configHistory = endpoint({
  method: 'GET',
  path: '/api/config/history',
  summary: 'Commits, newest first',
  tag,
  permission: 'config:read',
  answer: z.object({
    commits: z.array(
      z.object({
        generation: z.int(),
        at: z.iso.datetime(),
        by: z.string(),
        comment: z.string(),
        changes: z.array(Change),
      }),
    ),
  }),
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
