/** The organisation's mail over all its appliances: how much, what became of it, and the messages behind a number. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { type MessageEvent, Range, TextTest, TrackRow } from './track.ts';

const tag = 'mail';

/** What is counted; a message can be in several. */
export const MailSeries = z.enum(['all', 'malicious', 'spam', 'quarantined', 'refused']);
export type MailSeries = z.infer<typeof MailSeries>;

/** The events that put a message into a series; none: every message is in it. */
export const SERIES_EVENTS: Record<MailSeries, readonly MessageEvent[]> = {
  all: [],
  malicious: ['virus', 'malicious_file', 'malicious_url'],
  spam: ['spam', 'suspect_spam'],
  quarantined: ['quarantined'],
  refused: ['rejected', 'dropped', 'blocklisted'],
};

/** An appliance that was asked; `problem` is '' where it answered. */
const AskedDevice = z.object({ id: z.uuid(), name: z.string(), problem: z.string() });
export type AskedDevice = z.infer<typeof AskedDevice>;

const Ranked = z.array(z.object({ value: z.string(), count: z.int().min(1) }));
export type Ranked = z.infer<typeof Ranked>;

const Ms = z.int().min(0);
const Counts = z.record(MailSeries, z.int().min(0));

/** `reason` says what to do when there is no appliance to ask. */
export const MailOverview = z.object({
  from: Ms,
  to: Ms,
  totals: Counts,
  /** UTC hours with mail, ascending. */
  hours: z.array(z.object({ at: Ms, counts: Counts })),
  /** Recipients of mail that was malicious, spam, quarantined or refused. */
  targets: Ranked,
  /** Subjects of incoming mail that came more than once. */
  campaigns: Ranked,
  devices: z.array(AskedDevice),
  reason: z.string(),
});
export type MailOverview = z.infer<typeof MailOverview>;

export const mailOverview = endpoint({
  method: 'GET',
  path: '/api/mail/overview',
  summary:
    'Mail of the last days over all appliances: by hour and verdict, top targets, subjects that came often',
  tag,
  permission: 'investigate',
  query: z.object({ days: z.coerce.number().int().min(1).max(90).default(7) }),
  answer: MailOverview,
});

/** Messages of one series, newest first. */
export const mailMessages = endpoint({
  method: 'POST',
  path: '/api/mail/messages',
  summary: 'The messages behind a number of the overview',
  tag,
  permission: 'investigate',
  body: z.object({
    range: Range,
    series: MailSeries.default('all'),
    recipient: TextTest.optional(),
    /** Of each appliance. */
    limit: z.int().min(1).max(200).default(200),
  }),
  answer: z.object({
    rows: z.array(z.object({ device: z.string(), row: TrackRow })),
    total: z.int().min(0),
    devices: z.array(AskedDevice),
    reason: z.string(),
  }),
});
