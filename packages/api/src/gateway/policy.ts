/** Mail policies and content filters: what becomes of a message, by its recipients, its sender and its content. */
import { z } from 'zod';
import { Cidr, Name, Port } from './address.ts';

/** What a policy has an action for. */
export const Verdict = z.enum([
  'spam',
  'suspect',
  'virus',
  'unscannable',
  'blocklist',
  'spf',
  'dkim',
  'dmarc',
  'mime',
  'file',
]);
export type Verdict = z.infer<typeof Verdict>;

/** In the order in which a policy looks at them: the first that ends the message's way does so. */
export const VERDICTS: Record<Verdict, string> = {
  blocklist: 'Blocklist',
  virus: 'Virus Positive',
  unscannable: 'Unscannable',
  spam: 'Spam Positive',
  suspect: 'Suspect Spam',
  dmarc: 'DMARC Failure',
  spf: 'SPF Failure',
  dkim: 'DKIM Failure',
  mime: 'MIME Anomaly',
  file: 'File Type',
};

const HeaderName = z
  .string()
  .max(76)
  .regex(/^[!-9;-~]+$/, 'Enter the name of a header, without the colon.');
// It is written into messages: one line of printable characters.
const HeaderText = z
  .string()
  .max(900)
  .regex(/^[^\p{Cc}]*$/u, 'Enter one line of text.');
const Line = HeaderText;
const Mailbox = z
  .string()
  .max(320)
  .regex(/^[^\s@<>\p{Cc}]+@[^\s@<>\p{Cc}]+$/u, 'Enter an address such as security@example.com.');

const AddedHeader = z.object({ name: HeaderName, value: HeaderText });

export const VerdictAction = z.object({
  do: z.enum(['deliver', 'quarantine', 'drop', 'reject', 'defer']).default('deliver'),
  /** For `quarantine`. */
  quarantine: Name.default('Policy'),
  /** In front of the subject of what is delivered; '' for none. */
  tag: Line.max(60).default(''),
  /** Added to what is delivered. */
  header: AddedHeader.nullable().default(null),
  /** The files that the verdict is about are taken out of what is delivered; of a whole message, all. */
  strip: z.boolean().default(false),
});
export type VerdictAction = z.infer<typeof VerdictAction>;
type Actions = Partial<Record<Verdict, z.input<typeof VerdictAction>>>;

/** Address, domain, `.domain` for its subdomains. */
const Party = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .regex(
    /^([^\s@<>\p{Cc}]+@)?\.?[^\s@<>.\p{Cc}]+(\.[^\s@<>.\p{Cc}]+)*$/u,
    'Enter an address, a domain such as example.com, or .example.com for its subdomains.',
  );

const table = <S extends z.ZodType>(of: S) =>
  z.object(Object.fromEntries(Verdict.options.map((v) => [v, of])) as Record<Verdict, S>);

export const MailPolicy = z.object({
  name: Name,
  /** Envelope senders; empty: all. */
  senders: z.array(Party).max(1000).default([]),
  /** Recipients; empty: all. */
  recipients: z.array(Party).max(1000).default([]),
  /** Null: as the default policy has it. */
  verdicts: table(VerdictAction.nullable().default(null)).prefault({}),
  /** Content filters by name; null: those of the default policy. */
  filters: z.array(Name).max(200).nullable().default(null),
});
export type MailPolicy = z.infer<typeof MailPolicy>;

const DefaultPolicy = (actions: Actions) =>
  z
    .object({
      verdicts: z
        .object(
          Object.fromEntries(
            Verdict.options.map((v) => [v, VerdictAction.prefault(actions[v] ?? {})]),
          ) as Record<Verdict, z.ZodPrefault<typeof VerdictAction>>,
        )
        .prefault({}),
      filters: z.array(Name).max(200).default([]),
    })
    .prefault({});

const policies = (actions: Actions) =>
  z
    .object({
      /** The first that fits sender and recipient decides. */
      ordered: z.array(MailPolicy).max(500).default([]),
      /** For all others, and for what a policy leaves to it. */
      default: DefaultPolicy(actions),
    })
    .prefault({});

