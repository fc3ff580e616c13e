/** Monitor > Delivery Status and Queue: what waits, for whom and why, and what can be done with it. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Mid, Reply } from '../track.ts';

const tag = 'queue';

/** `active`: not tried yet, or due now. `deferred`: waits for its next attempt. `held`: a person stopped it. */
export const QueueState = z.enum(['active', 'deferred', 'held']);
export type QueueState = z.infer<typeof QueueState>;

export const QueuedRecipient = z.object({
  rid: z.int().min(0),
  address: z.string(),
  domain: z.string(),
  attempts: z.int().min(0),
  /** Of the next attempt; null while it is held. */
  next: z.iso.datetime().nullable(),
  /** What the last attempt came to; null before the first. */
  reply: Reply.nullable(),
});
export type QueuedRecipient = z.infer<typeof QueuedRecipient>;

export const QueuedMessage = z.object({
  mid: Mid,
  /** '' is the null reverse-path. */
  sender: z.string(),
  received: z.iso.datetime(),
  size: z.int().min(0),
  state: QueueState,
  /** Those who wait, at most 50 of them. */
  recipients: z.array(QueuedRecipient),
  waiting: z.int().min(0),
});
export type QueuedMessage = z.infer<typeof QueuedMessage>;

const text = z.string().trim().max(255).optional();

/** All that is given must fit. */
export const QueueFilter = z.object({
  state: QueueState.optional(),
  /** Domain of a recipient. */
  domain: text,
  /** Part of the envelope sender; `<>` is the null reverse-path. */
  sender: text,
  /** Part of a recipient's address. */
  recipient: text,
  /** Seconds since it was received, at least. */
  olderThan: z.coerce.number().pipe(z.int().min(0).max(10_000_000_000)).optional(),
});
export type QueueFilter = z.infer<typeof QueueFilter>;

export const QueuePage = z.object({
  messages: z.array(QueuedMessage),
  /** Of the whole filter. */
  total: z.int().min(0),
  /** MID to go on behind; null on the last page. */
  after: z.int().nullable(),
});
export type QueuePage = z.infer<typeof QueuePage>;

export const listQueue = endpoint({
  method: 'GET',
  path: '/api/queue',
  summary: 'Messages in the queue, oldest first',
  tag,
  permission: 'queue:read',
  query: QueueFilter.extend({
    limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(100),
    after: z.coerce.number().pipe(z.int().min(0)).default(0),
  }),
  answer: QueuePage,
});

export const QueueAction = z.enum(['hold', 'release', 'retry', 'delete', 'bounce']);
export type QueueAction = z.infer<typeof QueueAction>;

const Why = z.string().trim().min(1, 'Enter a reason: it is shown in message tracking.').max(500);

/** By one, by selection, or everything that a filter finds; a filter must say something. */
export const QueueSelection = z.union([
  z.object({ mids: z.array(Mid).min(1).max(10_000) }),
  z.object({
    filter: QueueFilter.refine((f) => Object.values(f).some((value) => value !== undefined), {
      message: 'Choose at least one criterion.',
    }),
  }),
]);
export type QueueSelection = z.infer<typeof QueueSelection>;

export const QueueResult = z.object({
  /** Messages that it was done to. */
  messages: z.int().min(0),
  /** Chosen ones that are not in the queue any more, or that it does not apply to. */
  skipped: z.int().min(0),
});
export type QueueResult = z.infer<typeof QueueResult>;

export const actOnQueue = endpoint({
  method: 'POST',
  path: '/api/queue/act',
  summary: 'Hold, release, retry now, delete or bounce messages in the queue',
  tag,
  permission: 'queue:write',
  body: z.object({ action: QueueAction, select: QueueSelection, reason: Why }),
  answer: QueueResult,
});

/** A destination that mail waits for, or that was delivered to since the start. */
export const DestinationStatus = z.object({
  domain: z.string(),
  /** `down`: it could not be reached lately. `unknown`: not tried since the start. */
  host: z.enum(['up', 'down', 'unknown']),
  /** Delivery to it is suspended by a person. */
  suspended: z.boolean(),
  active: z.int().min(0),
  deferred: z.int().min(0),
  held: z.int().min(0),
  /** Open to its next hop, which it may share with others. */
  connections: z.int().min(0),
  /** Since the start. */
  delivered: z.int().min(0),
  /** Attempts that were put off, since the start. */
  softBounced: z.int().min(0),
  hardBounced: z.int().min(0),
  oldest: z.iso.datetime().nullable(),
  /** The last thing that did not work. */
  reply: Reply.nullable(),
});
export type DestinationStatus = z.infer<typeof DestinationStatus>;

export const Suspension = z.object({
  /** No mail is taken. */
  listeners: z.boolean(),
  /** Nothing is delivered. */
  delivery: z.boolean(),
  /** Domains that nothing is delivered to. */
  domains: z.array(z.string()),
});
export type Suspension = z.infer<typeof Suspension>;

export const deliveryStatus = endpoint({
  method: 'GET',
  path: '/api/queue/destinations',
  summary: 'Delivery Status: destinations, what waits for them, and whether they can be reached',
  tag,
  permission: 'queue:read',
  answer: z.object({
    since: z.iso.datetime(),
    queued: z.int().min(0),
    oldest: z.iso.datetime().nullable(),
    suspension: Suspension,
    destinations: z.array(DestinationStatus),
  }),
});
export type DeliveryStatus = z.infer<typeof deliveryStatus.answer>;

/** What can be suspended; it stays so over restarts. */
export const SuspendOrder = z.object({
  what: z.enum(['listeners', 'delivery', 'domain']),
  /** With `domain` only. */
  domain: z.string().trim().toLowerCase().max(255).default(''),
  suspended: z.boolean(),
  reason: Why,
});
export type SuspendOrder = z.infer<typeof SuspendOrder>;

export const suspendMail = endpoint({
  method: 'POST',
  path: '/api/queue/suspend',
  summary: 'Suspend or resume the listeners, all delivery, or delivery to one domain',
  tag,
  permission: 'queue:write',
  body: SuspendOrder.refine((order) => (order.what === 'domain') === (order.domain !== ''), {
    message: 'Enter the domain.',
    path: ['domain'],
  }),
  answer: Suspension,
});
