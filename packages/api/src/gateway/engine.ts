/** Security Services: what looks into messages before they are accepted, and how each of them is reached. */
import { z } from 'zod';

/** What becomes of mail that an engine could not look at: taken as it is, treated as unscannable, put off (451). */
export const OnError = z.enum(['accept', 'unscannable', 'defer']);
export type OnError = z.infer<typeof OnError>;

const MIB = 1024 * 1024;

const common = (seconds: number) => ({
  /** For one message. */
  timeoutSeconds: z.number().min(0.1).max(60).default(seconds),
  onError: OnError.default('accept'),
  /** Larger messages are not shown to it, bytes. */
  maxSize: z
    .int()
    .min(1024)
    .max(1024 * MIB)
    .default(25 * MIB),
});

const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'Enter an address such as http://127.0.0.1:11333.' })
  .max(255);

/** `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`. */
const Socket = z
  .string()
  .max(255)
  .regex(
    /^(tcp:\/\/[^\s/:]+:\d{1,5}|tcp:\/\/\[[0-9a-fA-F:]+\]:\d{1,5}|unix:\/[^\0]+)$/,
    'Enter tcp://host:port or unix:/path/of/the/socket.',
  );

const Extension = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9]{1,12}$/, 'Enter a file name extension without the dot, such as exe.');

/** Extensions that run something when they are opened. */
const RISKY =
  'ade adp apk appx bat chm cmd com cpl dll dmg exe hta iso img ins isp jar js jse lib lnk mde msc msi msix msp mst one pif ps1 reg scr sct shb sys url vb vbe vbs vhd vhdx vxd wsc wsf wsh xll';

export const Engines = z.object({
  /** For all of them together. */
  deadlineSeconds: z.number().min(1).max(120).default(30),
  /** SPF, DKIM, DMARC and ARC of mail that comes in. */
  authentication: z
    .object({
      enabled: z.boolean().default(true),
      /** Write an Authentication-Results field (RFC 8601), and take out those that claim to be ours. */
      header: z.boolean().default(true),
      /** Who the field says it is from; '' is the appliance's host name. */
      authservId: z
        .string()
        .trim()
        .max(255)
        .regex(/^[A-Za-z0-9!#$%&'*+.^_`{|}~-]*$/, 'Enter a host name, such as mx.example.com.')
        .default(''),
      ...common(10),
    })
    .prefault({}),
  rspamd: z
    .object({
      enabled: z.boolean().default(false),
      /** Of its normal worker. */
      endpoint: HttpUrl.default('http://127.0.0.1:11333'),
      ...common(8),
    })
    .prefault({}),
  clamav: z
    .object({
      enabled: z.boolean().default(false),
      endpoint: Socket.default('unix:/run/clamav/clamd.ctl'),
      ...common(20),
    })
    .prefault({}),
  /** Names of files that are told as a verdict, those within archives too. */
  files: z
    .object({
      enabled: z.boolean().default(true),
      extensions: z.array(Extension).max(500).default(RISKY.split(' ')),
    })
    .prefault({}),
  /** Where the reader of a message stops; what it found by then counts, and the message as unscannable. */
  limits: z
    .object({
      /** Messages in messages and archives in archives. */
      depth: z.int().min(1).max(50).default(10),
      parts: z.int().min(10).max(10_000).default(1000),
      /** Bytes of all headers of one part. */
      headerBytes: z
        .int()
        .min(4096)
        .max(16 * MIB)
        .default(MIB),
      /** Bytes of all files of a message after decoding. */
      decodedBytes: z
        .int()
        .min(MIB)
        .max(2048 * MIB)
        .default(256 * MIB),
      /** Names read out of archives. */
      members: z.int().min(0).max(10_000).default(1000),
      seconds: z.number().min(0.5).max(60).default(10),
    })
    .prefault({}),
});
export type Engines = z.infer<typeof Engines>;

/** The name by which this appliance signs its Authentication-Results fields. */
export const authservIdOf = ({ hostname, engines }: { hostname: string; engines: Engines }): string =>
  engines.authentication.authservId || hostname;

/** The part of the configuration that is about engines. */
export const examining = { engines: Engines.prefault({}) };

export const EngineHealth = z.object({
  engine: z.string(),
  enabled: z.boolean(),
  endpoint: z.string(),
  version: z.string(),
  /** Since the start. */
  messages: z.int(),
  found: z.int(),
  errors: z.int(),
  /** Mean and longest time of the last 100 messages, milliseconds. */
  meanMs: z.number(),
  longestMs: z.number(),
  lastError: z.object({ at: z.iso.datetime(), text: z.string() }).nullable(),
  lastAnswer: z.iso.datetime().nullable(),
});
export type EngineHealth = z.infer<typeof EngineHealth>;
