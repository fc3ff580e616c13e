/** Quarantines: where messages wait for somebody to decide. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Attachment, Direction, Mid } from '../track.ts';
import { Name } from './address.ts';

export const QuarantineSettings = z.object({
  name: Name,
  /** How long a message stays unless somebody decides before. */
  keepHours: z
    .int()
    .min(1)
    .max(5 * 365 * 24),
  /** What becomes of it then. */
  atExpiry: z.enum(['release', 'delete']),
  /** Bytes of all its messages; with more, the oldest leave early as if their time had come. */
  maxBytes: z
    .int()
    .min(1024 * 1024)
    .default(1024 ** 3),
});
export type QuarantineSettings = z.infer<typeof QuarantineSettings>;

const DAY = 24;
/** Those that an appliance begins with. */
export const QUARANTINES: readonly z.input<typeof QuarantineSettings>[] = [
  { name: 'Policy', keepHours: 10 * DAY, atExpiry: 'delete' },
  { name: 'Spam', keepHours: 14 * DAY, atExpiry: 'delete' },
  { name: 'Virus', keepHours: 30 * DAY, atExpiry: 'delete' },
  { name: 'Outbreak', keepHours: 14 * DAY, atExpiry: 'release' },
  { name: 'Unclassified', keepHours: 30 * DAY, atExpiry: 'delete' },
];

/** The part of the configuration that names the quarantines. */
export const quarantining = {
  quarantines: z
    .array(QuarantineSettings)
    .min(1)
    .max(50)
    .prefault(() => structuredClone([...QUARANTINES])),
};

/** Settings of a quarantine; those of Unclassified when it has been removed from the configuration. */
export const quarantineOf = (all: readonly QuarantineSettings[], name: string): QuarantineSettings =>
  all.find((one) => one.name === name) ??
  QuarantineSettings.parse({ name, keepHours: 30 * DAY, atExpiry: 'delete' });

const tag = 'quarantine';
const Time = z.iso.datetime();

export const QuarantineStatus = QuarantineSettings.extend({
  messages: z.int().min(0),
  bytes: z.int().min(0),
  oldest: Time.nullable(),
  /** Messages are in it, but the configuration does not name it any more. */
  removed: z.boolean(),
});
export type QuarantineStatus = z.infer<typeof QuarantineStatus>;

export const listQuarantines = endpoint({
  method: 'GET',
  path: '/api/quarantines',
  summary: 'Policy, Virus and Outbreak Quarantines: settings, and how full each is',
  tag,
  permission: 'quarantine:read',
  answer: z.object({ quarantines: z.array(QuarantineStatus) }),
});

/** A message in one quarantine; in two of them it is in the list twice. */
export const QuarantinedMessage = z.object({
  mid: Mid,
  quarantine: z.string(),
  /** Other quarantines that it is in too: it is delivered after its release from all of them. */
  others: z.array(z.string()),
  reason: z.string(),
  entered: Time,
  leaves: Time,
  /** '' is the null reverse-path. */
  sender: z.string(),
  recipients: z.array(z.string()),
  subject: z.string(),
  ip: z.string(),
  direction: Direction,
  received: Time,
  size: z.int().min(0),
});
export type QuarantinedMessage = z.infer<typeof QuarantinedMessage>;

const part = z.string().trim().max(500).optional();

/** All that is given must fit; texts are parts of what they are looked for in, case does not count. */
export const QuarantineFilter = z.object({
  quarantine: part,
  sender: part,
  recipient: part,
  subject: part,
  reason: part,
  mid: Mid.optional(),
  /** When it came into the quarantine, from <= entered < to. */
  from: Time.optional(),
  to: Time.optional(),
});
export type QuarantineFilter = z.infer<typeof QuarantineFilter>;

export const QuarantinePage = z.object({
  messages: z.array(QuarantinedMessage),
  /** Of the whole filter. */
  total: z.int().min(0),
  /** Where to go on; null on the last page. */
  after: z.string().nullable(),
});
export type QuarantinePage = z.infer<typeof QuarantinePage>;

export const QuarantineSearch = QuarantineFilter.extend({
  limit: z.int().min(1).max(500).default(100),
  after: z
    .string()
    .regex(/^\d{1,15}:\d{1,15}:.{1,40}$/)
    .optional(),
});
export type QuarantineSearch = z.infer<typeof QuarantineSearch>;

