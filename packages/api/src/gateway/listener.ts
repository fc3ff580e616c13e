/** How mail comes in: listeners and their certificates, Host Access Table, mail flow policies, recipient table. */
import { z } from 'zod';
import { Cidr, Name, Port } from './address.ts';
import { recipientOf } from './recipient.ts';
import { senderOf } from './sender.ts';

const MIB = 1024 * 1024;

/** `implicit`: the handshake comes first (port 465). `required`: no mail before STARTTLS. */
export const ListenerTls = z.enum(['none', 'optional', 'required', 'implicit']);
export type ListenerTls = z.infer<typeof ListenerTls>;

export const Listener = z.object({
  name: Name.default('IncomingMail'),
  host: z.string().min(1).default('127.0.0.1'),
  port: Port.default(2525),
  /** `public` takes mail for the recipients of the RAT; `private` only from clients that may relay. */
  kind: z.enum(['public', 'private']).default('public'),
  tls: ListenerTls.default('optional'),
  /** Name of an entry of `certificates`. Empty: the self-signed one that the appliance made. */
  certificate: z.string().max(40).default(''),
  /** Mail flow policy of everybody whom no sender group takes. */
  policy: Name.default('ACCEPTED'),
  /** Largest message, bytes; a mail flow policy can only lower it. */
  maxSize: z
    .int()
    .min(1024)
    .max(1024 * MIB)
    .default(25 * MIB),
  /** At once, in all. */
  connections: z.int().min(1).max(10_000).default(500),
  /** At once from one address that may not relay; a mail flow policy can only lower it. */
  connectionsPerIp: z.int().min(1).max(10_000).default(100),
  /** Proxies that put a PROXY header (version 1) in front of each connection. */
  proxyFrom: z.array(Cidr).max(100).default([]),
  /** Proxies that may tell who the client is with XCLIENT. */
  xclientFrom: z.array(Cidr).max(100).default([]),
  /** A client of a REJECT policy is refused at RCPT instead of at once, so that tracking knows the recipients. */
  delayedRejection: z.boolean().default(false),
});
export type Listener = z.infer<typeof Listener>;

export const Certificate = z.object({
  name: Name,
  /** PEM, the listener's own first, then those up to the authority. */
  certificate: z.string().max(65_536),
  /** PEM. Written, never read back: documents that leave the appliance do not have it. */
  privateKey: z.string().max(16_384).default(''),
});
export type Certificate = z.infer<typeof Certificate>;

/** REJECT answers 554, TCPREFUSE closes without a word, CONTINUE goes on to the next sender group. */
export const Behavior = z.enum(['ACCEPT', 'RELAY', 'REJECT', 'TCPREFUSE', 'CONTINUE']);
export type Behavior = z.infer<typeof Behavior>;
/** Of STARTTLS and of AUTH: not offered, offered, or no mail without it. */
export const Wish = z.enum(['off', 'preferred', 'required']);
export type Wish = z.infer<typeof Wish>;

export const FlowPolicy = z.object({
  name: Name,
  behavior: Behavior.default('ACCEPT'),
  /** Text of the 554 of REJECT. Empty: our own. */
  reply: z.string().max(200).default(''),
  messagesPerConnection: z.int().min(1).max(100_000).default(1000),
  recipientsPerMessage: z.int().min(1).max(10_000).default(1000),
  /** Bytes. */
  maxSize: z
    .int()
    .min(1024)
    .max(1024 * MIB)
    .default(100 * MIB),
  /** At once, from one address. */
  connections: z.int().min(1).max(10_000).default(1000),
  /** From one address; 0: no limit. */
  recipientsPerHour: z.int().min(0).max(10_000_000).default(0),
  /** Recipients that do not exist, from one address (directory harvest); 0: no limit. */
  invalidPerHour: z.int().min(0).max(1_000_000).default(25),
  tls: Wish.default('preferred'),
  auth: Wish.default('off'),
  spf: z.boolean().default(true),
  dkim: z.boolean().default(true),
  dmarc: z.boolean().default(true),
  spam: z.boolean().default(true),
  virus: z.boolean().default(true),
  /** What comes are journal reports of Exchange or Microsoft 365: they are tracked, not relayed; other mail is refused. */
  journal: z.boolean().default(false),
});
export type FlowPolicy = z.infer<typeof FlowPolicy>;

