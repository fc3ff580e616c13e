/**
 * Message tracking as every source of it speaks: events go in, rows and details come out. An appliance, a real
 * ESA or a journal all answer in these rows; only the hub turns them into CTIM.
 *
 * Times are epoch milliseconds UTC. Addresses, subjects and names are shown as they arrived; searches fold case.
 */
import { z } from 'zod';

const Ms = z.int().min(0);
/** Message id: integer, counted up for the appliance's whole life. */
export const Mid = z.int().min(1);

export const Direction = z.enum(['incoming', 'outgoing']);
export type Direction = z.infer<typeof Direction>;

/** State of one recipient of one message, and of the message as a whole (the last thing that happened). */
export const State = z.enum([
  'processing',
  'queued',
  'deferred',
  'delivered',
  'bounced',
  'quarantined',
  'held',
  'released',
  'dropped',
  'rejected',
  'aborted',
]);
export type State = z.infer<typeof State>;

export const Attachment = z.object({
  /** Decoded file name; '' where the part has none. */
  name: z.string(),
  /** Media type as declared by the sender. */
  type: z.string(),
  /** Bytes of the decoded file. */
  size: z.int().min(0),
  /** Lower-case hex of the decoded bytes; '' where only the name is known (a member of an archive). */
  sha256: z.string().regex(/^([0-9a-f]{64})?$/),
  /** Name of the file that this one is in: an archive, an attached message, a TNEF. */
  parent: z.string().optional(),
  /** As `sha256`; absent where they were not computed. */
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  sha1: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
});
export type Attachment = z.infer<typeof Attachment>;

/** The next hop's reply, word for word. */
export const Reply = z.object({
  /** SMTP code, 0 where there was no reply (connection refused, time out). */
  code: z.int(),
  /** Enhanced status code (RFC 3463), '' where the reply had none. */
  status: z.string(),
  text: z.string(),
});
export type Reply = z.infer<typeof Reply>;

/** How far a sender came: what is known of a message depends on it. */
export const Stage = z.enum(['connect', 'helo', 'auth', 'mail', 'rcpt', 'data']);
export type Stage = z.infer<typeof Stage>;

/** Results of RFC 8601: `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror`, `permerror`. */
export const Authentication = z.object({
  spf: z.object({ result: z.string(), domain: z.string() }),
  dkim: z.array(z.object({ result: z.string(), domain: z.string(), selector: z.string() })),
  dmarc: z.object({ result: z.string(), domain: z.string(), policy: z.string() }),
  arc: z.object({ result: z.string(), instance: z.int().min(0) }),
});
export type Authentication = z.infer<typeof Authentication>;

/** Why one message came out of another. */
export const Relation = z.enum(['splintered', 'copy', 'bounce', 'delay', 'receipt', 'notification']);
export type Relation = z.infer<typeof Relation>;

/** What kind of engine gave a verdict. */
export const VerdictCategory = z.enum(['spam', 'virus', 'list', 'authentication', 'mime', 'file', 'url']);
export type VerdictCategory = z.infer<typeof VerdictCategory>;

/** What can have happened to a message: at any time, whatever came of it afterwards. */
export const MessageEvent = z.enum([
  'delivered',
  'deferred',
  'bounced',
  'quarantined',
  'held',
  'released',
  'dropped',
  'rejected',
  'spam',
  'suspect_spam',
  'virus',
  'malicious_file',
  'malicious_url',
  'blocklisted',
  'unauthenticated',
]);
export type MessageEvent = z.infer<typeof MessageEvent>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({
    type: z.literal(type),
    /** Unique per appliance and ascending; an event that comes twice is known by it. */
    seq: z.int().min(1),
    at: Ms,
    mid: Mid,
    ...shape,
  });

const rid = z.int().min(0);

/**
 * All that happens to a message, as data. `accepted` opens the record; the rest may come late, twice or out of
 * order. Sentences for people are made from these when they are shown.
 */