const Op = z.enum(['contains', 'is', 'begins with', 'ends with', 'matches', 'exists']);
export const TextCondition = z.object({
  op: Op.default('contains'),
  /** Upper and lower case are the same; of `matches`, an RE2 expression. */
  value: z.string().max(1000).default(''),
  not: z.boolean().default(false),
});
export type TextCondition = z.infer<typeof TextCondition>;

const text = TextCondition.shape;
const on = <T extends string, S extends z.ZodRawShape>(name: T, shape: S) =>
  z.object({ on: z.literal(name), ...shape });
const results = z.array(z.string().max(20)).min(1).max(10);

export const Condition = z.discriminatedUnion('on', [
  on('subject', text),
  /** Text and HTML, decoded. */
  on('body', text),
  on('header', { name: HeaderName, ...text }),
  on('sender', text),
  /** One of the recipients of this policy. */
  on('recipient', text),
  on('attachment name', text),
  /** Declared media type: `application/pdf`. */
  on('attachment type', text),
  on('attachment size', { atLeast: z.int().min(0) }),
  on('attachment hash', {
    sha256: z
      .array(
        z
          .string()
          .toLowerCase()
          .regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.'),
      )
      .min(1)
      .max(1000),
  }),
  on('url', text),
  /** Host of a link, in lower case. */
  on('url host', text),
  on('message size', { atLeast: z.int().min(0) }),
  on('remote ip', { networks: z.array(Cidr).min(1).max(500), not: z.boolean().default(false) }),
  on('reverse dns', text),
  on('sender group', text),
  on('spf', { results }),
  on('dkim', { results }),
  on('dmarc', { results }),
  on('verdict', { verdicts: z.array(Verdict).min(1) }),
]);
export type Condition = z.infer<typeof Condition>;

const act = <T extends string, S extends z.ZodRawShape>(name: T, shape: S) =>
  z.object({ do: z.literal(name), ...shape });

export const FilterAction = z.discriminatedUnion('do', [
  act('quarantine', { quarantine: Name }),
  /** The message goes on. */
  act('copy to quarantine', { quarantine: Name }),
  act('drop', {}),
  act('reject', { text: Line.max(200).default('The message is not wanted here.') }),
  act('strip attachments', {
    /** Pattern with `*` and `?`; '' for any. */
    name: z.string().max(200).default(''),
    type: z.string().max(100).default(''),
  }),
  act('add header', AddedHeader.shape),
  act('remove header', { name: HeaderName }),
  act('tag subject', { prefix: Line.min(1).max(60) }),
  act('bcc', { address: Mailbox }),
  act('notify', { address: Mailbox, text: Line.default('') }),
  act('route', { host: z.string().min(1).max(253), port: Port.default(25) }),
  /** A line in tracking. */
  act('log', { text: Line.min(1) }),
  act('skip remaining filters', {}),
]);
export type FilterAction = z.infer<typeof FilterAction>;

export const ContentFilter = z.object({
  name: Name,
  description: Line.default(''),
  enabled: z.boolean().default(true),
  /** Without conditions it acts on every message. */
  match: z.enum(['all', 'any']).default('all'),
  conditions: z.array(Condition).max(100).default([]),
  actions: z.array(FilterAction).min(1, 'Choose what the filter does.').max(50),
});
export type ContentFilter = z.infer<typeof ContentFilter>;

const filters = z.array(ContentFilter).max(500).default([]);

const INCOMING: Actions = {
  blocklist: { do: 'reject' },
  virus: { do: 'quarantine', quarantine: 'Virus' },
  spam: { do: 'quarantine', quarantine: 'Spam' },
  suspect: { tag: '[SUSPECTED SPAM] ' },
};
const OUTGOING: Actions = { blocklist: { do: 'reject' }, virus: { do: 'quarantine', quarantine: 'Virus' } };

/** The part of the configuration that decides about messages. */
export const deciding = {
  policies: z
    .object({
      incoming: policies(INCOMING),
      outgoing: policies(OUTGOING),
      /** What becomes of a rejected message when others of its recipients get it: nothing, or a report to the sender. */
      partialReject: z.enum(['drop', 'bounce']).default('drop'),
    })
    .prefault({}),
  /** In the order in which they are tried. */
  filters: z.object({ incoming: filters, outgoing: filters }).prefault({}),
};
export type Policies = z.infer<(typeof deciding)['policies']>;
export type Filters = z.infer<(typeof deciding)['filters']>;
