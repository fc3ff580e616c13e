/** How mail goes out: SMTP routes, outgoing SMTP authentication, destination controls, bounce profiles, limits. */
import { z } from 'zod';
import { Domain, Name, Port } from './address.ts';

/** In place of a route's host: the MX records of the recipient's domain say where its mail goes. */
export const USE_DNS = 'USEDNS';

/** A table's entry; `ALL` is for every domain that no other entry covers. */
const DomainEntry = z.union([z.literal('ALL'), Domain]);

const Host = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9_.:-]+$/, 'Enter a host name, an address, or USEDNS.');

export const Route = z.object({
  domain: DomainEntry,
  /** Host name, address, or `USEDNS`. */
  host: Host,
  port: Port.default(25),
  /** Tried in this order when the one before cannot be reached. */
  fallback: z
    .array(z.object({ host: Host, port: Port.default(25) }))
    .max(20)
    .default([]),
  /** LMTP (RFC 2033) is for a mail store behind this gateway: it answers for each recipient. */
  protocol: z.enum(['smtp', 'lmtp']).default('smtp'),
  /** Name of an entry of `outgoingAuth`. Empty: no log-in. */
  auth: z.string().max(40).default(''),
});
export type Route = z.infer<typeof Route>;

/** An account at a smarthost. It is used over TLS only. */
export const OutgoingAuth = z.object({
  name: Name,
  user: z.string().min(1).max(255),
  /** Written, never read back: documents that leave the appliance do not have it. */
  password: z.string().max(1024).default(''),
});
export type OutgoingAuth = z.infer<typeof OutgoingAuth>;

/**
 * `opportunistic`: encrypted where the next hop can, whoever it is. `required`: never in the clear. `verify`: its
 * certificate must be valid for its name, too.
 */
export const DeliveryTls = z.enum(['none', 'opportunistic', 'required', 'verify']);
export type DeliveryTls = z.infer<typeof DeliveryTls>;

export const Destination = z.object({
  domain: DomainEntry,
  tls: DeliveryTls.default('opportunistic'),
  /** At once. */
  connections: z.int().min(1).max(1000).default(10),
  messagesPerConnection: z.int().min(1).max(100_000).default(1000),
  /** 0: no limit. */
  recipientsPerHour: z.int().min(0).max(10_000_000).default(0),
  /** Name of an entry of `bounceProfiles`. Empty: the settings of `delivery`. */
  bounceProfile: z.string().max(40).default(''),
});
export type Destination = z.infer<typeof Destination>;

const HOUR = 3600;

const bouncing = {
  /** Seconds to wait before retry 1, 2, …; the last value repeats. */
  retrySeconds: z.array(z.int().min(1).max(604_800)).min(1).max(100).default([60, 300, 900, 1800, 3600]),
  /** Seconds after which a message that cannot be delivered bounces. */
  giveUpSeconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(5 * 86_400),
  /** Seconds after which the sender is told that the message is late, once; 0: never. */
  delayWarningSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(4 * HOUR),
  /** Reports of failure go to the sender; without them a message that cannot be delivered ends silently. */
  bounceMessages: z.boolean().default(true),
};

export const BounceProfile = z.object({ name: Name, ...bouncing });
export type BounceProfile = z.infer<typeof BounceProfile>;

/** The settings of everything without an entry of its own, and the limits of the whole queue. */
export const DeliveryDefaults = z.object({
  ...bouncing,
  /** At once to one destination. */
  connections: z.int().min(1).max(1000).default(10),
  /** PEM certificates of further authorities that `verify` trusts. Empty: none. */
  ca: z.string().max(65_536).default(''),
  /** Messages in the queue above which no more are taken (452). */
  maxQueued: z.int().min(1).max(100_000_000).default(500_000),
  /** Recipients that wait for a destination that is down, above which no more are taken for it (451). */
  maxWaiting: z.int().min(1).max(100_000_000).default(50_000),
});
export type DeliveryDefaults = z.infer<typeof DeliveryDefaults>;

/** Part of the configuration. */
export const delivering = {
  /** SMTP routes; the one with domain ALL is the last resort. */
  routes: z.array(Route).max(10_000).default([]),
  outgoingAuth: z.array(OutgoingAuth).max(100).default([]),
  /** Destination controls, by the domain of the recipient; the one with domain ALL is the default. */
  destinations: z.array(Destination).max(10_000).default([]),
  bounceProfiles: z.array(BounceProfile).max(100).default([]),
  delivery: DeliveryDefaults.prefault({}),
};