export const TrackEvent = z.discriminatedUnion('type', [
  event('accepted', {
    icid: z.int().min(0),
    direction: Direction,
    /** Envelope sender, '' for the null reverse-path. */
    sender: z.string(),
    recipients: z.array(z.object({ rid, address: z.string() })),
    ip: z.string(),
    /** Host name from reverse DNS, '' if unknown. */
    reverseDns: z.string(),
    /** HELO or EHLO argument. */
    helo: z.string(),
    senderGroup: z.string(),
    /** TLS protocol and cipher of the incoming session, '' without TLS. */
    tls: z.string(),
    size: z.int().min(0),
    /** How far the sender came, where it did not come to the end of DATA: the rest is then empty. */
    stage: Stage.optional(),
    /** Name of the listener. */
    listener: z.string().optional(),
    /** Mail flow policy of the sender group. */
    flowPolicy: z.string().optional(),
    /** Name under which the client logged in (AUTH). */
    user: z.string().optional(),
  }),
  event('headers', {
    /** Decoded; '' both for an empty and for a missing header. */
    subject: z.string(),
    /** Without angle brackets. */
    messageId: z.string(),
    headerFrom: z.array(z.string()),
    replyTo: z.array(z.string()),
    /** `partial` and `failed`: the parser met its limits; what was found is here. */
    parse: z.enum(['complete', 'partial', 'failed']),
  }),
  event('attachment', { attachment: Attachment }),
  event('url', { url: z.string() }),
  event('verdict', {
    engine: z.string(),
    verdict: z.enum(['clean', 'suspect', 'positive', 'error', 'skipped']),
    names: z.array(z.string()),
    score: z.number().optional(),
    category: VerdictCategory.optional(),
  }),
  event('queued', {}),
  event('attempt', {
    dcid: z.int().min(1),
    rids: z.array(rid),
    host: z.string(),
    port: z.int(),
    ip: z.string(),
    /** TLS protocol and cipher, with ` verified` where the certificate was; '' in the clear. */
    tls: z.string().optional(),
  }),
  /** Without a connection of ours (0) it was delivered by another host, which told us; the text says by which. */
  event('delivered', { dcid: z.int().min(0), rid, reply: Reply }),
  event('deferred', { dcid: z.int().min(0), rid, reply: Reply, retryAt: Ms }),
  event('bounced', { dcid: z.int().min(0), rid, reply: Reply }),
  event('quarantined', { quarantine: z.string(), reason: z.string() }),
  event('released', { quarantine: z.string(), actor: z.string(), reason: z.string() }),
  event('dropped', { by: z.string(), reason: z.string() }),
  event('finished', {}),
  /** Refused before it was accepted; without `rid` the connection or the message as a whole. */
  event('rejected', { stage: Stage, by: z.string(), reply: Reply, rid: rid.optional() }),
  /** What a policy decided for this message's recipients, and why, in words. */
  event('policy', { policy: z.string(), actions: z.array(z.string()), why: z.array(z.string()) }),
  event('authentication', { authentication: Authentication }),
  /** Told on both messages: `from` is the one that was there first. */
  event('related', { from: Mid, into: Mid, relation: Relation }),
  event('held', { actor: z.string(), reason: z.string() }),
  event('resumed', { actor: z.string(), reason: z.string() }),
  /** A person had it tried before its time. */
  event('retried', { actor: z.string(), reason: z.string() }),
]);
export type TrackEvent = z.infer<typeof TrackEvent>;

export const Recipient = z.object({
  rid,
  address: z.string(),
  state: State,
  /** When `state` was reached. */
  at: Ms,
  /** The last sentence about this recipient. */
  text: z.string(),
});
export type Recipient = z.infer<typeof Recipient>;