const policy = (part: z.input<typeof FlowPolicy>): FlowPolicy => FlowPolicy.parse(part);
const unverified = { spf: false, dkim: false, dmarc: false };

/** The policies of a new appliance, with the figures that AsyncOS gives them. */
export const FLOW_POLICIES: readonly FlowPolicy[] = [
  policy({ name: 'ACCEPTED' }),
  policy({
    name: 'THROTTLED',
    messagesPerConnection: 10,
    recipientsPerMessage: 20,
    maxSize: MIB,
    connections: 10,
    recipientsPerHour: 20,
  }),
  policy({ name: 'TRUSTED', invalidPerHour: 0, spam: false }),
  policy({ name: 'BLOCKED', behavior: 'REJECT' }),
  policy({
    name: 'RELAYED',
    behavior: 'RELAY',
    auth: 'preferred',
    invalidPerHour: 0,
    spam: false,
    ...unverified,
  }),
  policy({ name: 'SUBMISSION', tls: 'required', auth: 'required', connections: 100, ...unverified }),
];

export const SenderGroup = z.object({
  name: Name,
  comment: z.string().max(200).default(''),
  /** Name of its mail flow policy. */
  policy: Name,
  /** Names of the listeners that it counts on. Empty: all. */
  listeners: z.array(Name).max(100).default([]),
  /** As `senderOf` reads them. */
  senders: z
    .array(
      z
        .string()
        .max(255)
        .refine(
          (text) => senderOf(text) !== undefined,
          'Enter an address, a network, a range, a host, .domain, dnslist[zone] or ALL.',
        ),
    )
    .max(10_000)
    .default([]),
});
export type SenderGroup = z.infer<typeof SenderGroup>;

/** The group that the relay networks of the simple form belong to; without an entry it comes first. */
export const RELAYLIST = 'RELAYLIST';
/** Whom no group takes. */
export const UNKNOWNLIST = 'UNKNOWNLIST';

/** The groups of a new appliance, in order. */
export const SENDER_GROUPS: readonly SenderGroup[] = [
  { name: RELAYLIST, policy: 'RELAYED', comment: 'May send anywhere' },
  { name: 'ALLOWED_LIST', policy: 'TRUSTED', comment: 'Known good senders' },
  { name: 'BLOCKED_LIST', policy: 'BLOCKED', comment: 'Refused' },
  { name: 'SUSPECTLIST', policy: 'THROTTLED', comment: 'Slowed down' },
].map((part) => SenderGroup.parse(part));

/** An entry of the Recipient Access Table. */
export const RecipientRule = z.object({
  /** As `recipientOf` reads it: a domain, .domain, an address, user@, or ALL. */
  recipient: z
    .string()
    .max(320)
    .refine(
      (text) => recipientOf(text) !== undefined,
      'Enter a domain, .domain for its subdomains, an address, user@ or ALL.',
    ),
  action: z.enum(['accept', 'reject']).default('accept'),
  /** What the client reads: `550 5.1.1 text`, or the text alone. Empty: our own. */
  reply: z.string().max(200).default(''),
  /** The limit of recipients per hour does not count these. */
  bypassThrottle: z.boolean().default(false),
});
export type RecipientRule = z.infer<typeof RecipientRule>;

/** The part of the configuration that says how mail comes in. */
export const receiving = {
  /** The first listener. */
  listener: Listener.prefault({}),
  listeners: z.array(Listener).max(50).default([]),
  certificates: z.array(Certificate).max(50).default([]),
  /** Host Access Table: the first group that a client belongs to decides. */
  senderGroups: z
    .array(SenderGroup)
    .max(200)
    .default(() => structuredClone([...SENDER_GROUPS])),
  flowPolicies: z
    .array(FlowPolicy)
    .max(200)
    .default(() => structuredClone([...FLOW_POLICIES])),
  /** Recipient Access Table: the first entry that fits decides; then `recipientDomains`, then ALL. */
  recipientTable: z.array(RecipientRule).max(10_000).default([]),
};

export const allListeners = (config: { listener: Listener; listeners: Listener[] }): Listener[] => [
  config.listener,
  ...config.listeners,
];

/** The policy of that name; the figures of ACCEPTED where it has been deleted since the message came. */
export const flowPolicyOf = (policies: readonly FlowPolicy[], name = 'ACCEPTED'): FlowPolicy =>
  policies.find((one) => one.name === name) ?? policy({ name });