export const searchQuarantine = endpoint({
  method: 'POST',
  path: '/api/quarantine/search',
  summary: 'Search quarantined messages, those that came last first',
  tag,
  permission: 'quarantine:read',
  body: QuarantineSearch,
  answer: QuarantinePage,
});

export const QuarantineView = z.object({
  stays: z.array(QuarantinedMessage).min(1),
  /** As it came, cut off where it is long. */
  header: z.string(),
  text: z.string(),
  /** There is a part in HTML: `quarantineHtml` shows it. */
  html: z.boolean(),
  attachments: z.array(Attachment),
  /** Defanged. */
  urls: z.array(z.string()),
  /** `partial`, `failed`: not all of it could be read. */
  parse: z.enum(['complete', 'partial', 'failed']),
});
export type QuarantineView = z.infer<typeof QuarantineView>;

const oneMessage = z.object({ mid: z.coerce.number().pipe(Mid) });

export const viewQuarantined = endpoint({
  method: 'GET',
  path: '/api/quarantine/messages/:mid',
  summary: 'A quarantined message to look at: raw header, text, attachments with hashes, defanged links',
  tag,
  permission: 'quarantine:read',
  params: oneMessage,
  answer: QuarantineView,
});

/** A page for a sandboxed frame: only an allow-list of elements is left, images are blocked and links inert. */
export const quarantineHtml = endpoint({
  method: 'GET',
  path: '/api/quarantine/messages/:mid/html',
  summary: 'The HTML part of a quarantined message, made safe',
  tag,
  permission: 'quarantine:read',
  media: 'text/html',
  params: oneMessage,
  answer: z.string(),
});

export const downloadQuarantined = endpoint({
  method: 'GET',
  path: '/api/quarantine/messages/:mid/raw',
  summary: 'The original bytes of a quarantined message',
  tag,
  permission: 'quarantine:download',
  media: 'message/rfc822',
  params: oneMessage,
  answer: z.string(),
});

const Why = z.string().trim().min(1, 'Enter a reason: it is shown in message tracking.').max(500);
const Addresses = z.array(z.email('Enter an address such as ann@example.com.').max(320)).min(1).max(50);

export const QuarantineAct = z.discriminatedUnion('do', [
  /** Out of that quarantine; delivered, byte for byte as it came, when it is in no other. */
  z.object({ do: z.literal('release'), to: Addresses.optional() }),
  z.object({ do: z.literal('delete') }),
  /** Stays so many hours longer. */
  z.object({ do: z.literal('delay'), hours: z.int().min(1).max(8760) }),
  z.object({ do: z.literal('move'), into: Name }),
  /** A new message with the same bytes; the original stays. */
  z.object({ do: z.literal('copy'), to: Addresses }),
]);
export type QuarantineAct = z.infer<typeof QuarantineAct>;

/** By selection, or everything that a filter finds; a filter must say something. */
export const QuarantineSelection = z.union([
  z.object({
    /** Without `quarantine`: from each that it is in. */
    messages: z
      .array(z.object({ mid: Mid, quarantine: z.string().max(40).optional() }))
      .min(1)
      .max(10_000),
  }),
  z.object({
    filter: QuarantineFilter.refine((f) => Object.values(f).some((value) => value !== undefined), {
      message: 'Choose at least one criterion.',
    }),
  }),
]);
export type QuarantineSelection = z.infer<typeof QuarantineSelection>;

export const QuarantineOrder = z.object({ act: QuarantineAct, select: QuarantineSelection, reason: Why });
export type QuarantineOrder = z.infer<typeof QuarantineOrder>;

export const QuarantineResult = z.object({
  /** Messages that it was done to. */
  messages: z.int().min(0),
  /** Chosen ones that are not there any more: somebody was faster. */
  skipped: z.int().min(0),
});
export type QuarantineResult = z.infer<typeof QuarantineResult>;

export const actOnQuarantine = endpoint({
  method: 'POST',
  path: '/api/quarantine/act',
  summary: 'Release, delete, delay, move or copy quarantined messages',
  tag,
  permission: 'quarantine:act',
  body: QuarantineOrder,
  answer: QuarantineResult,
});