/** One message. */
export const TrackRow = z.object({
  /** Host name of the appliance; MIDs repeat between appliances. */
  host: z.string(),
  serial: z.string(),
  mid: Mid,
  icid: z.int().min(0),
  dcids: z.array(z.int()),
  received: Ms,
  direction: Direction,
  sender: z.string(),
  headerFrom: z.array(z.string()),
  replyTo: z.array(z.string()),
  recipients: z.array(Recipient),
  subject: z.string(),
  messageId: z.string(),
  ip: z.string(),
  reverseDns: z.string(),
  helo: z.string(),
  senderGroup: z.string(),
  tls: z.string(),
  size: z.int(),
  attachments: z.array(Attachment),
  urls: z.array(z.string()),
  verdicts: z.array(z.object({ engine: z.string(), verdict: z.string(), names: z.array(z.string()) })),
  /** Each once, in the order in which they first happened. Absent from older appliances. */
  events: z.array(MessageEvent).optional(),
  /** Names of the policies that decided on it. */
  policies: z.array(z.string()).optional(),
  authentication: Authentication.optional(),
  /** Messages that came out of this one, or that it came out of. */
  related: z.array(z.object({ mid: Mid, relation: Relation })).optional(),
  parse: z.enum(['complete', 'partial', 'failed']),
  state: State,
  /** Last processing sentence of the message, e.g. `Message 8 to x received remote SMTP response 'ok: …'`. */
  lastState: z.string(),
});
export type TrackRow = z.infer<typeof TrackRow>;

/** Half-open: from <= received < to. */
export const Range = z
  .object({ from: Ms, to: Ms })
  .refine((r) => r.from <= r.to, 'from must not be after to');
export type Range = z.infer<typeof Range>;

/**
 * What a single value can be looked up as. `address` is envelope sender, header sender, reply-to or recipient;
 * `domain` that of envelope sender, header sender, reply-to or a URL's host, and of the recipients of outgoing mail;
 * `ip` an IPv4 or IPv6 address.
 */
export const LookupKey = z.enum([
  'mid',
  'ip',
  'domain',
  'address',
  'subject',
  'message_id',
  'sha256',
  'file_name',
  'url',
  'md5',
  'sha1',
]);
export type LookupKey = z.infer<typeof LookupKey>;
export const KeyValue = z
  .object({
    key: LookupKey,
    /** Of `ip` also a network in CIDR form. */
    value: z.string().min(1).max(4096),
    /** Of `domain`: everything below it too. */
    subdomains: z.boolean().optional(),
  })
  .refine((k) => !k.subdomains || k.key === 'domain', {
    message: 'Only a domain has subdomains.',
    path: ['subdomains'],
  });
export type KeyValue = z.infer<typeof KeyValue>;

/** Many exact values at once, each answered on its own, newest first. */
export const Lookup = z.object({
  range: Range,
  keys: z.array(KeyValue).min(1).max(500),
  /** Rows per value. */
  limit: z.int().min(0).max(1000).default(100),
});
export type Lookup = z.infer<typeof Lookup>;
export type LookupInput = z.input<typeof Lookup>;

export const LookupAnswer = z.object({
  results: z.array(
    z.object({
      key: LookupKey,
      value: z.string(),
      subdomains: z.boolean().optional(),
      /** Exact number of messages in the range, also beyond `rows`. */
      total: z.int().min(0),
      rows: z.array(TrackRow),
    }),
  ),
  /** Everything that happened up to here is in the answer. */
  indexedUntil: Ms,
});
export type LookupAnswer = z.infer<typeof LookupAnswer>;

export const TextTest = z
  .object({
    op: z.enum(['begins_with', 'is', 'contains', 'is_empty']),
    value: z.string().max(1024).default(''),
  })
  .refine((t) => t.op === 'is_empty' || t.value !== '', {
    message: 'Enter what to look for.',
    path: ['value'],
  });
export type TextTest = z.infer<typeof TextTest>;

/** The console's search: criteria are ANDed; `states` and `events` are ORed each among themselves. */
export const Search = z.object({
  range: Range,
  sender: TextTest.optional(),
  recipient: TextTest.optional(),
  subject: TextTest.optional(),
  attachment: TextTest.optional(),
  messageId: z.string().max(1024).optional(),
  mid: Mid.optional(),
  /** Address or network in CIDR form. */
  ip: z.string().max(64).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'A SHA-256 has 64 hexadecimal digits.')
    .optional(),
  direction: Direction.optional(),
  /** What has become of the message or of one of its recipients. */
  states: z.array(State).optional(),
  /** What happened to it at any time. */
  events: z.array(MessageEvent).optional(),
  /** One value that it can be looked up by. */
  holds: KeyValue.optional(),
  limit: z.int().min(1).max(1000).default(100),
  /** From the answer before; opaque. */
  cursor: z.string().max(256).optional(),
});
export type Search = z.infer<typeof Search>;
export type SearchInput = z.input<typeof Search>;

export const SearchAnswer = z.object({
  rows: z.array(TrackRow),
  total: z.int().min(0),
  /** `at_least`: the search ran out of its budget; go on with the cursor. */
  totalIs: z.enum(['exact', 'at_least']),
  /** Absent on the last page. */
  cursor: z.string().optional(),
  indexedUntil: Ms,
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

/** Everything that a search finds, not page by page. */
export const WholeSearch = Search.omit({ limit: true, cursor: true });
export type WholeSearch = z.infer<typeof WholeSearch>;
export type WholeSearchInput = z.input<typeof WholeSearch>;

export const HistogramAnswer = z.object({
  /** Beginnings of UTC hours in which messages were received, ascending, and how many. */
  hours: z.array(z.object({ at: Ms, count: z.int().min(1) })),
  total: z.int().min(0),
  /** `at_least`: the budget ended it; the newest hours are there. */
  totalIs: z.enum(['exact', 'at_least']),
  indexedUntil: Ms,
});
export type HistogramAnswer = z.infer<typeof HistogramAnswer>;

/** What the commonest are wanted of; `host` is the address of the sending host. */
export const TopField = z.enum(['sender', 'recipient', 'host', 'subject', 'attachment']);
export type TopField = z.infer<typeof TopField>;

export const TopSearch = WholeSearch.extend({
  fields: z.array(TopField).min(1).max(5),
  /** Values a field. */
  most: z.int().min(1).max(100).default(10),
});
export type TopSearch = z.infer<typeof TopSearch>;
export type TopSearchInput = z.input<typeof TopSearch>;

export const TopAnswer = z.object({
  lists: z.array(
    z.object({
      field: TopField,
      /** The most frequent first, as the newest message has them; every count is exact. */
      values: z.array(z.object({ value: z.string(), count: z.int().min(1) })),
      /** `some`: another value may belong here too; counted were all messages, or those before the budget ended. */
      valuesAre: z.enum(['all', 'some']),
    }),
  ),
  indexedUntil: Ms,
});
export type TopAnswer = z.infer<typeof TopAnswer>;

/** One step of a message's life, as a sentence in AsyncOS's words. */
export const Step = z.object({
  at: Ms,
  type: z.string(),
  text: z.string(),
  rid: rid.optional(),
  last: z.boolean(),
});
export type Step = z.infer<typeof Step>;

export const Details = z.object({ row: TrackRow, steps: z.array(Step) });
export type Details = z.infer<typeof Details>;

/** A message as it came, to look at. `none`: its bytes are not on the appliance any more; all texts are '' then. */
export const MessageContent = z.object({
  held: z.enum(['queue', 'quarantine', 'none']),
  /** As it came, cut off where it is long. */
  header: z.string(),
  text: z.string(),
  /** Written anew from an allow-list of elements, images blocked, links inert; null: it has no part in HTML. */
  html: z.string().nullable(),
  /** `partial`, `failed`: not all of it could be read. */
  parse: z.enum(['complete', 'partial', 'failed']),
});
export type MessageContent = z.infer<typeof MessageContent>;
